import { setTimeout as pause } from 'node:timers/promises';
import { createPostgresBackend } from 'bullmq';

/** How long a worker that could not ask for work waits before it asks again. */
export const FETCH_RETRY_PAUSE_MS = 1_000;

/**
 * BullMQ's PostgreSQL backend, except that a failed question for work is answered after a pause. A worker of BullMQ 6.7 asks again
 * at once after every failure but a refused connection: while PostgreSQL restarts, thousands of times a second, each time with a
 * new connection and a line in the log.
 */
export const createPatientBackend: typeof createPostgresBackend = (name, options, factoryOptions) => {
  const backend = createPostgresBackend(name, options, factoryOptions);
  backend.moveToActive = patient(backend.moveToActive.bind(backend));
  backend.waitForJob = patient(backend.waitForJob.bind(backend));
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
