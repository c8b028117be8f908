import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { setDefaultBackendFactory, type QueueOptions, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { Env } from '../env.js';
import { logger } from '../logging.js';
import { createBackend } from './backends.js';
import { createQueuePool } from './postgres-pool.js';
import { connectRedis, examineRedis } from './redis-client.js';

/** How long a start waits for Redis. It mends itself, so that a process without it can already do the rest of its work. */
const REDIS_START_WAIT_MS = 5_000;

const STOP_POLL_MS = 50;
/** How long BullMQ's workers may take to end on a Redis that is there, once no handler is at work. */
const STOP_IDLE_MAX_MS = 2_000;

const log = logger('queues');

/**
 * The one place that knows where the queues live: on Redis when `REDIS_URL` is set, else in the schema `bullmq` of our
 * PostgreSQL, over one pool for all queues of the process.
 */
@Injectable()
export class QueueConnection implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly backend: 'redis' | 'postgres';
  /** Of the queues; none where they live on Redis. */
  readonly postgresPool: pg.Pool | undefined;
  private readonly redis: Redis | undefined;
  private readonly workers = new Set<Worker>();
  private handlersAtWork = 0;

  constructor(private readonly env: Env) {
    this.backend = env.REDIS_URL ? 'redis' : 'postgres';
    setDefaultBackendFactory(createBackend);
    if (env.REDIS_URL) this.redis = connectRedis(env.REDIS_URL);
    else this.postgresPool = createQueuePool(env.DATABASE_URL);
  }

  /**
   * Looks at the server's configuration; returns BullMQ's options for queues and workers.
   *
   * @throws RedisEvictsError, RedisRefusesError
   */
  async start(): Promise<QueueOptions> {
    if (this.redis) await this.examine(this.redis);
    return {
      prefix: this.env.QUEUE_PREFIX,
      connection: (this.postgresPool ?? this.redis) as unknown as QueueOptions['connection'],
      defaultJobOptions: {
        attempts: 3,
        backoff: { type: 'fixed', delay: 1_000 },
        removeOnComplete: true,
        removeOnFail: true,
      },
    };
  }

  /** Ends this worker, with all others, before any queue is closed. */
  endFirst(worker: Worker): void {
    this.workers.add(worker);
  }

  /**
   * All workers take no more work and finish what is in hand, while every queue still takes what comes of it: a queue that
   * closes beside them would keep each of those adds waiting, and the next step for the cron.
   */
  async beforeApplicationShutdown(): Promise<void> {
    const stopped = new AbortController();
    const closing = [...this.workers].map((worker) => worker.close());
    await Promise.race([Promise.all(closing), this.inVain(stopped.signal)]);
    stopped.abort();
  }

  /** Runs a handler, for which a stop of the process waits. */
  async whileAtWork<T>(handler: () => Promise<T>): Promise<T> {
    this.handlersAtWork += 1;
    try {
      return await handler();
    } finally {
      this.handlersAtWork -= 1;
    }
  }

  /** Asks the backend for a sign of life. Throws when there is none. */
  async ping(): Promise<void> {
    if (this.postgresPool) await this.postgresPool.query('select 1');
    else await this.redis?.ping();
  }

  /** Runs after the workers are closed, because the module of the queues imports this one. */
  async onApplicationShutdown(): Promise<void> {
    await this.postgresPool?.end();
    this.redis?.disconnect();
  }

  /**
   * Resolves when all handlers are done and BullMQ's workers do not end: they wait for ever for a Redis that is away, and so does one
   * whose own connection was only about to be tried again. What they had is taken over.
   */
  private async inVain(signal: AbortSignal): Promise<void> {
    const redis = this.redis;
    let idleSinceMs = performance.now();
    while (!signal.aborted) {
      const nowMs = performance.now();
      if (!redis || this.handlersAtWork > 0) idleSinceMs = nowMs;
      else if (redis.status !== 'ready' || nowMs - idleSinceMs > STOP_IDLE_MAX_MS) break;
      await pause(STOP_POLL_MS);
    }
    if (signal.aborted) return;
    log.warn({ redis: redis?.status }, 'The workers end without telling Redis');
    for (const worker of this.workers) {
      void worker.disconnect().catch(() => undefined);
      worker.close = () => Promise.resolve();
    }
  }

  private async examine(redis: Redis): Promise<void> {
    try {
      const limit = pause(REDIS_START_WAIT_MS, 'away' as const, { ref: false });
      if ((await Promise.race([examineRedis(redis), limit])) === 'away')
        log.warn({}, 'Starting without Redis: what it should hear of is added once it is there');
    } catch (error) {
      redis.disconnect();
      throw error;
    }
  }
}
