import type { ConversationState, Pace } from './conversation.schemas.js';
import type { PersonEvent } from './conversation.types.js';

/** How much one person may do in how long a time. */
export interface PaceLimits {
  eventsMax: number;
  windowMs: number;
}

/** `slow_down`: too fast for the first time, which deserves a word; `ignore`: too fast, and told so already. */
export type PaceVerdict = 'fine' | 'slow_down' | 'ignore';

/**
 * Counts what a person does, in windows that begin with the first event after the last one.
 *
 * @param pace null for somebody who has been away, or was never here
 * @param nowMs the database's clock, which all processes share
 */
export function decidePace(
  pace: Pace | null,
  nowMs: number,
  { eventsMax, windowMs }: PaceLimits,
): { pace: Pace; verdict: PaceVerdict } {
  // A clock that was set back must not lock anybody out.
  const isOver = pace === null || nowMs - pace.sinceMs >= windowMs || nowMs < pace.sinceMs;
  if (isOver) return { pace: { sinceMs: nowMs, count: 1 }, verdict: 'fine' };
  const count = Math.min(pace.count + 1, eventsMax + 2);
  const verdict = count <= eventsMax ? 'fine' : count === eventsMax + 1 ? 'slow_down' : 'ignore';
  return { pace: { ...pace, count }, verdict };
}

/** Whether the pace counts an event. Telegram sends an album as a message for each photo: only the first of them is the person's doing. */
export function isCounted(event: PersonEvent, { albumId }: Pick<ConversationState, 'albumId'>): boolean {
  return event.kind !== 'photo' || event.photo.albumId === null || event.photo.albumId !== albumId;
}
