import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PgProxy, type CommitGate } from '../../sandbox/kill/pg-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let db: TestDatabase;
let proxy: PgProxy;
let client: pg.Client;
let gate: CommitGate;
let seen: string[];

beforeEach(async () => {
  db = await createTestDatabase();
  seen = [];
  gate = () => false;
  proxy = await PgProxy.to(
    db.url,
    (name) => name !== 'unseen',
    (statements, when, source) => {
      seen.push(`${when} ${statements.map(({ sql, changed }) => `${sql}${changed ? '!' : ''}`).join('; ')}`);
      return gate(statements, when, source);
    },
  );
  client = await connect('seen');
  await db.query('create table marks (n int)');
});

afterEach(async () => {
  await client.end().catch(() => undefined);
  await proxy.close();
  await db.drop();
});

async function connect(name: string): Promise<pg.Client> {
  const one = new pg.Client({ connectionString: proxy.url, application_name: name });
  one.on('error', () => undefined);
  await one.connect();
  return one;
}

const marks = async () => (await db.query<{ n: number }>('select n from marks order by n')).map(({ n }) => n);

async function mark(n: number): Promise<void> {
  await client.query('begin');
  await client.query('insert into marks values ($1)', [n]);
  await client.query('commit');
}

/** What the dead application's connection looks like from the server. */
async function cut(): Promise<void> {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  await waitFor(
    async () => {
      const [row] = await db.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'seen'`,
      );
      return row?.n === 0;
    },
    { what: 'the end of the connection', timeoutMs: 10_000 },
  );
}

describe('PgProxy', () => {
  it('shows every commit before and after it, and large answers whole', async () => {
    await mark(1);
    await client.query('update marks set n = $1 where n = $2', [2, 7]);
    const { rows } = await client.query<{ text: string }>(`select repeat('ы', 1000000) as text`);
    expect(rows[0]?.text).toHaveLength(1_000_000);
    expect(seen).toEqual([
      'before insert into marks values ($1)!',
      'after insert into marks values ($1)!',
      'before update marks set n = $1 where n = $2',
      'after update marks set n = $1 where n = $2',
      `before select repeat('ы', 1000000) as text`,
      `after select repeat('ы', 1000000) as text!`,
    ]);
  });

  it('stops a COMMIT before the server: nothing is committed', async () => {
    gate = (_statements, when) => when === 'before';
    const hanging = mark(1);
    hanging.catch(() => undefined);
    await waitFor(() => seen.length === 1, { what: 'the COMMIT', timeoutMs: 10_000 });
    await cut();
    expect(await marks()).toEqual([]);
  });

  it('stops the answer to a COMMIT: it is committed, and the client never hears', async () => {
    gate = (_statements, when) => when === 'after';
    const heard = { it: false };
    mark(1).then(
      () => (heard.it = true),
      () => undefined,
    );
    await waitFor(() => seen.length === 2, { what: 'the answer', timeoutMs: 10_000 });
    expect(await marks()).toEqual([1]);
    expect(heard.it).toBe(false);
    await cut();
  });

  it('passes through what it was told not to look at', async () => {
    const other = await connect('unseen');
    gate = () => true;
    await other.query('insert into marks values (5)');
    await other.end();
    expect(await marks()).toEqual([5]);
    expect(seen).toEqual([]);
  });
});
