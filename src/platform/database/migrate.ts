import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations as runQueueMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import type { DataSource } from 'typeorm';
import pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';
import { AppError, toError } from '../errors.js';
import { createDataSource } from './data-source.js';
import { describeDatabase } from './describe-database.js';

/** One number for "somebody migrates this database", the same in every process. */
const MIGRATION_LOCK_ID = 7_203_114;

export interface MigrationReport {
  /** Names of the migrations that this call applied, oldest first. */
  applied: string[];
  /** How many the database has now. */
  total: number;
}

/** The database's schema is older than this build; run `npm run migrate`. */
export class MigrationsPendingError extends AppError {
  readonly code = 'DATABASE_MIGRATIONS_PENDING';

  constructor(pending: readonly string[]) {
    super(`The database lacks ${pending.length} migration(s) (${pending.join(', ')}). Run: npm run migrate`);
  }
}

/** No connection to the database, or none for us. */
export class DatabaseUnreachableError extends AppError {
  readonly code = 'DATABASE_UNREACHABLE';
  override readonly retryable = true;

  constructor(url: string, cause: unknown) {
    const { message, code } = toError(cause) as NodeJS.ErrnoException;
    // An error that stands for several attempts (IPv4 and IPv6) has no message of its own.
    super(`The database ${describeDatabase(url)} cannot be reached: ${message || code}`, { cause });
  }
}

/**
 * Applies our migrations, then BullMQ's, under an advisory lock: of several at once one applies, the others wait and
 * apply nothing.
 */
export async function migrateDatabase(url: string): Promise<MigrationReport> {
  const dataSource = createDataSource({ url, applicationName: 'neurocards-migrate', migrations: MIGRATIONS });
  await dataSource.initialize();
  const lockHolder = dataSource.createQueryRunner();
  try {
    await lockHolder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK_ID]);
    const applied = await dataSource.runMigrations();
    await migrateQueues(url);
    return { applied: applied.map((migration) => migration.name), total: MIGRATIONS.length };
  } finally {
    await lockHolder.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK_ID]).catch(() => undefined);
    await lockHolder.release();
    await dataSource.destroy();
  }
}

/**
 * One look at the database before anything else connects to it.
 *
 * @throws DatabaseUnreachableError, MigrationsPendingError
 */
export async function checkDatabase(url: string): Promise<void> {
  const dataSource = createDataSource({ url, poolMax: 1, applicationName: 'neurocards-check' });
  try {
    await dataSource.initialize();
  } catch (error) {
    throw new DatabaseUnreachableError(url, error);
  }
  try {
    await assertMigrated(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** @throws MigrationsPendingError when the database lacks a migration of ours or of the queues. */
export async function assertMigrated(dataSource: DataSource): Promise<void> {
  const known = MIGRATIONS.map((migration) => migration.name);
  const hasTable = await dataSource.query<{ name: string | null }[]>(
    `select to_regclass('migrations')::text as name`,
  );
  const rows = hasTable[0]?.name
    ? await dataSource.query<{ name: string }[]>('select name from migrations')
    : [];
  const applied = new Set(rows.map((row) => row.name));
  const pending = known.filter((name) => !applied.has(name));
  if (pending.length > 0) throw new MigrationsPendingError(pending);
  await assertQueuesMigrated(dataSource);
}

async function migrateQueues(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await runQueueMigrations(client);
  } finally {
    await client.end();
  }
}

async function assertQueuesMigrated(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as pg.PoolClient;
    const version = await assertSchemaCompatibility(client);
    if (version < LATEST_SCHEMA_VERSION) throw new MigrationsPendingError(['bullmq']);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) throw new MigrationsPendingError(['bullmq']);
    throw error;
  } finally {
    await runner.release();
  }
}
