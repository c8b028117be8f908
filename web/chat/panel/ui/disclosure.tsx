import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A button that opens what belongs to it. */
export function Disclosure(props: {
  label: ComponentChildren;
  isOpen: boolean;
  onToggle: () => void;
  children: ComponentChildren;
}) {
  const id = useId();
  const { label, isOpen, onToggle, children } = props;
  return (
    <>
      <button
        type="button"
        class="panel-disclosure"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={onToggle}
      >
        {label}
      </button>
      {isOpen && <div id={id}>{children}</div>}
    </>
  );
}
