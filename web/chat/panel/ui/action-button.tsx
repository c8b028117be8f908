import type { ComponentChildren } from 'preact';

/** A button that may be off for a while. It then ignores presses and keeps the focus, which a disabled one would lose. */
export function ActionButton(props: {
  isOff: boolean;
  onPress: () => void;
  class?: string;
  label?: string;
  isPressed?: boolean;
  children: ComponentChildren;
}) {
  const { isOff, onPress, class: look = 'panel-button', label, isPressed, children } = props;
  return (
    <button
      type="button"
      class={look}
      aria-label={label}
      aria-pressed={isPressed}
      aria-disabled={isOff}
      onClick={() => isOff || onPress()}
    >
      {children}
    </button>
  );
}
