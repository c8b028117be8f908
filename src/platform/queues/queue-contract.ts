import type { z } from 'zod';
import type { Env } from '../env.js';

/** What a queue is: its name, what its jobs carry, and its limits. Every queue has exactly one processor. */
export interface QueueContract<T> {
  /** Kebab-case verb-noun: the step. */
  readonly name: string;
  /** The payload: ids only, so that a lost queue loses no fact. */
  readonly schema: z.ZodType<T>;
  /** Jobs of this queue at work at once in one process. */
  readonly concurrency: (env: Env) => number;
  /** How many jobs may start in a window, over all processes. */
  readonly rateLimit?: (env: Env) => { max: number; durationMs: number };
}

const contracts = new Map<string, QueueContract<unknown>>();

/**
 * Declares a queue.
 *
 * @throws Error when two contracts share a name.
 */
export function defineQueue<T>(contract: QueueContract<T>): QueueContract<T> {
  if (contracts.has(contract.name)) throw new Error(`Two queues are called ${contract.name}`);
  contracts.set(contract.name, contract);
  return contract;
}
