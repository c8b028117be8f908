import { runMigrations as runQueueMigrations } from 'bullmq';
import pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';
import { createDataSource } from './data-source.js';

/** One number for "somebody migrates this database", the same in every process. */
const MIGRATION_LOCK_ID = 7_203_114;

export interface MigrationReport {
  /** Names of the migrations that this call applied, oldest first. */
  applied: string[];
  /** How many the database has now. */
  total: number;
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

async function migrateQueues(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await runQueueMigrations(client);
  } finally {
    await client.end();
  }
}
