import pg from 'pg';
import { WatchedClient } from '../database/watched-client.js';
import { logger } from '../logging.js';

/** Workers keep one connection each for LISTEN; with no room above them everything hangs silently. */
const CONNECTIONS_ABOVE_WORKERS = 6;
const WORKERS_MAX = 8;
/** Connections of one process for its queues at most. */
export const QUEUE_POOL_MAX = WORKERS_MAX + CONNECTIONS_ABOVE_WORKERS;
/** Also the longest wait for a free connection of the pool. */
const CONNECT_TIMEOUT_MS = 10_000;
/** As long as an add may take. Queue statements take milliseconds, and a lock that is not renewed in time is lost anyway. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Our own limit comes after the server's: it counts only where the network has swallowed the answer. */
const ANSWER_TIMEOUT_MS = 7_000;
/** A connection on which nothing is said is tested after this time; without it after hours. */
const KEEP_ALIVE_AFTER_MS = 10_000;

const log = logger('queues');

/** One pool for all queues and workers of the process. */
export function createQueuePool(url: string): pg.Pool {
  const pool = new pg.Pool({
    Client: WatchedClient,
    connectionString: url,
    max: QUEUE_POOL_MAX,
    application_name: 'neurocards-queues',
    options: '-c search_path=bullmq,public',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  pool.setMaxListeners(0);
  // BullMQ listens to none of those that it borrows for its start: one that broke then would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Only its text: the error carries the whole client.
  pool.on('error', ({ message }) => log.warn({ reason: message }, 'A queue connection was lost'));
  return pool;
}
