import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInTransaction } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import {
  aPayment,
  atOnce,
  aUser,
  balanceOf,
  completePayment,
  createCreditsDatabase,
  expectCleanAudit,
  historyOf,
} from './fixtures.js';
import { holding } from './holding.js';

let db: TestDatabase;
beforeAll(async () => {
  ({ db } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

describe('completing a payment', () => {
  it('F-01 F-18 grants its credits and dates it', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    expect(await completePayment(db, user, id)).toEqual({ success: true, new_credits: 7, payment_id: id });
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'purchase +5 = 7']);
    const [payment] = await db.query(
      'select status, completed_at <= now() as dated from payments where id = $1',
      [id],
    );
    expect(payment).toEqual({ status: 'completed', dated: true });
  });

  it('F-06 a second time grants nothing and says why', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    await completePayment(db, user, id);
    expect(await completePayment(db, user, id)).toEqual({
      success: false,
      error: 'already_completed',
      payment_id: id,
    });
    expect(await balanceOf(db, user)).toBe(7);
  });

  it('F-07 F-18 grants exactly once when 20 confirm at once', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    const answers = await atOnce(() => completePayment(db, user, id));
    expect(answers.filter((answer) => 'success' in answer && answer.success)).toHaveLength(1);
    expect(
      answers.filter((answer) => 'error' in answer && answer.error === 'already_completed'),
    ).toHaveLength(19);
    expect(await historyOf(db, user)).toEqual(['signup +2 = 2', 'purchase +5 = 7']);
  });

  it('F-07 waits for whoever confirms it at this moment, and then sees it completed', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    const first = await holding(db, (em) =>
      em.query('select complete_payment($1, $2, 5)', [id, user.tgUserId]),
    );
    const second = completePayment(db, user, id);
    await first.untilAwaited();
    await first.commit();
    expect(await second).toEqual({ success: false, error: 'already_completed', payment_id: id });
  });

  it('F-20 F-53 a crash before the commit leaves it pending, and the next try grants', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    const crash = runInTransaction(db.dataSource, async (em) => {
      await em.query('select complete_payment($1, $2, 5)', [id, user.tgUserId]);
      throw new Error('killed here');
    });
    await expect(crash).rejects.toThrow('killed here');
    expect(await db.query('select status from payments where id = $1', [id])).toEqual([
      { status: 'pending' },
    ]);
    expect(await balanceOf(db, user)).toBe(2);
    expect(await completePayment(db, user, id)).toMatchObject({ success: true, new_credits: 7 });
  });
});

describe('a payment is not completed', () => {
  it('for another person', async () => {
    const [payer, other] = [await aUser(db), await aUser(db)];
    const id = await aPayment(db, payer);
    expect(await completePayment(db, other, id)).toMatchObject({ success: false, error: 'wrong_user' });
    expect(await completePayment(db, { tgUserId: 1 }, id)).toMatchObject({
      success: false,
      error: 'unknown_user',
    });
    expect(await balanceOf(db, other)).toBe(2);
  });

  it('F-04 F-14 for other credits than were sold', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    for (const credits of [4, 6, 0, -5, 500]) {
      expect(await completePayment(db, user, id, credits)).toMatchObject({
        success: false,
        error: 'wrong_amount',
      });
    }
    expect(await balanceOf(db, user)).toBe(2);
  });

  it.each(['canceled', 'failed'])('from %s', async (status) => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    await db.query('update payments set status = $2 where id = $1', [id, status]);
    expect(await completePayment(db, user, id)).toMatchObject({ success: false, error: 'not_pending' });
    expect(await balanceOf(db, user)).toBe(2);
  });

  it('that does not exist', async () => {
    const user = await aUser(db);
    const answer = await completePayment(db, user, '00000000-0000-4000-8000-000000000000');
    expect(answer).toMatchObject({ success: false, error: 'payment_not_found' });
  });
});
