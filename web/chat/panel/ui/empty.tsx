import type { ComponentChildren } from 'preact';

/** What is said where there is nothing to show yet. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="panel-empty">{children}</p>;
}
