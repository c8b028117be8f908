import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Breakers, Metrics } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const HOUR_MS = 3_600_000;
const NAME = 'kie-model:grok';

describe('a breaker', () => {
  const breakers = new Breakers(new Metrics());
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createTestDatabase();
  });
  beforeEach(() => db.query('delete from breakers'));
  afterAll(() => db.drop());

  const open = (reason: string, pauseMs = HOUR_MS) =>
    breakers.open(db.dataSource.manager, NAME, { reason, pauseMs });
  const listOpen = (prefix = 'kie-model:') => breakers.listOpen(db.dataSource.manager, prefix);
  /** Moves what is remembered into the past, as if that much time had gone by. */
  const letPass = (ms: number) =>
    db.query(
      `update breakers set opened_at = opened_at - $1 * interval '1 ms', open_until = open_until - $1 * interval '1 ms'`,
      [ms],
    );
  const pauseMs = async () => {
    const [row] = await db.query<{ ms: number }>(
      `select extract(epoch from open_until - clock_timestamp())::float8 * 1000 as ms from breakers`,
    );
    return row?.ms ?? 0;
  };

  it('is open until its time is over, for everybody who asks by its name', async () => {
    await open('paused');
    expect(await listOpen()).toMatchObject([{ name: NAME, reason: 'paused' }]);
    expect(await listOpen('openai')).toEqual([]);
    await letPass(HOUR_MS + 1);
    expect(await listOpen()).toEqual([]);
  });

  it('stays as it is when many find the same at once', async () => {
    await open('first');
    const [before] = await listOpen();
    await Promise.all(Array.from({ length: 8 }, () => open('later')));
    expect(await listOpen()).toEqual([before]);
    expect(await pauseMs()).toBeLessThanOrEqual(HOUR_MS);
  });

  it('stays open for longer each time that it fails again soon, up to twelve times, and is one outage', async () => {
    await open('paused');
    for (const [pauses, times] of [2, 4, 8, 12, 12].entries()) {
      await letPass((await pauseMs()) + 1);
      const before = await db.query<{ opened_at: Date }>('select opened_at from breakers');
      await open('paused again');
      expect((await listOpen())[0]?.openedAt, `after pause ${pauses}`).toEqual(before[0]?.opened_at);
      expect(Math.round((await pauseMs()) / HOUR_MS)).toBe(times);
    }
  });

  it('goes on opening in an outage of a year', async () => {
    await open('paused');
    await db.query(`update breakers set times = 20000, opened_at = opened_at - interval '1 year'`);
    await letPass(HOUR_MS + 1);
    await open('still paused');
    expect(Math.round((await pauseMs()) / HOUR_MS)).toBe(12);
  });

  it('takes what fails much later for another outage', async () => {
    await open('paused');
    await letPass(HOUR_MS * 14);
    const [before] = await db.query<{ opened_at: Date }>('select opened_at from breakers');
    await open('paused anew');
    const [after] = await listOpen();
    expect(after?.openedAt.getTime()).toBeGreaterThan(before?.opened_at.getTime() ?? 0);
    expect(Math.round((await pauseMs()) / HOUR_MS)).toBe(1);
  });
});
