import { setTimeout as pause } from 'node:timers/promises';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
  type DataSource,
  type EntityManager,
} from 'typeorm';
import { toError } from '../errors.js';
import { sqlStateOf } from './sql-state.js';

/** PostgreSQL: serialization_failure, deadlock_detected (postgresql.org/docs/current/errcodes-appendix.html). */
const RETRYABLE_SQLSTATES = new Set(['40001', '40P01']);
const TRIES_MAX = 3;
/** Long enough for the other transaction to take the lock that the broken one gave back. */
const RETRY_PAUSE_MAX_MS = 30;

/**
 * Runs `work` in a transaction; where PostgreSQL broke it for another's sake, the whole work runs again in a new one after
 * a short random pause, 3 tries in all. `work` must therefore do nothing outside the database.
 */
export async function runInTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await dataSource.transaction(work);
    } catch (error) {
      if (tried >= TRIES_MAX || !RETRYABLE_SQLSTATES.has(sqlStateOf(error) ?? '')) throw error;
      await pause((0.5 + Math.random() / 2) * RETRY_PAUSE_MAX_MS * tried);
    }
  }
}

/** connection_exception, operator_intervention (57P0x), too_many_connections. */
const GONE_SQLSTATES = /^(08...|57P..|53300)$/;

const GONE_CODES = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What pg says about a connection that broke, could not be made in time, or was found broken by the next statement. */
const GONE_WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect|Query read timeout)/;

/** Whether the error says that the database cannot be reached now, so that the same work may succeed later. */
export function isDatabaseGone(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state) return GONE_SQLSTATES.test(state);
  // TypeORM gives a broken connection back at once: the next statement of its transaction finds none.
  if (isReleased(error)) return true;
  const { code, message } = toError(error) as NodeJS.ErrnoException;
  const words = error instanceof QueryFailedError ? toError(error.driverError).message : message;
  return GONE_CODES.has(code ?? '') || GONE_WORDS.test(words);
}

function isReleased(error: unknown): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}
