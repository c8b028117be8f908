import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
} from 'bullmq';
import type pg from 'pg';
import { MIGRATIONS } from '../../../migrations/index.js';

/** How the schema of a database stands to this build. */
export interface SchemaState {
  /** Names of the migrations that it lacks, oldest first; `bullmq` for those of the queues. */
  pending: string[];
  /** Names of the migrations that this build does not know: a newer one has been here. */
  unknown: string[];
  /** Why this build's BullMQ must leave the queues alone, in BullMQ's words. */
  queuesTooNew: string | null;
}

/** Reads, and changes nothing. @throws What PostgreSQL or the network says. */
export async function readSchemaState(client: pg.ClientBase): Promise<SchemaState> {
  const applied = await listApplied(client);
  const known = MIGRATIONS.map((migration) => migration.name);
  const queues = await readQueues(client);
  return {
    pending: [
      ...known.filter((name) => !applied.includes(name)),
      ...(queues === 'pending' ? ['bullmq'] : []),
    ],
    unknown: applied.filter((name) => !known.includes(name)),
    queuesTooNew: typeof queues === 'object' ? queues.tooNew : null,
  };
}

async function listApplied(client: pg.ClientBase): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string | null }>(
    `select to_regclass('migrations')::text as name`,
  );
  if (!tables[0]?.name) return [];
  const { rows } = await client.query<{ name: string }>('select name from migrations order by id');
  return rows.map(({ name }) => name);
}

async function readQueues(client: pg.ClientBase): Promise<'migrated' | 'pending' | { tooNew: string }> {
  try {
    // The server's version is a question of its own.
    const version = await assertSchemaCompatibility(client, 'bullmq', {
      skipVersionCheck: true,
    });
    return version < LATEST_SCHEMA_VERSION ? 'pending' : 'migrated';
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 'pending';
    if (error instanceof SchemaVersionMismatchError) return { tooNew: error.message };
    throw error;
  }
}
