import { setTimeout as pause } from 'node:timers/promises';
import { createPostgresBackend, createRedisBackend, type BackendFactory } from 'bullmq';
import pg from 'pg';

/** How long a worker that could not ask for work waits before it asks again. */
export const FETCH_RETRY_PAUSE_MS = 1_000;
/** A worker asks for work at least this often, as BullMQ's does where it knows of no delayed job. */
const BLOCK_MAX_S = 5;

/**
 * BullMQ's backend for the server that the options' connection leads to, so that one process may use both, mended where BullMQ
 * 6.7 bears trouble badly. After most failures its worker asks for work again at once: while PostgreSQL restarts or Redis is full,
 * thousands of times a second, each time with a line in the log.
 */
export const createBackend: BackendFactory = (name, options, more) =>
  options.connection instanceof pg.Pool ? onPostgres(name, options, more) : onRedis(name, options, more);

const onPostgres: BackendFactory = (name, options, more) => {
  const backend = createPostgresBackend(name, options as Parameters<typeof createPostgresBackend>[1], more);
  backend.moveToActive = patient(backend.moveToActive.bind(backend));
  backend.waitForJob = patient(backend.waitForJob.bind(backend));
  // Its own is an hour, in which nobody would notice that the connection brings no notifications any more.
  Object.defineProperty(backend, 'maximumBlockTimeout', { value: BLOCK_MAX_S });
  return backend;
};

const onRedis: BackendFactory = (name, options, more) => {
  const backend = createRedisBackend(name, options, more);
  backend.moveToActive = patient(backend.moveToActive.bind(backend));
  return backend;
};

function patient<A extends unknown[], R>(ask: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  return async (...args) => {
    try {
      return await ask(...args);
    } catch (error) {
      await pause(FETCH_RETRY_PAUSE_MS);
      throw error;
    }
  };
}
