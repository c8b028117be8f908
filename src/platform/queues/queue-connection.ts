import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { setDefaultBackendFactory, type QueueOptions, type Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Env } from '../env.js';
import { logger } from '../logging.js';
import { createPatientBackend } from './patient-backend.js';

/** Workers keep one connection each for LISTEN; with no room above them everything hangs silently. */
const POOL_CONNECTIONS_ABOVE_WORKERS = 6;
const WORKERS_MAX = 8;
const RECONNECT_DELAY_MAX_MS = 2_000;

const log = logger('queues');

/**
 * The one place that knows where the queues live: on Redis when `REDIS_URL` is set, else in the schema `bullmq` of our
 * PostgreSQL, over one pool for all queues of the process.
 */
@Injectable()
export class QueueConnection implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly backend: 'redis' | 'postgres';
  private readonly pool: pg.Pool | undefined;
  private readonly redis: Redis | undefined;
  private readonly workers = new Set<Worker>();

  constructor(private readonly env: Env) {
    this.backend = env.REDIS_URL ? 'redis' : 'postgres';
    if (env.REDIS_URL) {
      setDefaultBackendFactory();
      this.redis = connectRedis(env.REDIS_URL);
    } else {
      setDefaultBackendFactory(createPatientBackend);
      this.pool = createPool(env.DATABASE_URL);
    }
  }

  /** BullMQ's options for a queue or a worker. */
  options(): QueueOptions {
    return {
      prefix: this.env.QUEUE_PREFIX,
      connection: (this.pool ?? this.redis) as unknown as QueueOptions['connection'],
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
    await Promise.all([...this.workers].map((worker) => worker.close()));
  }

  /** Asks the backend for a sign of life. Throws when there is none. */
  async ping(): Promise<void> {
    if (this.pool) await this.pool.query('select 1');
    else await this.redis?.ping();
  }

  /** Runs after the workers are closed, because the module of the queues imports this one. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
    this.redis?.disconnect();
  }
}

function createPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: WORKERS_MAX + POOL_CONNECTIONS_ABOVE_WORKERS,
    application_name: 'neurocards-queues',
    options: '-c search_path=bullmq,public',
    keepAlive: true,
  });
  pool.setMaxListeners(0);
  // BullMQ listens to none of those that it borrows for its start: one that broke then would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Only its text: the error carries the whole client.
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'A queue connection was lost'));
  return pool;
}

function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => Math.min(tries * 100, RECONNECT_DELAY_MAX_MS),
  });
  redis.setMaxListeners(0);
  redis.on('error', ({ message }: Error) => log.warn({ reason: message }, 'Redis is out of reach'));
  return redis;
}
