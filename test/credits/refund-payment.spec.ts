import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../support/database.js';
import { CreditsAudit } from '../../src/modules/credits/index.js';
import {
  aPayment,
  atOnce,
  aUser,
  balanceOf,
  completePayment,
  createCreditsDatabase,
  expectCleanAudit,
  historyOf,
  order,
  refundPayment,
  type TestUser,
} from './fixtures.js';

let db: TestDatabase;
beforeAll(async () => {
  ({ db } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

/** A person without credits of their own and a completed payment. */
async function aPurchase({ credits = 5, kopecks = 19_900 } = {}): Promise<{ user: TestUser; id: string }> {
  const user = await aUser(db, { credits: 0 });
  const id = await aPayment(db, user, { credits, kopecks });
  await completePayment(db, user, id, credits);
  return { user, id };
}

describe('a refund at the provider', () => {
  it('F-25 of everything takes everything back', async () => {
    const { user, id } = await aPurchase();
    expect(await refundPayment(db, id, `${id}-1`, 19_900)).toEqual({
      success: true,
      repeated: false,
      new_credits: 0,
      payment_id: id,
      taken_credits: 5,
      credits_owed: 0,
    });
    expect(await historyOf(db, user)).toEqual(['purchase +5 = 5', 'payment_refund -5 = 0']);
  });

  it('in parts takes floor(credits × refunded so far / amount) in all, never more, never less', async () => {
    const { user, id } = await aPurchase();
    const taken: (number | undefined)[] = [];
    for (const [index, kopecks] of [3_979, 1, 3_980, 3_979, 7_961].entries()) {
      taken.push((await refundPayment(db, id, `${id}-${index}`, kopecks)).taken_credits);
    }
    expect(taken).toEqual([0, 1, 1, 0, 3]);
    expect(await balanceOf(db, user)).toBe(0);
  });

  it('takes what is left and remembers what was spent', async () => {
    const { user, id } = await aPurchase();
    await order(db, user, { count: 3 });
    expect(await refundPayment(db, id, `${id}-1`, 19_900)).toMatchObject({
      new_credits: 0,
      taken_credits: 2,
      credits_owed: 3,
    });
    const report = await new CreditsAudit(db.dataSource).run();
    expect(report.notes).toContainEqual({
      check: 'credits_owed',
      row: `payments ${id}`,
      detail: `user ${user.id} owes 3 credits that were spent before the refund`,
    });
  });

  it('told again changes nothing, also 20 times at once', async () => {
    const { user, id } = await aPurchase();
    const answers = await atOnce(() => refundPayment(db, id, `${id}-1`, 9_950));
    expect(answers.filter((answer) => 'repeated' in answer && answer.repeated === false)).toHaveLength(1);
    expect(answers.filter((answer) => 'repeated' in answer && answer.repeated)).toHaveLength(19);
    expect(await balanceOf(db, user)).toBe(3);
  });

  it('20 different ones at once never give back more than was paid', async () => {
    const { user, id } = await aPurchase({ credits: 20, kopecks: 69_900 });
    const answers = await atOnce((index) => refundPayment(db, id, `${id}-${index}`, 6_990));
    expect(answers.filter((answer) => 'success' in answer && answer.success)).toHaveLength(10);
    expect(answers.filter((answer) => 'error' in answer && answer.error === 'exceeds_payment')).toHaveLength(
      10,
    );
    expect(await balanceOf(db, user)).toBe(0);
  });

  it('works in Stars too', async () => {
    const user = await aUser(db, { credits: 0 });
    const [payment] = await db.query<{ id: string }>(
      `insert into payments (user_id, plan_id, provider, provider_payment_id, amount_stars, currency, credits)
       values ($1, 'starter', 'telegram_stars', 'charge-1', 150, 'XTR', 5) returning id`,
      [user.id],
    );
    const id = payment!.id;
    await completePayment(db, user, id);
    expect(await refundPayment(db, id, 'charge-1-refund', 150)).toMatchObject({
      taken_credits: 5,
      new_credits: 0,
    });
  });

  it('in any parts ends where one refund of the same sum ends', async () => {
    const parts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 60 }), fc.nat(100), async (sums, credits, spare) => {
        const total = sums.reduce((sum, part) => sum + part, 0);
        const { id } = await aPurchase({ credits, kopecks: total + spare });
        let taken = 0;
        for (const [index, sum] of sums.entries()) {
          taken += (await refundPayment(db, id, `${id}-${index}`, sum)).taken_credits ?? NaN;
        }
        expect(taken).toBe(Math.floor((credits * total) / (total + spare)));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a refund is refused', () => {
  it('beyond what was paid', async () => {
    const { user, id } = await aPurchase();
    await refundPayment(db, id, `${id}-1`, 10_000);
    expect(await refundPayment(db, id, `${id}-2`, 9_901)).toEqual({
      success: false,
      error: 'exceeds_payment',
      payment_id: id,
    });
    expect(await refundPayment(db, id, `${id}-3`, 2_147_483_647)).toMatchObject({ error: 'exceeds_payment' });
    expect(await balanceOf(db, user)).toBe(3);
  });

  it('of a payment that was never completed, or is unknown', async () => {
    const user = await aUser(db);
    const id = await aPayment(db, user);
    expect(await refundPayment(db, id, `${id}-1`, 1)).toMatchObject({
      success: false,
      error: 'not_completed',
    });
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await refundPayment(db, unknown, 'r', 1)).toMatchObject({
      success: false,
      error: 'payment_not_found',
    });
  });

  it('under the id of another refund', async () => {
    const [one, two] = [await aPurchase(), await aPurchase()];
    await refundPayment(db, one.id, `${one.id}-1`, 5_000);
    expect(await refundPayment(db, two.id, `${one.id}-1`, 5_000)).toMatchObject({
      error: 'refund_of_another_payment',
    });
    expect(await refundPayment(db, one.id, `${one.id}-1`, 5_001)).toMatchObject({
      error: 'refund_amount_differs',
    });
    expect(await balanceOf(db, two.user)).toBe(5);
  });

  it.each([
    ['no id', '', 1],
    ['nothing given back', 'r', 0],
    ['a negative sum', 'r', -1],
  ])('with %s', async (_, refundId, kopecks) => {
    const { id } = await aPurchase();
    await expect(refundPayment(db, id, refundId, kopecks)).rejects.toMatchObject({ code: 'NC005' });
  });
});
