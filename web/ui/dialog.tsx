import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.js';

interface DialogProps {
  /** Its name, which also stands at its head. */
  title: string;
  onClose: () => void;
  /** How it looks beyond a plain dialog. */
  class?: string;
  /** Leaves the head to the inside, which then has to close it. */
  isBare?: boolean;
  children: ComponentChildren;
}

/** A modal dialog, open as long as it is drawn. Esc, its cross and a click beside it close it; the focus goes back to where it was. */
export function Dialog({ title, onClose, class: look = '', isBare = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  useLayoutEffect(() => {
    const dialog = ref.current;
    isGone.current = false;
    dialog?.showModal();
    return () => {
      isGone.current = true;
      dialog?.close();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={`dialog ${look}`}
      aria-label={title}
      onClose={() => isGone.current || onClose()}
      onClick={({ target }) => target === ref.current && onClose()}
    >
      <div class="dialog-inside">
        {!isBare && (
          <header class="dialog-head">
            <h2>{title}</h2>
            <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
