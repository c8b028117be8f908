import { signal } from '@preact/signals';

/** Grows when what is shown may be another: after each action, and when somebody logs in. */
export const changes = signal(0);

/** Has everything that is shown read again. */
export function readAgain(): void {
  changes.value = changes.peek() + 1;
}
