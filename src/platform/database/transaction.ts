import type { DataSource, EntityManager } from 'typeorm';

/** PostgreSQL: serialization_failure, deadlock_detected (postgresql.org/docs/current/errcodes-appendix.html). */
const RETRYABLE_SQLSTATES = new Set(['40001', '40P01']);
const TRIES_MAX = 3;

/**
 * Runs `work` in a transaction; where PostgreSQL broke it for another's sake, the whole work runs again in a new one, 3
 * tries in all. `work` must therefore do nothing outside the database.
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
    }
  }
}

/** The SQLSTATE of an error that PostgreSQL sent, else undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  return driverError ? sqlStateOf(driverError) : undefined;
}

/** Whether the error says that the database cannot be reached now, so that the same work may succeed later. */
export function isDatabaseGone(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state) return state.startsWith('08') || state.startsWith('57P') || state === '53300';
  const text = error instanceof Error ? `${(error as { code?: string }).code ?? ''} ${error.message}` : '';
  return /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|Connection terminated|timeout exceeded when trying to connect/.test(
    text,
  );
}
