import type { QueryRunner } from 'typeorm';

/** It keeps nobody waiting, so it may wait: for every transaction that has begun before it, a backup among them. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Makes an index of a table that is at work without holding up its writes (postgresql.org/docs/current/sql-createindex.html). Only for a
 * migration with `transaction = false`, all of whose statements must then bear to be run again: what a build that was cut off has left is
 * dropped first, and an index that is there stays.
 *
 * @param on What stands behind `on`: `jobs (finished_at) where finished_at is not null`.
 */
export async function createIndexConcurrently(runner: QueryRunner, name: string, on: string): Promise<void> {
  await runner.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
  try {
    const halves: unknown = await runner.query(
      'select from pg_index where indexrelid = to_regclass($1) and not indisvalid',
      [name],
    );
    if (Array.isArray(halves) && halves.length > 0) {
      await runner.query(`drop index concurrently ${name}`);
    }
    await runner.query(`create index concurrently if not exists ${name} on ${on}`);
  } finally {
    await runner.query('reset lock_timeout');
  }
}

/** Several, by their names. */
export async function createIndexesConcurrently(
  runner: QueryRunner,
  indexes: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, on] of Object.entries(indexes)) await createIndexConcurrently(runner, name, on);
}
