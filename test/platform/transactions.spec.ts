import type { DataSource, EntityManager } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource, isDatabaseGone, runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.query('create table accounts (id int primary key, n int not null)');
});

afterAll(() => db.drop());

beforeEach(async () => {
  await db.query('truncate accounts');
  await db.query('insert into accounts values (1, 0), (2, 0)');
});

const add = (manager: EntityManager, id: number) =>
  manager.query('update accounts set n = n + 1 where id = $1', [id]);

const values = async () =>
  (await db.query<{ n: number }>('select n from accounts order by id')).map(({ n }) => n);

/** Resolves for everybody once `count` have called it; a later caller passes at once. */
function meetingOf(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived >= count) open();
    return opened;
  };
}

/** An error with a SQLSTATE, raised by PostgreSQL itself. */
const raise = (manager: EntityManager, sqlState: string) =>
  manager.query(`do $$ begin raise exception 'on purpose' using errcode = '${sqlState}'; end $$`);

describe('runInTransaction', () => {
  it('runs the whole work again after a real deadlock', async () => {
    const bothHoldOne = meetingOf(2);
    const oneIsDone = meetingOf(2);
    const runs: string[] = [];
    const transfer = async (name: string, ids: readonly [number, number]) => {
      await runInTransaction(db.dataSource, async (manager) => {
        runs.push(name);
        // The victim begins again once the other is through: before that, they could meet a second time.
        if (runs.length > 2) await oneIsDone();
        await add(manager, ids[0]);
        await bothHoldOne();
        await add(manager, ids[1]);
      });
      void oneIsDone();
      return name;
    };
    const done = await Promise.all([transfer('up', [1, 2]), transfer('down', [2, 1])]);
    expect(done).toEqual(['up', 'down']);
    expect(runs).toHaveLength(3);
    expect(await values()).toEqual([2, 2]);
  });

  it('runs the whole work again after a real serialization failure', async () => {
    const bothHaveRead = meetingOf(2);
    let runs = 0;
    const increment = () =>
      runInTransaction(db.dataSource, async (manager) => {
        runs += 1;
        await manager.query('set transaction isolation level repeatable read');
        const [row] = await manager.query<{ n: number }[]>('select n from accounts where id = 1');
        await bothHaveRead();
        await manager.query('update accounts set n = $1 where id = 1', [(row?.n ?? 0) + 1]);
      });
    await Promise.all([increment(), increment()]);
    expect(runs).toBe(3);
    expect((await values())[0]).toBe(2);
  });

  it('runs the whole work again when only the commit fails', async () => {
    const bothHaveWritten = meetingOf(2);
    let runs = 0;
    // Each reads the row that the other writes: only at the commit does PostgreSQL see the cycle.
    const copy = (from: number, to: number) =>
      runInTransaction(db.dataSource, async (manager) => {
        runs += 1;
        await manager.query('set transaction isolation level serializable');
        const [row] = await manager.query<{ n: number }[]>('select n from accounts where id = $1', [from]);
        await manager.query('update accounts set n = $1 where id = $2', [(row?.n ?? 0) + 1, to]);
        await bothHaveWritten();
      });
    await Promise.all([copy(1, 2), copy(2, 1)]);
    expect(runs).toBe(3);
    expect((await values()).sort()).toEqual([1, 2]);
  });

  it.each(['40001', '40P01'])('gives up on %s after three tries, with nothing written', async (sqlState) => {
    let runs = 0;
    const hopeless = runInTransaction(db.dataSource, async (manager) => {
      runs += 1;
      await add(manager, 1);
      await raise(manager, sqlState);
    });
    expect(sqlStateOf(await hopeless.catch((error: unknown) => error))).toBe(sqlState);
    expect(runs).toBe(3);
    expect(await values()).toEqual([0, 0]);
  });

  it.each([
    ['a broken constraint', (manager: EntityManager) => manager.query('insert into accounts values (1, 0)')],
    ['one of our own refusals', (manager: EntityManager) => raise(manager, 'NC001')],
    ['a mistake in the work', () => Promise.reject(new Error('on purpose'))],
  ])('does not repeat %s, and leaves nothing written', async (_name, fail) => {
    let runs = 0;
    const failing = runInTransaction(db.dataSource, async (manager) => {
      runs += 1;
      await add(manager, 1);
      await fail(manager);
    });
    await expect(failing).rejects.toThrow();
    expect(runs).toBe(1);
    expect(await values()).toEqual([0, 0]);
  });
});

describe('a data source with a limit for statements', () => {
  it('ends the one that takes longer, which does not mean that the database is gone', async () => {
    const settings = { url: db.url, poolMax: 1, statementTimeoutMs: 100 };
    const dataSource = await createDataSource(settings).initialize();
    const failure: unknown = await dataSource.query('select pg_sleep(20)').catch((error: unknown) => error);
    await dataSource.destroy();
    expect(sqlStateOf(failure)).toBe('57014');
    expect(isDatabaseGone(failure)).toBe(false);
  });
});

describe('isDatabaseGone', () => {
  let proxy: CuttableProxy;
  let dataSource: DataSource;

  beforeAll(async () => {
    proxy = await CuttableProxy.to(db.url);
    dataSource = await createDataSource({ url: proxy.url, applicationName: 'gone', poolMax: 2 }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await proxy.close();
  });

  beforeEach(async () => {
    proxy.mend();
    await waitFor(() => dataSource.query('select 1'), { what: 'a connection that works' });
  });

  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => 'it worked',
      (error: unknown) => error,
    );

  const connections = () =>
    db.query<{ query: string; state: string }>(
      `select query, state from pg_stat_activity where application_name = 'gone'`,
    );

  const asleep = async () => (await connections()).some(({ query }) => query.includes('pg_sleep'));

  const inTransaction = async () =>
    (await connections()).some(({ state }) => state === 'idle in transaction');

  const terminateOthers = () =>
    db.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gone'`);

  it('knows a server that ends the connection in the middle of a statement', async () => {
    const sleeping = failureOf(dataSource.query('select pg_sleep(10)'));
    await waitFor(asleep, { what: 'the statement at work' });
    await terminateOthers();
    expect(isDatabaseGone(await sleeping)).toBe(true);
  });

  it('knows a wire that is cut in the middle of a statement', async () => {
    const sleeping = failureOf(dataSource.query('select pg_sleep(10)'));
    await waitFor(asleep, { what: 'the statement at work' });
    proxy.cut();
    expect(isDatabaseGone(await sleeping)).toBe(true);
  });

  it.each(['cut', 'terminated'])('knows a connection that is %s between two statements', async (how) => {
    const failure = await failureOf(
      runInTransaction(dataSource, async (manager) => {
        await manager.query('select 1');
        if (how === 'cut') proxy.cut();
        else await terminateOthers();
        await waitFor(async () => !(await inTransaction()), { what: 'the end of the connection' });
        await manager.query('select 2');
      }),
    );
    expect(failure).toBeInstanceOf(Error);
    expect(isDatabaseGone(failure), String(failure)).toBe(true);
  });

  it('knows a server that takes no connection', async () => {
    proxy.cut();
    await failureOf(dataSource.query('select 1'));
    expect(isDatabaseGone(await failureOf(dataSource.query('select 1')))).toBe(true);
  });

  it.each(['127.0.0.1', 'localhost'])('knows a port of %s where nobody listens', async (host) => {
    const nowhere = createDataSource({ url: `postgres://app:app@${host}:1/app` });
    expect(isDatabaseGone(await failureOf(nowhere.initialize()))).toBe(true);
  });

  it.each([
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write', errno: -32 }),
    Object.assign(new Error('connect ETIMEDOUT 10.0.0.1:5432'), { code: 'ETIMEDOUT', syscall: 'connect' }),
    Object.assign(new Error('getaddrinfo EAI_AGAIN db'), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }),
    Object.assign(new Error('connect EHOSTUNREACH 10.0.0.1:5432'), { code: 'EHOSTUNREACH' }),
    new Error('timeout expired'),
    new Error('Query read timeout'),
    Object.assign(new Error('sorry, too many clients already'), { code: '53300' }),
    Object.assign(new Error('the database system is starting up'), { code: '57P03' }),
  ])('knows %s', (error) => {
    expect(isDatabaseGone(error)).toBe(true);
  });

  it('does not take a refused statement, a bug or a slow provider for it', async () => {
    expect(isDatabaseGone(await failureOf(db.query('select nonsense')))).toBe(false);
    expect(isDatabaseGone(new TypeError('x is not a function'))).toBe(false);
    expect(isDatabaseGone('text')).toBe(false);
    expect(isDatabaseGone(null)).toBe(false);
  });
});
