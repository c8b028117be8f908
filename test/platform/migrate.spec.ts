import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { MIGRATIONS } from '../../migrations/index.js';
import { startApp } from '../../src/app.js';
import { migrateDatabase, readSchemaState, type SchemaState } from '../../src/platform/index.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';
import { waitFor } from '../support/wait-for.js';

let url: string;

beforeEach(async () => {
  const name = `empty_test_${randomBytes(6).toString('hex')}`;
  await execute(inject('postgresUrl'), `create database ${name}`);
  url = Object.assign(new URL(inject('postgresUrl')), { pathname: name }).href;
});

afterEach(() => execute(inject('postgresUrl'), `drop database ${new URL(url).pathname.slice(1)}`));

async function execute<Row>(databaseUrl: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function stateOf(databaseUrl: string): Promise<SchemaState> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await readSchemaState(client);
  } finally {
    await client.end();
  }
}

describe('migrateDatabase', () => {
  it('applies everything once when three processes migrate at the same moment', async () => {
    const reports = await Promise.all([1, 2, 3].map(() => migrateDatabase(url)));
    const names = MIGRATIONS.map(({ name }) => name);
    expect(reports.map(({ applied }) => applied).sort((a, b) => b.length - a.length)).toEqual([
      names,
      [],
      [],
    ]);
    expect(reports.every(({ total }) => total === names.length)).toBe(true);
    expect(await execute(url, 'select name from migrations order by id')).toEqual(
      names.map((name) => ({ name })),
    );
    expect(await stateOf(url)).toEqual({ pending: [], unknown: [], queuesTooNew: null });
  });

  it('gives its lock back when it fails, so that the next one can try', async () => {
    await execute(url, 'create table users (mine int)');
    await expect(migrateDatabase(url)).rejects.toThrow('relation "users" already exists');
    await execute(url, 'drop table users');
    expect((await migrateDatabase(url)).applied).toHaveLength(MIGRATIONS.length);
  });
});

describe('a migration of a system at work', () => {
  const ALTERS = 'SendingAgain1795651200003';
  const INDEXES = 'Audits1795651200500';
  let own: TestDatabase;
  /** Somebody who is at work, and goes on, as pg_dump and Metabase do. */
  let other: pg.Client;

  beforeEach(async () => {
    own = await createTestDatabase();
    other = new pg.Client({ connectionString: own.url, application_name: 'a long report' });
    await other.connect();
  });

  afterEach(async () => {
    await other.end();
    await own.drop();
  });

  /** As if this migration had never been. */
  async function forget(migration: string, undo: string): Promise<void> {
    await own.query(undo);
    await own.query('delete from migrations where name = $1', [migration]);
  }

  async function migrationWaitsIn(statement: string): Promise<void> {
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      and application_name = 'neurocards-migrate' and query ~ '^\\s*${statement}'`;
    await waitFor(async () => (await own.query(waiting)).length > 0, {
      timeoutMs: 10_000,
      what: 'a migration that waits',
    });
  }

  async function expectNoWait(statement: string): Promise<void> {
    const startedAt = performance.now();
    await own.query(statement);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  }

  it('lets everybody pass while somebody keeps it waiting, and tries again', async () => {
    await forget(ALTERS, 'alter table jobs drop sending_again');
    await other.query('begin; select 1 from jobs limit 1');
    const said: string[] = [];
    const migrated = migrateDatabase(own.url, {
      locks: { timeoutMs: 300, pauseMs: 50, triesMax: 100 },
      say: (sentence) => said.push(sentence),
    });
    migrated.catch(() => undefined);
    await migrationWaitsIn('alter table jobs');
    await expectNoWait('select 1 from jobs limit 1');
    await waitFor(() => said.length > 0, { timeoutMs: 10_000, what: 'why it takes long' });
    await other.query('rollback');
    expect((await migrated).applied).toEqual([ALTERS]);
    expect(said[0]).toMatch(/^A table was in use \(pid \d+ a long report for \d+ s/);
  });

  it('gives up in words that say who holds it, and leaves its lock behind it', async () => {
    await forget(ALTERS, 'alter table jobs drop sending_again');
    await other.query('begin; select 1 from jobs limit 1');
    const locks = { timeoutMs: 20, pauseMs: 1, triesMax: 2 };
    await expect(migrateDatabase(own.url, { locks })).rejects.toThrow(
      /^A table was in use .*a long report.* Tried 2 times.*migrate again/,
    );
    await other.query('rollback');
    expect((await migrateDatabase(own.url, { locks })).applied).toEqual([ALTERS]);
  });

  it('makes indexes beside the work, and anew what a crash has left half made', async () => {
    await forget(INDEXES, 'drop index jobs_ended');
    await own.query(`update pg_index set indisvalid = false where indexrelid = 'payments_by_age'::regclass`);
    await other.query('begin; delete from jobs where false');
    const migrated = migrateDatabase(own.url);
    migrated.catch(() => undefined);
    await migrationWaitsIn('create index');
    await expectNoWait('delete from jobs where false');
    await other.query('rollback');
    expect((await migrated).applied).toEqual([INDEXES]);
    const left = await own.query<{ name: string }>(
      `select relname as name from pg_index join pg_class on oid = indexrelid where not indisvalid or relname = 'jobs_ended'`,
    );
    expect(left).toEqual([{ name: 'jobs_ended' }]);
  });
});

describe('readSchemaState', () => {
  it('names all that a new database lacks', async () => {
    const names = MIGRATIONS.map(({ name }) => name);
    expect(await stateOf(url)).toEqual({ pending: [...names, 'bullmq'], unknown: [], queuesTooNew: null });
  });

  it('misses the tables of the queues, too', async () => {
    await migrateDatabase(url);
    await execute(url, 'drop schema bullmq cascade');
    expect((await stateOf(url)).pending).toEqual(['bullmq']);
  });

  it('misses an older schema of the queues', async () => {
    await migrateDatabase(url);
    await execute(url, 'delete from bullmq.migration where version > 1');
    expect((await stateOf(url)).pending).toEqual(['bullmq']);
  });

  it('does not take a broken connection for a missing migration', async () => {
    await migrateDatabase(url);
    const proxy = await CuttableProxy.to(url);
    const client = new pg.Client({ connectionString: proxy.url });
    client.on('error', () => undefined);
    await client.connect();
    // Our own migrations are two questions; the wire is cut when it comes to the queues.
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    let asked = 0;
    Object.assign(client, {
      query: (...args: unknown[]) => {
        asked += 1;
        if (asked === 3) proxy.cut();
        return query(...args);
      },
    });
    await expect(readSchemaState(client)).rejects.toThrow(/Connection terminated|ECONNRESET/);
    await proxy.close();
  });
});

describe('startApp', () => {
  it('refuses a database that was not migrated, and leaves no connection behind', async () => {
    const env = testEnv({
      ROLES: 'worker,scheduler',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: url,
    });
    await expect(startApp(env)).rejects.toThrow(/Run: npm run migrate$/);
    await expect
      .poll(() =>
        execute(
          inject('postgresUrl'),
          `select application_name from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}'`,
        ),
      )
      .toEqual([]);
  });
});
