import { setTimeout as pause } from 'node:timers/promises';
import { runMigrations as runQueueMigrations } from 'bullmq';
import pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';
import { AppError } from '../errors.js';
import { createDataSource } from './data-source.js';
import { readSchemaState } from './schema-state.js';
import { sqlStateOf } from './sql-state.js';

/** One number for "somebody migrates this database", the same in every process. */
const MIGRATION_LOCK_ID = 7_203_114;
const MIGRATION_LOCK_LOOK_MS = 250;
const MIGRATION_LOCK_WAIT_MS = 1_800_000;
const APPLICATION_NAME = 'neurocards-migrate';
const CONNECT_TIMEOUT_MS = 10_000;

/** lock_not_available, deadlock_detected (postgresql.org/docs/current/errcodes-appendix.html). */
const IN_USE_SQLSTATES = new Set(['55P03', '40P01']);

export interface MigrationReport {
  /** Names of the migrations that this call applied, oldest first. */
  applied: string[];
  /** How many the database has now. */
  total: number;
}

/** How long a statement waits for its lock, how long all others then have the table, and how often. */
export interface LockTries {
  timeoutMs: number;
  pauseMs: number;
  triesMax: number;
}

/**
 * Behind a statement that waits for a table of ours waits everybody else who wants it: so long and no longer. Two minutes in all; one that
 * makes an index holds nobody up, and waits for longer.
 */
const LOCK_TRIES: LockTries = { timeoutMs: 1_000, pauseMs: 5_000, triesMax: 20 };

export interface MigrateOptions {
  locks?: LockTries;
  /** Is told why it takes long. */
  say?: (sentence: string) => void;
}

/** Others hold a table for longer than we may wait. What was applied before stays. */
export class TablesInUseError extends AppError {
  readonly code = 'DATABASE_TABLES_IN_USE';
}

/**
 * Applies our migrations, then BullMQ's, under an advisory lock: of several at once one applies, the others wait and
 * apply nothing.
 *
 * @throws TablesInUseError when somebody keeps a table to the last try.
 */
export async function migrateDatabase(url: string, options: MigrateOptions = {}): Promise<MigrationReport> {
  const { locks = LOCK_TRIES } = options;
  const client = new pg.Client({
    connectionString: url,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: locks.timeoutMs,
  });
  // The statement that meets a broken connection says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await takeLock(client);
    const { pending } = await readSchemaState(client);
    await inTries(client, { ...options, locks }, () => runOurs(url, locks.timeoutMs));
    await inTries(client, { ...options, locks }, () => runQueueMigrations(client));
    return { applied: pending.filter((name) => name !== 'bullmq'), total: MIGRATIONS.length };
  } finally {
    // The lock ends with its connection.
    await client.end();
  }
}

/** It asks again and again: whoever waits in a statement is waited for by those who make an index, and those hold the lock. */
async function takeLock(client: pg.Client): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < MIGRATION_LOCK_WAIT_MS) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      MIGRATION_LOCK_ID,
    ]);
    if (rows[0]?.taken) return;
    await pause(MIGRATION_LOCK_LOOK_MS);
  }
  throw new TablesInUseError('Somebody else has been migrating this database for half an hour');
}

async function runOurs(url: string, lockTimeoutMs: number): Promise<void> {
  const settings = { url, applicationName: APPLICATION_NAME, migrations: MIGRATIONS, lockTimeoutMs };
  const dataSource = createDataSource(settings);
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}

/** A migration that could not have its lock was taken back as a whole, or bears to be made again. */
async function inTries(
  client: pg.Client,
  { locks, say }: MigrateOptions & { locks: LockTries },
  work: () => Promise<unknown>,
): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!IN_USE_SQLSTATES.has(sqlStateOf(error) ?? '')) throw error;
      const words = `A table was in use${await listLongest(client)}, and work comes before the migration.`;
      if (tried >= locks.triesMax) {
        throw new TablesInUseError(
          `${words} Tried ${tried} times; what was applied before stays. Wait until that is over, or end it ` +
            `(select pg_terminate_backend(pid)), and migrate again.`,
          { cause: error },
        );
      }
      say?.(`${words} Trying again, ${tried} of ${locks.triesMax}`);
      await pause(locks.pauseMs);
    }
  }
}

/** The longest transactions of others: one of them, most likely. */
async function listLongest(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ words: string }>(
    `select format('pid %s %s for %s s', pid, coalesce(nullif(application_name, ''), usename),
              extract(epoch from now() - xact_start)::integer) as words
     from pg_stat_activity
     where datname = current_database() and xact_start is not null and application_name <> $1
     order by xact_start limit 3`,
    [APPLICATION_NAME],
  );
  return rows.length === 0 ? '' : ` (${rows.map(({ words }) => words).join(', ')})`;
}
