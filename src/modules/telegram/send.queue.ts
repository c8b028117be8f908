import { z } from 'zod';
import { defineQueue, type Env } from '../../platform/index.js';

const WINDOWS_PER_SECOND = 4;
const SECOND_MS = 1_000;

/**
 * What a send is about: a notice's id, a job's video, an order's progress message, one delivery of a broadcast, or the message that shows how
 * a broadcast gets on. Ids only, so that a lost queue loses no fact.
 */
export const sendSchema = z.object({
  kind: z.enum(['notice', 'video', 'progress', 'broadcast', 'broadcast_progress']),
  id: z.string().min(1).max(64),
  /** The wake number of what is sent; an older one does nothing. */
  wakeNumber: z.number().int().nonnegative().default(0),
});
export type Send = z.output<typeof sendSchema>;

/** Everything that we send without a tap, in one queue, so that all of it together stays within Telegram's limit. */
export const sendQueue = defineQueue<Send>({
  name: 'send',
  schema: sendSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
  rateLimit: inShortWindows,
});

/**
 * A queue's limit lets all of a window begin at once, and whoever comes after that waits for its end: a quarter of a second, not a whole one.
 * Telegram sees fewer of them in one second, too: of windows that follow each other, 25 of 20, where whole seconds made it 40.
 */
function inShortWindows({
  TELEGRAM_SENDS_PER_SECOND_MAX: perSecondMax,
}: Pick<Env, 'TELEGRAM_SENDS_PER_SECOND_MAX'>) {
  const max = Math.max(1, Math.floor(perSecondMax / WINDOWS_PER_SECOND));
  return { max, durationMs: Math.ceil((max * SECOND_MS) / perSecondMax) };
}
