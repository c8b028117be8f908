import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Lookups,
  OperatorActions,
  PaymentActions,
  type OperatorRequest,
} from '../../src/modules/admin/index.js';
import type { Buyer, PaymentView } from '../../src/modules/payments/index.js';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';
import { PaymentsWorld } from './payments-world.js';

let world: PaymentsWorld;
const OPERATOR = 4_900_000_001;
beforeAll(async () => {
  world = await PaymentsWorld.start({ env: { YOOKASSA_TIMEOUT_MS: '400', ADMIN_IDS: String(OPERATOR) } });
  world.test.world.telegram.addPerson({ id: OPERATOR, firstName: 'Olga', languageCode: 'ru' });
  await joinBot(world.test.world.telegram, OPERATOR);
});
afterAll(() => world.stop());

interface RefundRow {
  id: string;
  status: string;
  origin: string;
  amount: number;
  failure_reason: string | null;
  provider_refund_id: string | null;
}

/** Somebody who has bought 5 credits for 199 roubles, and has 7. */
async function aPurchase(): Promise<{ buyer: Buyer; payment: PaymentView; providerId: string }> {
  const buyer = await world.aBuyer();
  const payment = await world.open(buyer);
  const providerId = await world.providerId(payment.paymentId);
  world.yooKassa.pay(providerId);
  await world.until(payment.paymentId, 'completed');
  return { buyer, payment, providerId };
}

async function refundsOf(paymentId: string): Promise<RefundRow[]> {
  return world.query<RefundRow>('select * from payment_refunds where payment_id = $1 order by created_at', [
    paymentId,
  ]);
}

async function untilRefund(paymentId: string, status: string): Promise<void> {
  const isSo = async () => (await refundsOf(paymentId)).every((refund) => refund.status === status);
  await waitFor(async () => (await refundsOf(paymentId)).length > 0 && (await isSo()), {
    what: `a ${status} refund`,
  });
}

/** Spends credits as an order does. */
async function spend(buyer: Buyer, credits: number): Promise<void> {
  await world.query(`select create_job_and_consume_credit($1, 'ugc', $2, 'x.jpg', 'x', 1, $3)`, [
    buyer.tgUserId,
    `test-${buyer.id}`,
    credits,
  ]);
}

describe('an operator’s refund', () => {
  it('in part, then of all that is left, takes back what each sum had bought', async () => {
    const { buyer, payment, providerId } = await aPurchase();
    const { paymentId } = payment;
    const first = await world.refunds.request({
      paymentId,
      amount: 9_950,
      reason: 'half',
      cause: `half-${paymentId}`,
    });
    expect(first).toMatchObject({ success: true, repeated: false, amount: 9_950 });
    const again = await world.refunds.request({ paymentId, amount: 9_950, cause: `half-${paymentId}` });
    expect(again).toMatchObject({ success: true, repeated: true });
    await untilRefund(paymentId, 'succeeded');
    expect(await world.balance(buyer)).toBe(5);
    await world.refunds.request({ paymentId });
    await waitFor(async () => (await refundsOf(paymentId)).length === 2, { what: 'the second refund' });
    await untilRefund(paymentId, 'succeeded');
    expect(await world.balance(buyer)).toBe(2);
    expect(world.yooKassa.payment(providerId)).toMatchObject({ refundedKopecks: 19_900 });
    expect(await world.history(buyer)).toEqual([
      'signup +2',
      'purchase +5',
      'payment_refund -2',
      'payment_refund -3',
    ]);
    expect(await world.told(buyer)).toEqual(['payment_completed', 'payment_refunded', 'payment_refunded']);
    expect(await world.refunds.request({ paymentId })).toMatchObject({
      success: false,
      error: 'nothing_left',
    });
    expect(await world.drift()).toEqual([]);
  });

  it('takes only what is still there; what was spent is owed, and said', async () => {
    const { buyer, payment } = await aPurchase();
    await spend(buyer, 6);
    await world.refunds.request({ paymentId: payment.paymentId });
    await untilRefund(payment.paymentId, 'succeeded');
    expect(await world.balance(buyer)).toBe(0);
    expect(await world.row(payment.paymentId)).toMatchObject({ credits_owed: 4, refunded_kopecks: 19_900 });
    const [notice] = await world.query<{ payload: object }>(
      `select payload from notices where user_id = $1 and kind = 'payment_refunded'`,
      [buyer.id],
    );
    expect(notice?.payload).toMatchObject({
      creditsTaken: 1,
      creditsOwed: 4,
      balance: 0,
      price: { kopecks: 19_900 },
    });
  });

  it('is followed until it is final: there is no event for one that YooKassa cancels', async () => {
    const { buyer, payment } = await aPurchase();
    world.yooKassa.nextRefund({ pendingTrueMs: 60_000, cancelReason: 'insufficient_funds' });
    await world.refunds.request({ paymentId: payment.paymentId });
    await waitFor(async () => (await refundsOf(payment.paymentId))[0]?.provider_refund_id !== null, {
      what: 'its id',
    });
    const [refund] = await refundsOf(payment.paymentId);
    await waitFor(
      async () => {
        await world.look('refund', refund?.id ?? '');
        return (await refundsOf(payment.paymentId))[0]?.status === 'canceled';
      },
      { what: 'a canceled refund' },
    );
    expect(await refundsOf(payment.paymentId)).toMatchObject([{ failure_reason: 'insufficient_funds' }]);
    expect(await world.balance(buyer)).toBe(7);
    expect(await world.told(buyer)).toEqual(['payment_completed']);
    const told = await world.query(`select 1 from notices where cause like $1`, [
      `refund-failed-${refund?.id}-%`,
    ]);
    expect(told).toHaveLength(1);
  });

  it.each(['timeout_after_effect', 'reset_after_effect', 'timeout'] as const)(
    'whose answer is lost (%s) is asked again with the same key: one refund',
    async (kind) => {
      const { buyer, payment, providerId } = await aPurchase();
      world.yooKassa.failNext('createRefund', { kind });
      // In part: of the whole YooKassa itself would refuse a second one.
      await world.refunds.request({ paymentId: payment.paymentId, amount: 9_950 });
      await waitFor(
        async () => {
          const [row] = await world.query<{ n: number }>(
            'select unanswered_creations as n from payment_refunds where payment_id = $1',
            [payment.paymentId],
          );
          return row?.n === 1;
        },
        { what: 'the lost answer' },
      );
      const [refund] = await refundsOf(payment.paymentId);
      await world.look('refund', refund?.id ?? '');
      await untilRefund(payment.paymentId, 'succeeded');
      expect(world.yooKassa.refunds().filter(({ paymentId }) => paymentId === providerId)).toHaveLength(1);
      expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5', 'payment_refund -2']);
    },
  );

  it('that YooKassa refuses is over, and operators are told', async () => {
    const { payment } = await aPurchase();
    world.yooKassa.failNext('createRefund', { kind: 'http', status: 403, code: 'forbidden' });
    await world.refunds.request({ paymentId: payment.paymentId });
    await untilRefund(payment.paymentId, 'failed');
  });

  it('of what was never paid, of too much, or of nothing is refused before anybody is asked', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    const { payment } = await aPurchase();
    const ask = (wish: Parameters<typeof world.refunds.request>[0]) => world.refunds.request(wish);
    expect(await ask({ paymentId })).toMatchObject({ success: false, error: 'not_completed' });
    expect(await ask({ paymentId: buyer.id })).toMatchObject({ error: 'payment_not_found' });
    expect(await ask({ paymentId: payment.paymentId, amount: 19_901 })).toMatchObject({
      error: 'exceeds_payment',
    });
    expect(await ask({ paymentId: payment.paymentId, amount: 0 })).toMatchObject({ error: 'not_positive' });
  });
});

describe('F-25 a refund in YooKassa’s cabinet', () => {
  it('takes the credits back by its event, once, however often it is told', async () => {
    const { buyer, payment, providerId } = await aPurchase();
    const made = world.yooKassa.refundInCabinet(providerId, { kopecks: 9_950 });
    await untilRefund(payment.paymentId, 'succeeded');
    expect(await refundsOf(payment.paymentId)).toMatchObject([{ origin: 'provider', amount: 9_950 }]);
    const body = { type: 'notification', event: 'refund.succeeded', object: { id: made?.id } };
    expect(await world.post(body)).toBe(200);
    expect(await world.balance(buyer)).toBe(5);
    expect(await world.told(buyer)).toEqual(['payment_completed', 'payment_refunded']);
    expect(await world.drift()).toEqual([]);
  });

  it('that is still under way leaves nothing for an operator’s', async () => {
    const { payment, providerId } = await aPurchase();
    world.yooKassa.nextRefund({ pendingTrueMs: 3_600_000 });
    const made = world.yooKassa.refundInCabinet(providerId);
    await world.post({ type: 'notification', event: 'refund.succeeded', object: { id: made?.id } });
    await waitFor(async () => (await refundsOf(payment.paymentId)).length === 1, { what: 'the refund' });
    expect(await refundsOf(payment.paymentId)).toMatchObject([{ origin: 'provider', status: 'pending' }]);
    expect(await world.refunds.request({ paymentId: payment.paymentId })).toMatchObject({
      error: 'nothing_left',
    });
  });

  it('of a payment that was paid otherwise than sold is over with the money: it has granted nothing', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    const providerId = await world.providerId(paymentId);
    await world.query('update payments set amount_kopecks = 19800 where id = $1', [paymentId]);
    world.yooKassa.pay(providerId);
    await waitFor(async () => (await world.row(paymentId)).parked_reason, { what: 'the parking' });
    world.yooKassa.refundInCabinet(providerId);
    await untilRefund(paymentId, 'succeeded');
    expect(await world.history(buyer)).toEqual(['signup +2']);
    // Its sum is right by now: it is not granted all the same.
    await world.query('update payments set amount_kopecks = 19900 where id = $1', [paymentId]);
    expect(await world.payments.checkForOperator(paymentId)).toBe('parked');
    expect(await world.balance(buyer)).toBe(2);
    expect(await world.drift()).toEqual([]);
  });

  it('is applied after its payment, where that one was not heard of yet', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    const providerId = await world.providerId(paymentId);
    world.yooKassa.nextNotification({ drop: true, when: { includes: providerId } });
    world.yooKassa.pay(providerId);
    world.yooKassa.refundInCabinet(providerId);
    await untilRefund(paymentId, 'succeeded');
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5', 'payment_refund -5']);
  });
});

const aWish = (): OperatorRequest => ({ operator: 'console:olga', reason: 'they wrote', key: randomUUID() });

describe('operators who give money back', () => {
  const RACERS = 10;
  const refund = (request: OperatorRequest, paymentId: string) =>
    world.get(PaymentActions).refund(request, paymentId);

  it('do it once for one wish, however many come with it', async () => {
    const { buyer, payment } = await aPurchase();
    const request = aWish();
    const results = await Promise.all(
      Array.from({ length: RACERS }, () => refund(request, payment.paymentId)),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(Array.from({ length: RACERS }, () => 'done'));
    expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await refundsOf(payment.paymentId)).toHaveLength(1);
    await untilRefund(payment.paymentId, 'succeeded');
    expect(await world.balance(buyer)).toBe(2);
  });

  it('do it once when two want all that is left; what was spent is owed, and shown', async () => {
    const { buyer, payment } = await aPurchase();
    await spend(buyer, 6);
    const both = await Promise.all([refund(aWish(), payment.paymentId), refund(aWish(), payment.paymentId)]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['done', 'nothing_left']);
    await untilRefund(payment.paymentId, 'succeeded');
    expect(await world.get(Lookups).person(buyer.id)).toMatchObject({ owed: 4 });
  });

  it('see what is left without what is on its way, as the database counts it', async () => {
    const { payment } = await aPurchase();
    // Past the service, so that it stays on its way.
    await world.query('select request_refund($1, 9950)', [payment.paymentId]);
    const look = await world.get(Lookups).payment(payment.paymentId);
    expect(look).toMatchObject({ left: 9_950, payment: { refundedKopecks: 0 } });
    const refused = await world.refunds.request({ paymentId: payment.paymentId, amount: 19_900 });
    expect(refused).toMatchObject({ error: 'exceeds_payment', left: look?.left });
  });
});

describe('an operator who has YooKassa asked', () => {
  const actionsAbout = (paymentId: string) =>
    world.query('select action, outcome from operator_actions where subject = $1', [paymentId]);
  const check = (request: OperatorRequest, paymentId: string) =>
    world.get(PaymentActions).check(request, paymentId);

  it('about no payment of ours is told so, and the row says it, too', async () => {
    const unknown = randomUUID();
    expect(await check(aWish(), unknown)).toMatchObject({ outcome: 'not_found' });
    expect(await actionsAbout(unknown)).toEqual([{ action: 'payment_checked', outcome: 'not_found' }]);
  });

  it('has it asked again under the same key: the first time may have been cut short', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    const providerId = await world.providerId(paymentId);
    world.yooKassa.nextNotification({ drop: true, when: { includes: providerId } });
    world.yooKassa.pay(providerId);
    const request = aWish();
    // As if the process had ended between the row and the question.
    const about = { action: 'payment_checked', subjectKind: 'payment', subject: paymentId } as const;
    await world.get(OperatorActions).perform(request, about, () => Promise.resolve({ outcome: 'done' }));

    world.yooKassa.failNext('getPayment', { kind: 'http', status: 500, code: 'internal_server_error' });
    expect(await check(request, paymentId)).toMatchObject({ outcome: 'unreadable' });
    expect(await check(request, paymentId)).toMatchObject({
      outcome: 'done',
      details: { settlement: 'completed' },
    });
    expect(await check(request, paymentId)).toMatchObject({
      outcome: 'done',
      details: { settlement: 'over' },
    });
    expect(await world.balance(buyer)).toBe(7);
    expect(await actionsAbout(paymentId)).toEqual([{ action: 'payment_checked', outcome: 'done' }]);
    expect(await world.get(PaymentActions).refund(request, paymentId)).toMatchObject({
      outcome: 'key_reused',
    });
  });
});

describe('looks at a refund', () => {
  /** An operator's refund that nobody but the test looks at. */
  async function aSilentRefund() {
    const purchase = await aPurchase();
    await world.query('select request_refund($1)', [purchase.payment.paymentId]);
    const [refund] = await refundsOf(purchase.payment.paymentId);
    return { ...purchase, id: refund?.id ?? '' };
  }
  const nextInMs = async (id: string) => {
    const [row] = await world.query<{ ms: string | null }>(
      'select extract(epoch from check_at - clock_timestamp()) * 1000 as ms from payment_refunds where id = $1',
      [id],
    );
    return row?.ms === null ? null : Number(row?.ms);
  };

  it('that break are made again, less and less often', async () => {
    const { id, payment } = await aSilentRefund();
    await world.query(
      `alter table payment_refunds add constraint broken check (provider_refund_id is null) not valid`,
    );
    try {
      await world.look('refund', id);
      expect(await nextInMs(id)).toBeGreaterThan(world.test.env.PAYMENT_CHECK_LONGEST_MS / 2);
    } finally {
      await world.query('alter table payment_refunds drop constraint broken');
    }
    await world.look('refund', id);
    await untilRefund(payment.paymentId, 'succeeded');
  });

  it('go on for as long as it is pending: there is no event for one that is canceled', async () => {
    const { id, payment } = await aSilentRefund();
    world.yooKassa.nextRefund({ pendingTrueMs: 3_600_000 });
    await world.look('refund', id);
    expect(await refundsOf(payment.paymentId)).toMatchObject([{ status: 'pending' }]);
    await world.query(`update payment_refunds set created_at = now() - interval '30 days' where id = $1`, [
      id,
    ]);
    await world.look('refund', id);
    expect(await nextInMs(id)).toBeGreaterThan(0);
  });
});
