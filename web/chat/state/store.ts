import { signal } from '@preact/signals';
import type { PageEvent, PageState } from '../../../sandbox/page/protocol.js';
import { afterEvent } from './page-state.rules.js';
import { listen } from './stream.js';

/** Everything that the sandbox said; null before its first word. */
export const page = signal<PageState | null>(null);
/** Whether the stream of events is open; null before it ever was. */
export const isConnected = signal<boolean | null>(null);
/** Messages of the bot in chats that were not looked at since, by person. */
export const unread = signal<ReadonlyMap<number, number>>(new Map());

type Listener = (event: PageEvent) => void;
const listeners = new Set<Listener>();
let stop = (): void => undefined;

/** Tells of every event after it is in the state, for what is shown for a moment only. The returned function ends it. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows the chat and the account of a person; null takes whom the sandbox proposes. */
export function watchPerson(personId: number | null): void {
  stop();
  stop = listen(personId, { onEvent: take, onConnection: (is) => (isConnected.value = is) });
}

function take(event: PageEvent): void {
  page.value = afterEvent(page.value, event);
  countUnread(event);
  for (const listener of listeners) listener(event);
}

function countUnread(event: PageEvent): void {
  const current = page.value?.personId;
  const counts = new Map(unread.value);
  if (event.type === 'hello' && current) counts.delete(current);
  else if (event.type === 'message_new' && event.personId !== current && event.message.from === 'bot')
    counts.set(event.personId, (counts.get(event.personId) ?? 0) + 1);
  else return;
  unread.value = counts;
}
