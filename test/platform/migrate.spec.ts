import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { MIGRATIONS } from '../../migrations/index.js';
import { startApp } from '../../src/app.js';
import { migrateDatabase, readSchemaState, type SchemaState } from '../../src/platform/index.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { testEnv } from '../support/env.js';

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
