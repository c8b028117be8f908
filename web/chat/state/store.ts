import { signal } from '@preact/signals';
import type { PageEvent, PageState } from '../../../sandbox/page/protocol.js';
import { preferredPerson } from '../chat/rules/people.rules.js';
import { newestAfter, type Newest } from './newest.rules.js';
import { afterEvent } from './page-state.rules.js';
import { recall, remember } from '../../ui/storage.js';
import { listen } from './stream.js';
import { isSettled, whomToShow } from './watching.rules.js';

/** Everything that the sandbox said; null before its first word. */
export const page = signal<PageState | null>(null);
/** Whether the stream of events is open; null before it ever was. */
export const isConnected = signal<boolean | null>(null);
/** Messages of the bot in chats that were not looked at since, by person. */
export const unread = signal<ReadonlyMap<number, number>>(new Map());
/** The newest message of each chat, by person. */
export const newest = signal<Newest>(new Map());

type Listener = (event: PageEvent) => void;
const PERSON_NAME = 'person';
const listeners = new Set<Listener>();
let stop = (): void => undefined;
let askedId: number | null = null;
let askedStory: string | null = null;

/** Tells of every event after it is in the state, for what is shown for a moment only. The returned function ends it. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows the chat and the account of a person. */
export function watchPerson(personId: number): void {
  remember(PERSON_NAME, String(personId));
  watch(personId);
}

/** Follows that story as soon as it has its person, because it was asked for on this page; null follows none. */
export function followStory(name: string | null): void {
  askedStory = name;
}

/** Shows whom this browser showed last, else somebody who speaks the reader's language. */
export function watchSomebody(): void {
  const known = Number(recall(PERSON_NAME));
  watch(known > 0 ? known : null);
}

function watch(personId: number | null): void {
  stop();
  askedId = personId;
  stop = listen(personId, { onEvent: take, onConnection: (is) => (isConnected.value = is) });
}

function take(event: PageEvent): void {
  const before = page.value;
  if (event.type === 'hello' && before && before.runId !== event.state.runId) {
    stop();
    // The policy that came with this page names the checkout of the run before.
    location.reload();
    return;
  }
  const after = afterEvent(before, event);
  const preferredId = preferredPerson(after?.people ?? [], navigator.languages)?.id;
  const personId = whomToShow({ before, event, askedId, askedStory, preferredId });
  if (event.type === 'story' && isSettled(event.story, askedStory)) askedStory = null;
  // Of somebody else not even a glance: whoever is quick would press a button of theirs.
  if (event.type === 'hello' && personId !== null) return watchPerson(personId);
  page.value = after;
  countUnread(event);
  newest.value = newestAfter(newest.value, event, after);
  for (const listener of listeners) listener(event);
  if (personId !== null) watchPerson(personId);
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
