import { signal } from '@preact/signals';
import type { CallbackAnswer } from '../../../sandbox/page/protocol.js';
import { telegram } from './api.js';
import { onEvent, page } from './store.js';
import { alertText } from './overlays.js';
import { attempt, showToast } from './toasts.js';

/** A callback button: whose, in which message, with what data. */
export type Tap = Pick<CallbackAnswer, 'personId' | 'messageId' | 'data'>;

/** After that an app gives up on the bot's answer. */
const ANSWER_MS_MAX = 15_000;

/** The taps of this page that wait for the bot's answer, by {@link keyOf}. */
export const waitingTaps = signal<ReadonlySet<string>>(new Set());
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let openAnswerUrl: (url: string, personId: number) => void = () => undefined;

/** Who opens the address that an answer may carry. */
export function onAnswerUrl(open: (url: string, personId: number) => void): void {
  openAnswerUrl = open;
}

/** Names a tap. An answer repeats the data, so it is told even when it comes before the tap's own id does. */
export function keyOf({ personId, messageId, data }: Tap): string {
  return `${personId}/${messageId}/${data}`;
}

/** Taps a callback button, unless an earlier tap on it still waits. */
export async function tap(button: Tap): Promise<void> {
  const key = keyOf(button);
  if (waitingTaps.value.has(key)) return;
  waitingTaps.value = new Set(waitingTaps.value).add(key);
  timers.set(
    key,
    setTimeout(() => endWaiting(key), ANSWER_MS_MAX),
  );
  if (!(await attempt(telegram('tapData', button)))) endWaiting(key);
}

onEvent((event) => {
  if (event.type === 'callback_answered' && event.personId === page.value?.personId) show(event.answer);
});

function show(answer: CallbackAnswer): void {
  const isOurs = endWaiting(keyOf(answer));
  if (answer.url && isOurs) openAnswerUrl(answer.url, answer.personId);
  if (!answer.text) return;
  // What a story's person is told must not hold up who only watches.
  if (answer.showAlert && isOurs) alertText.value = answer.text;
  else showToast(answer.text);
}

/** Whether anybody waited. */
function endWaiting(key: string): boolean {
  const left = new Set(waitingTaps.value);
  const isOurs = left.delete(key);
  clearTimeout(timers.get(key));
  timers.delete(key);
  if (isOurs) waitingTaps.value = left;
  return isOurs;
}
