import { z } from 'zod';
import { defineQueue } from '../../platform/index.js';

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

/** Making the task at KIE: its limit is the account's, 20 creations in 10 s, of which we use 15 (kie.ai/getting-started). */
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
  rateLimit: (env) => ({ max: readsPerSecond(env), durationMs: 1_000 }),
});

/** Asking KIE about a task because a callback named it. */
export const checkCallbackQueue = defineQueue<CallbackToCheck>({
  name: 'check-callback',
  schema: callbackSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
  rateLimit: (env) => ({ max: readsPerSecond(env), durationMs: 1_000 }),
});

function readsPerSecond(env: { KIE_READS_PER_SECOND_MAX: number; KIE_API_KEYS: readonly string[] }): number {
  return Math.max(1, Math.floor((env.KIE_READS_PER_SECOND_MAX * env.KIE_API_KEYS.length) / 2));
}
