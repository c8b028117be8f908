import { createPostgresBackend, createRedisBackend, Queue, type QueueOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Sandbox } from '../sandbox/sandbox.js';

/** The product's own, where it is told none. */
const QUEUE_PREFIX = 'neurocards';

/** Where a system keeps its rows and its queues. */
export interface Places {
  databaseUrl: string;
  /** Where the queues live; on PostgreSQL when there is none. */
  redisUrl: string | undefined;
  queuePrefix: string;
}

/** Where a sandbox keeps them. */
export function placesOf({ databaseUrl, env }: Pick<Sandbox, 'databaseUrl' | 'env'>): Places {
  return { databaseUrl, redisUrl: env['REDIS_URL'], queuePrefix: env['QUEUE_PREFIX'] ?? QUEUE_PREFIX };
}

/** A queue of the product's, to put jobs into it as the product does after its commit. */
export interface OpenQueue {
  queue: Queue;
  close(): Promise<void>;
}

/** How every bell of a step is added: BullMQ's options that the product names. */
export const BELL_OPTIONS = {
  attempts: 3,
  backoff: { type: 'fixed', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
} as const;

/** Opens the queue of that name, on connections of its own. */
export function openQueue({ databaseUrl, redisUrl, queuePrefix }: Places, name: string): OpenQueue {
  const client = redisUrl ? new Redis(redisUrl, { maxRetriesPerRequest: null }) : poolOfQueues(databaseUrl);
  const connection = client as unknown as QueueOptions['connection'];
  const backend = redisUrl ? createRedisBackend : createPostgresBackend;
  const queue = new Queue(name, { connection, prefix: queuePrefix }, backend as typeof createRedisBackend);
  return {
    queue,
    close: async () => {
      await queue.close();
      if (client instanceof Redis) client.disconnect();
      else await client.end();
    },
  };
}

function poolOfQueues(databaseUrl: string): pg.Pool {
  return new pg.Pool({ connectionString: databaseUrl, max: 2, options: '-c search_path=bullmq,public' });
}
