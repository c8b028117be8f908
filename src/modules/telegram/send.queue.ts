import { z } from 'zod';
import { defineQueue } from '../../platform/index.js';

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
  rateLimit: (env) => ({ max: env.TELEGRAM_SENDS_PER_SECOND_MAX, durationMs: 1_000 }),
});
