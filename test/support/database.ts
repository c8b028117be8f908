import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { inject } from 'vitest';
import { createDataSource } from '../../src/platform/index.js';
import { waitFor } from './wait-for.js';

/** A migrated database of one spec file's own. */
export interface TestDatabase {
  url: string;
  name: string;
  /** Initialised; `drop` destroys it. */
  dataSource: DataSource;
  /** The rows of one statement: `query<{ credits: number }>('select credits from users where id = $1', [id])`. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Drops the database. Throws when anything else was still connected: a spec must close what it opens. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** TypeORM entities of the data source; none by default. */
  entities?: DataSourceOptions['entities'];
  /** Connections of the data source at most; 10 by default. */
  poolMax?: number;
}

const LEAK_TIMEOUT_MS = 3_000;

/**
 * Clones the run's migrated template, which takes some 50 ms: call it in `beforeAll`, and `drop()` in `afterAll`.
 * Throws when the run has no PostgreSQL, that is outside of the projects `integration` and `process`.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  if (!serverUrl) throw new Error('This project has no PostgreSQL: test/support/global-setup.ts did not run');
  const name = `neurocards_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, (client) =>
    client.query(`create database ${name} template ${inject('postgresTemplate')} strategy wal_log`),
  );
  const databaseUrl = new URL(serverUrl);
  databaseUrl.pathname = name;
  return openTestDatabase(databaseUrl.href, () => dropDatabase(serverUrl, name), options);
}

/** Connects to a migrated database; its `drop` closes the test's own connections and then calls the one given. */
export async function openTestDatabase(
  url: string,
  drop: () => Promise<void>,
  { entities, poolMax = 10 }: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const dataSource = createDataSource({ url, poolMax, applicationName: 'test', entities });
  await dataSource.initialize();
  return {
    url,
    name: new URL(url).pathname.slice(1),
    dataSource,
    query: (sql, parameters) => dataSource.query(sql, parameters),
    async drop() {
      if (dataSource.isInitialized) await dataSource.destroy();
      await drop();
    },
  };
}

/** Never drops a database whose name does not say that it is for tests. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  if (!/(^|_)test(_|$)/.test(name)) throw new Error(`${name} is no test database: refusing to drop it`);
  await onServer(serverUrl, async (client) => {
    const connections = async () => {
      const { rows } = await client.query<{ application_name: string; query: string }>(
        'select application_name, query from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
        [name],
      );
      return rows;
    };
    // A backend outlives its closed connection by a moment.
    const allClosed = async () => (await connections()).length === 0;
    const closed = await waitFor(allClosed, { timeoutMs: LEAK_TIMEOUT_MS, what: 'closed connections' }).catch(
      () => false,
    );
    const leaked = closed ? [] : await connections();
    await client.query(`drop database ${name} with (force)`);
    if (leaked.length === 0) return;
    const list = leaked.map((row) => `${row.application_name || '(no application_name)'}: ${row.query}`);
    throw new Error(`${leaked.length} connection(s) were left open to ${name}:\n${list.join('\n')}`);
  });
}

async function onServer<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
