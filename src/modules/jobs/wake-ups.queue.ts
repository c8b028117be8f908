import { z } from 'zod';
import { defineQueue, type Env } from '../../platform/index.js';

/** Which job's turn it is; a wake-up whose number is not the row's is an old one. */
export const wakeUpSchema = z.object({ jobId: z.guid(), wakeNumber: z.number().int().nonnegative() });
export type WakeUp = z.output<typeof wakeUpSchema>;

/** A callback of KIE, by its row. */
export const callbackSchema = z.object({ callbackId: z.string().regex(/^\d{1,19}$/) });
export type CallbackToCheck = z.output<typeof callbackSchema>;

/** Writing the prompt. */
export const writePromptQueue = defineQueue<WakeUp>({
  name: 'write-prompt',
  schema: wakeUpSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
});

/** Making the task at KIE. The pace alone: that KIE never gets too many at once is what a slot is for (`KieCreationSlots`). */
export const createTaskQueue = defineQueue<WakeUp>({
  name: 'create-task',
  schema: wakeUpSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
  rateLimit: (env) => ({ max: env.KIE_CREATIONS_MAX, durationMs: env.KIE_CREATIONS_WINDOW_MS }),
});

/** Asking KIE about a task. Half of the reads that a key allows are kept for callbacks. */
export const pollTaskQueue = defineQueue<WakeUp>({
  name: 'poll-task',
  schema: wakeUpSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
  rateLimit: halfOfReads,
});

/** Asking KIE about a task because a callback named it. */
export const checkCallbackQueue = defineQueue<CallbackToCheck>({
  name: 'check-callback',
  schema: callbackSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
  rateLimit: halfOfReads,
});

/** A queue counts in windows that begin anew: as many jobs as two of them take may follow each other at once. */
const WINDOWS_PER_SECOND = 4;

/**
 * KIE takes 10 reads in any second from one key, and one key, the first that is not parked, makes all tasks. A second of KIE's touches five
 * of the short windows of each of the two queues, so that a window holds a fifth of the half.
 *
 * @see https://docs.kie.ai/market/common/get-task-detail
 */
function halfOfReads(env: Pick<Env, 'KIE_READS_PER_SECOND_MAX' | 'KIE_READS_SECOND_MS'>) {
  const half = Math.floor(env.KIE_READS_PER_SECOND_MAX / 2);
  const max = Math.floor(half / (WINDOWS_PER_SECOND + 1));
  if (max >= 1)
    return { max, durationMs: Math.max(1, Math.ceil(env.KIE_READS_SECOND_MS / WINDOWS_PER_SECOND)) };
  // Less than one in a window: one in a longer one, of which a second touches one more than it holds.
  return { max: 1, durationMs: Math.max(1, Math.ceil(env.KIE_READS_SECOND_MS / Math.max(1, half - 1))) };
}
