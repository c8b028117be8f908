import { signal, type ReadonlySignal } from '@preact/signals';

/** Whether there is room for the list of people beside the chat. */
export const hasPeopleColumn = follow('(min-width: 1100px)');
/** Whether there is room for the panel beside the chat. */
export const hasPanelColumn = follow('(min-width: 900px)');
/** Whether a finger is what points, so that Enter belongs to the keyboard on the screen. */
export const isTouch = follow('(pointer: coarse)');

function follow(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener('change', (event) => (matches.value = event.matches));
  return matches;
}
