import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WatchedClient } from '../../src/platform/database/watched-client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  db = await createTestDatabase();
  pool = new pg.Pool({ connectionString: db.url, Client: WatchedClient });
});

afterAll(async () => {
  await pool.end();
  await db.drop();
});

describe('a connection that PostgreSQL ends', () => {
  it('takes no process with it while nobody listens: whoever uses it next is told', async () => {
    // The pool listens only to those that lie idle, and who took this one has not begun to.
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await db.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(client.query('select 1')).rejects.toThrow('not queryable');
    client.release();
    expect(pool.totalCount).toBe(0);
  });
});
