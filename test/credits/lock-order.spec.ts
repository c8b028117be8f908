import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from 'typeorm';
import type { CreditsService } from '../../src/modules/credits/index.js';
import { runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import {
  aUser,
  balanceOf,
  createCreditsDatabase,
  expectCleanAudit,
  fail,
  order,
  type TestUser,
} from './fixtures.js';

let db: TestDatabase;
let credits: CreditsService;
beforeAll(async () => {
  ({ db, credits } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

/** A meeting point for two: both go on once both have come. */
function createMeeting(): () => Promise<void> {
  let meet: () => void = () => {};
  const met = new Promise<void>((resolve) => (meet = resolve));
  let came = 0;
  return () => {
    came += 1;
    if (came === 2) meet();
    return met;
  };
}

const give = (em: EntityManager, user: TestUser) =>
  credits.add(em, { tgUserId: user.tgUserId, amount: 1, type: 'bonus' });

describe('two transactions that want two balances in opposite order', () => {
  /** Locks the first balance, waits until the other transaction has locked its own, then wants that one. */
  const crossing =
    (first: TestUser, second: TestUser, meeting: () => Promise<void>, onTry: () => number) =>
    (em: EntityManager) =>
      give(em, first)
        .then(() => (onTry() === 1 ? meeting() : undefined))
        .then(() => give(em, second));

  it('deadlock once, and runInTransaction does the victim’s work again, whole', async () => {
    const [anna, boris] = [await aUser(db), await aUser(db)];
    const meeting = createMeeting();
    const tries = [0, 0];
    await Promise.all([
      runInTransaction(
        db.dataSource,
        crossing(anna, boris, meeting, () => (tries[0]! += 1)),
      ),
      runInTransaction(
        db.dataSource,
        crossing(boris, anna, meeting, () => (tries[1]! += 1)),
      ),
    ]);
    expect(tries[0]! + tries[1]!).toBe(3);
    expect([await balanceOf(db, anna), await balanceOf(db, boris)]).toEqual([4, 4]);
  });

  it('really deadlock: without it one of them fails with 40P01', async () => {
    const [anna, boris] = [await aUser(db), await aUser(db)];
    const meeting = createMeeting();
    const results = await Promise.allSettled([
      db.dataSource.transaction(crossing(anna, boris, meeting, () => 1)),
      db.dataSource.transaction(crossing(boris, anna, meeting, () => 1)),
    ]);
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed.map((result) => sqlStateOf(result.reason))).toEqual(['40P01']);
    expect([await balanceOf(db, anna), await balanceOf(db, boris)]).toEqual([3, 3]);
  });
});

describe('the lock order of a balance', () => {
  it('lets a finaliser that holds its job and an operator’s refund of that job both finish', async () => {
    const user = await aUser(db);
    const { job_id: jobId } = await order(db, user);
    await fail(db, jobId);
    const held = createMeeting();
    const finaliser = db.dataSource.transaction(async (em) => {
      await em.query(`update jobs set error_details = '{}' where id = $1`, [jobId]);
      await held();
      return credits.refundJob(em, { tgUserId: user.tgUserId, jobId });
    });
    const operator = db.dataSource.transaction(async (em) => {
      await held();
      return credits.refundJob(em, { tgUserId: user.tgUserId, jobId });
    });
    const answers = await Promise.all([finaliser, operator]);
    expect(answers.filter((answer) => answer.refunded)).toHaveLength(1);
    expect(await balanceOf(db, user)).toBe(2);
  });

  it('keeps a repeatable-read transaction from deciding on an old balance', async () => {
    const user = await aUser(db, { credits: 1 });
    const attempt = db.dataSource.transaction('REPEATABLE READ', async (em) => {
      await em.query('select credits from users where id = $1', [user.id]);
      await order(db, user);
      return give(em, user);
    });
    await expect(attempt).rejects.toMatchObject({ code: '40001' });
    expect(await balanceOf(db, user)).toBe(0);
  });
});
