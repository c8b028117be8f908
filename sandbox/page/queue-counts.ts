import {
  createPostgresBackend,
  Queue,
  QueueEvents,
  type ConnectionOptions,
  type PostgresConnectionOptions,
} from 'bullmq';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { SandboxEnv } from '../outside-world.js';
import type { QueueCounts } from './protocol.js';

/** The application's queues, in the order in which a video meets them. */
export const QUEUE_NAMES = [
  'look-at-photo',
  'write-prompt',
  'create-task',
  'poll-task',
  'check-callback',
  'send',
  'settle-payment',
  'feed-broadcast',
] as const;
const EVENTS = ['added', 'waiting', 'active', 'delayed', 'completed', 'failed', 'removed'] as const;
const POSTGRES_CONNECTIONS_MAX = 2;
const CLOSE_MS_MAX = 1_000;

/** What waits in the application's queues, on PostgreSQL or on Redis. */
export interface QueueWatch {
  counts(): Promise<QueueCounts[]>;
  close(): Promise<void>;
}

/**
 * Opens the queues that an application with this environment uses.
 *
 * @param onChange told of what happens in queues on Redis; on PostgreSQL their table says it.
 */
export function watchQueues(env: SandboxEnv, onChange: () => void): QueueWatch {
  const { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix, DATABASE_URL: databaseUrl = '' } = env;
  return redisUrl ? onRedis(redisUrl, prefix, onChange) : onPostgres(databaseUrl);
}

function onPostgres(databaseUrl: string): QueueWatch {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POSTGRES_CONNECTIONS_MAX,
    application_name: 'neurocards-page',
    options: '-c search_path=bullmq,public',
  });
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  const connection = pool as unknown as PostgresConnectionOptions;
  const queues = QUEUE_NAMES.map((name) => new Queue(name, { connection }, createPostgresBackend));
  return watchOf(queues, () => pool.end());
}

function onRedis(url: string, prefix: string | undefined, onChange: () => void): QueueWatch {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const connection: ConnectionOptions = redis;
  const queues = QUEUE_NAMES.map((name) => new Queue(name, { connection, prefix }));
  const events = QUEUE_NAMES.map((name) => new QueueEvents(name, { connection, prefix }));
  for (const one of events) {
    one.on('error', () => undefined);
    for (const event of EVENTS) one.on(event, onChange);
  }
  return watchOf(queues, async () => {
    // Without a connection nothing waits for an answer.
    redis.disconnect();
    await Promise.race([
      Promise.allSettled(events.map((one) => one.close())),
      pause(CLOSE_MS_MAX, null, { ref: false }),
    ]);
  });
}

function watchOf(queues: readonly QueueLike[], end: () => Promise<void>): QueueWatch {
  for (const queue of queues) queue.on('error', () => undefined);
  return {
    counts: () => Promise.all(queues.map(countsOf)),
    async close() {
      const closed = Promise.allSettled(queues.map((queue) => queue.close()));
      await Promise.race([closed, pause(CLOSE_MS_MAX, null, { ref: false })]);
      await end();
    },
  };
}

/** What is used of a queue, whatever its backend. */
interface QueueLike {
  readonly name: string;
  getJobCounts(
    ...types: ('waiting' | 'prioritized' | 'active' | 'delayed')[]
  ): Promise<Record<string, number>>;
  on(event: 'error', listener: () => void): unknown;
  close(): Promise<void>;
}

async function countsOf(queue: QueueLike): Promise<QueueCounts> {
  const {
    waiting = 0,
    prioritized = 0,
    active = 0,
    delayed = 0,
  } = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
  return { name: queue.name, waiting: waiting + prioritized, active, delayed };
}
