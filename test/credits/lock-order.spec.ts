import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from 'typeorm';
import type { CreditsService } from '../../src/modules/credits/index.js';
import { runInTransaction, sqlStateOf } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import {
  aPayment,
  aUser,
  balanceOf,
  completePayment,
  createCreditsDatabase,
  expectCleanAudit,
  fail,
  order,
  refund,
  refundPayment,
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
    (first: TestUser, second: TestUser, meeting: () => Promise<void>) => async (em: EntityManager) => {
      await give(em, first);
      await meeting();
      await give(em, second);
    };

  it('deadlock once, and runInTransaction does the victim’s work again, whole', async () => {
    const [anna, boris] = [await aUser(db), await aUser(db)];
    const meeting = createMeeting();
    const oneIsDone = createMeeting();
    let tries = 0;
    const cross = async (first: TestUser, second: TestUser) => {
      await runInTransaction(db.dataSource, async (em) => {
        tries += 1;
        // The victim begins again once the other is through: before that, they could meet a second time.
        if (tries > 2) await oneIsDone();
        await crossing(first, second, meeting)(em);
      });
      void oneIsDone();
    };
    await Promise.all([cross(anna, boris), cross(boris, anna)]);
    expect(tries).toBe(3);
    expect([await balanceOf(db, anna), await balanceOf(db, boris)]).toEqual([4, 4]);
  });

  it('really deadlock: without it one of them fails with 40P01', async () => {
    const [anna, boris] = [await aUser(db), await aUser(db)];
    const meeting = createMeeting();
    const results = await Promise.allSettled([
      db.dataSource.transaction(crossing(anna, boris, meeting)),
      db.dataSource.transaction(crossing(boris, anna, meeting)),
    ]);
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed.map((result) => sqlStateOf(result.reason))).toEqual(['40P01']);
    expect([await balanceOf(db, anna), await balanceOf(db, boris)]).toEqual([3, 3]);
  });
});

/** Holds a lock in a transaction of its own while `work` runs, and commits before it returns what `work` started. */
async function whileHolding<T>(
  sql: string,
  parameters: unknown[],
  work: () => Promise<{ waiting: Promise<T> }>,
) {
  const holder = db.dataSource.createQueryRunner();
  await holder.connect();
  await holder.startTransaction();
  try {
    await holder.query(sql, parameters);
    const { waiting } = await work();
    await holder.commitTransaction();
    return waiting;
  } finally {
    if (holder.isTransactionActive) await holder.rollbackTransaction();
    await holder.release();
  }
}

/** Comes true once a statement of this database waits for a lock. */
const somebodyWaits = () =>
  waitFor(
    async () => {
      const waiting = await db.query(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    },
    { what: 'a statement that waits for a lock' },
  );

/** A promise that nobody awaits yet must not be reported as unhandled. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

describe('every function locks the person’s row before it locks or reads what it decides on', () => {
  it.each<[string, (user: TestUser, jobId: string, paymentId: string) => Promise<unknown>]>([
    ['create_job_and_consume_credit', (user) => order(db, user)],
    ['refund_credit', (user, jobId) => refund(db, user, jobId)],
    ['add_credits', (user) => db.query('select add_credits($1, 1)', [user.tgUserId])],
    ['complete_payment', (user, _, paymentId) => completePayment(db, user, paymentId)],
    ['refund_payment', (_user, _, paymentId) => refundPayment(db, paymentId, `${paymentId}-1`, 19_900)],
    ['request_refund', (_user, _, paymentId) => db.query('select request_refund($1)', [paymentId])],
    ['expire_credits', (user) => db.query(`select expire_credits($1, 'lock-order')`, [user.id])],
  ])('%s', async (name, call) => {
    const user = await aUser(db);
    const { job_id: jobId } = await order(db, user);
    await fail(db, jobId);
    await refund(db, user, jobId);
    const paymentId = await aPayment(db, user);
    if (name === 'refund_payment') await completePayment(db, user, paymentId);
    const answer = whileHolding('select from users where id = $1 for no key update', [user.id], async () => {
      const waiting = handled(call(user, jobId, paymentId));
      await somebodyWaits();
      await db.query('select from payments where id = $1 for update nowait', [paymentId]);
      await db.query('select from jobs where id = $1 for update nowait', [jobId]);
      return { waiting };
    });
    await expect(answer).resolves.toBeDefined();
  });

  it('refund_payment takes only what a spender at the same moment leaves', async () => {
    const user = await aUser(db, { credits: 0 });
    const paymentId = await aPayment(db, user);
    await completePayment(db, user, paymentId);
    const spend = `select create_job_and_consume_credit($1, 'ugc', $2, null, '', 4)`;
    const answer = await whileHolding(spend, [user.tgUserId, `draft-${paymentId}`], async () => {
      const waiting = handled(refundPayment(db, paymentId, `${paymentId}-1`, 19_900));
      await somebodyWaits();
      return { waiting };
    });
    expect(answer).toMatchObject({ success: true, taken_credits: 1, credits_owed: 4, new_credits: 0 });
  });
});

describe('a key that another person is just using', () => {
  it.each([
    ['an order', `select create_job_and_consume_credit($1, 'ugc', 'contested', null, '')`],
    ['a cause', `select add_credits($1, 1, 'bonus', 'contested')`],
  ])('of %s is refused once that is committed', async (_, sql) => {
    const [first, second] = [await aUser(db), await aUser(db)];
    const answer = whileHolding(sql, [first.tgUserId], async () => {
      const waiting = handled(db.query(sql, [second.tgUserId]));
      await somebodyWaits();
      return { waiting };
    });
    await expect(answer).rejects.toMatchObject({ code: 'NC002' });
    expect(await balanceOf(db, second)).toBe(2);
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
