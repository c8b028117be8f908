import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from '../../../ui/icon.js';

interface MenuProps {
  /** What its button is called. */
  label: string;
  icon: IconName;
  /** Where it opens: above or below its button, along its right edge. */
  place: 'above-right' | 'below-right';
  class?: string;
  children: ComponentChildren;
}

const ITEMS = '[role^="menuitem"]:not([disabled])';

/** A button that opens a menu of {@link MenuItem}s: arrows, Home and End move in it; Esc and a click elsewhere close it. */
export function Menu({ label, icon, place, class: look = '', children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  const close = () => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  useLayoutEffect(() => {
    if (isOpen) items()[0]?.focus();
  }, [isOpen]);
  useClickElsewhere(root, isOpen, () => setOpen(false));
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    const all = items();
    const next = nextIndex(event.key, all.indexOf(document.activeElement as HTMLElement), all.length);
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else if (next !== null) all[next]?.focus();
    if (event.key === 'Escape' || next !== null) event.preventDefault();
  };
  return (
    <div class={`menu ${look}`} ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={icon} />
      </button>
      {isOpen && (
        <div class={`menu-list is-${place}`} role="menu" aria-label={label} onClick={close}>
          {children}
        </div>
      )}
    </div>
  );
}

interface MenuItemProps {
  onClick: () => void;
  /** Of a choice among several: whether it is the one. */
  isChosen?: boolean;
  class?: string;
  children: ComponentChildren;
}

/** Something that a menu does. */
export function MenuItem({ onClick, isChosen, class: look = '', children }: MenuItemProps) {
  const role = isChosen === undefined ? 'menuitem' : 'menuitemradio';
  return (
    <button
      type="button"
      role={role}
      aria-checked={isChosen}
      tabIndex={-1}
      class={`menu-item ${look}`}
      onClick={onClick}
    >
      {children}
      {isChosen && <Icon name="chosen" />}
    </button>
  );
}

/** Calls back when somebody clicks outside of an element while it is open. */
function useClickElsewhere(
  root: { current: HTMLElement | null },
  isOpen: boolean,
  onClick: () => void,
): void {
  useEffect(() => {
    if (!isOpen) return undefined;
    const listener = ({ target }: PointerEvent) => {
      if (target instanceof Node && !root.current?.contains(target)) onClick();
    };
    document.addEventListener('pointerdown', listener);
    return () => document.removeEventListener('pointerdown', listener);
  }, [isOpen]);
}

function nextIndex(key: string, index: number, count: number): number | null {
  if (count === 0) return null;
  if (key === 'ArrowDown' || key === 'ArrowRight') return (index + 1) % count;
  if (key === 'ArrowUp' || key === 'ArrowLeft') return (index - 1 + count) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}
