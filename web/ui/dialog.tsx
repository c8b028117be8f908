import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.js';

interface DialogProps {
  /** Its name, which also stands at its head. */
  title: string;
  /** None: it stays until it is drawn no more. */
  onClose?: () => void;
  /** How it looks beyond a plain dialog. */
  class?: string;
  /** Leaves the head to the inside, which then has to close it. */
  isBare?: boolean;
  children: ComponentChildren;
}

/**
 * A modal dialog, open as long as it is drawn. Esc, its cross and a click beside it close it; the focus goes back to where it was. A click
 * beside it does not once something was written in it, nor does a press in it that is let go beside it.
 */
export function Dialog({ title, onClose, class: look = '', isBare = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  const isPressedBeside = useRef(false);
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
      onCancel={(event) => onClose || event.preventDefault()}
      // Browsers close it at the second Esc, whatever the first was answered.
      onClose={() => isGone.current || (onClose ? onClose() : ref.current?.showModal())}
      onPointerDown={({ target, currentTarget }) => (isPressedBeside.current = target === currentTarget)}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget && isPressedBeside.current && !isWrittenIn(currentTarget)) onClose?.();
      }}
    >
      <div class="dialog-inside">
        {!isBare && (
          <header class="dialog-head">
            <h2>{title}</h2>
            {onClose && (
              <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
                <Icon name="close" />
              </button>
            )}
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}

function isWrittenIn(dialog: HTMLElement): boolean {
  const fields = dialog.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
  return [...fields].some(({ value, defaultValue }) => value !== defaultValue);
}
