import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPrepared, sqlStateOf } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ poolMax: 1 });
  await db.query('create table accounts (id int primary key, n int not null)');
});

afterAll(() => db.drop());

const ADD = {
  name: 'add-account',
  sql: 'insert into accounts values ($1, $2) on conflict (id) do update set n = excluded.n returning n',
};

describe('a prepared statement', () => {
  it('is planned once on its connection, and says what it returned and changed', async () => {
    for (const n of [7, 8, 9]) {
      expect(await runPrepared(db.dataSource, ADD, [1, n])).toEqual({ rows: [{ n }], rowCount: 1 });
    }
    const prepared = await db.query(
      'select name, (generic_plans + custom_plans)::int as runs from pg_prepared_statements',
    );
    expect(prepared).toEqual([{ name: ADD.name, runs: 3 }]);
  });

  it('outlives a change of its table, and fails with what PostgreSQL says', async () => {
    await db.query('truncate accounts');
    await db.query('alter table accounts add column note text not null');
    const failure = await runPrepared(db.dataSource, ADD, [2, 1]).catch(sqlStateOf);
    expect(failure).toBe('23502');
    await db.query('alter table accounts drop column note');
    expect(await runPrepared(db.dataSource, ADD, [2, 1])).toEqual({ rows: [{ n: 1 }], rowCount: 1 });
  });
});
