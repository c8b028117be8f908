import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ReconciledRowsRepository } from '../../src/modules/payments/reconciliation/reconciled-rows.repository.js';
import type { ReportClaim } from '../../src/modules/payments/reconciliation/reconciliation-reports.repository.js';
import { named, ReconciliationWorld } from './reconciliation-world.js';

/** Some seconds of real time. */
const HOUR_TRUE_MS = 60 * 60_000;

let world: ReconciliationWorld;
beforeAll(async () => {
  world = await ReconciliationWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.reset());

describe('what the list repairs', () => {
  afterEach(() => world.expectCleanAudit());

  it('completes a payment whose notification was lost, and finds nothing the next time', async () => {
    const payment = await world.buyAndPay();
    const first = await world.report();
    expect(await world.payment(payment.id)).toMatchObject({ status: 'completed', found_by: 'list' });
    expect(await world.boughtCredits(payment)).toBe(5);
    expect(first).toMatchObject({ differences: [], differences_total: 0, last_error: null, next_offset: 0 });
    expect(first.counts).toMatchObject({
      repaired: 1,
      paid_theirs: 19_900,
      completed_ours: 19_900,
      credits_granted: 5,
    });

    const second = await world.report();
    expect(second.differences).toEqual([]);
    expect(second.counts).toMatchObject({ repaired: 0, payments_ours: 1, payments_theirs: 1, under_way: 0 });
    expect(await world.boughtCredits(payment)).toBe(5);
  });

  it('cancels a payment that was declined', async () => {
    const payment = await world.buy();
    world.yooKassa.decline(payment.provider_payment_id ?? '');
    expect((await world.report()).counts).toMatchObject({ repaired: 1 });
    expect(await world.payment(payment.id)).toMatchObject({ status: 'canceled' });
    expect((await world.report()).differences).toEqual([]);
  });

  it('adopts a payment whose creation got no answer, paid or not, by the row that it names', async () => {
    const rows = [];
    for (let made = 0; made < 2; made++) {
      world.yooKassa.failNext('createPayment', { kind: 'reset_after_effect' });
      rows.push(await world.buy());
    }
    const [paid, open] = rows as [(typeof rows)[0], (typeof rows)[0]];
    expect([paid, open].map((row) => row?.provider_payment_id)).toEqual([null, null]);
    const remoteOf = (id: string) =>
      world.yooKassa.findPayment(({ metadata }) => metadata['payment_id'] === id)?.id ?? '';
    world.yooKassa.pay(remoteOf(paid.id));

    const report = await world.report();
    expect(report).toMatchObject({ differences: [], counts: { repaired: 2, under_way: 2 } });
    expect(await world.payment(paid.id)).toMatchObject({
      status: 'completed',
      provider_payment_id: remoteOf(paid.id),
    });
    expect(await world.payment(open.id)).toMatchObject({
      status: 'pending',
      provider_payment_id: remoteOf(open.id),
    });
    // The link that they were promised.
    expect(await world.noticesTo(open)).toEqual([`payment-link-${open.id}`]);
    expect((await world.report()).differences).toEqual([]);
  });

  it('takes back what a refund in the cabinet gave back, whole or in part', async () => {
    const payment = await world.aCompletedPayment();
    const remoteId = payment.provider_payment_id ?? '';
    world.yooKassa.refundInCabinet(remoteId, { kopecks: 9_950 });
    expect(await world.report()).toMatchObject({
      differences: [],
      counts: { repaired: 1, refunds_theirs: 1 },
    });
    expect(await world.boughtCredits(payment)).toBe(3);
    world.yooKassa.refundInCabinet(remoteId);
    expect(await world.report()).toMatchObject({ differences: [], counts: { repaired: 1, refunds_ours: 2 } });
    expect(await world.boughtCredits(payment)).toBe(0);
    expect(await world.report()).toMatchObject({
      differences: [],
      counts: { repaired: 0, refunded_theirs: 19_900, refunded_ours: 19_900, credits_taken_back: 5 },
    });
  });

  it('asks for a payment that its window has just missed', async () => {
    const payment = await world.buyAndPay();
    world.yooKassa.failNext('listPayments', { kind: 'json', json: { type: 'list', items: [] } });
    expect(await world.report()).toMatchObject({ differences: [], counts: { repaired: 1 } });
    expect(await world.payment(payment.id)).toMatchObject({ status: 'completed' });
  });
});

describe('what a report names', () => {
  it('a payment that is missing on either side, to the operators, once', async () => {
    const lost = await world.aCompletedPayment();
    await world.query(`update payments set provider_payment_id = 'gone' where id = $1`, [lost.id]);
    await world.corrupt(`delete from payments where id = '${lost.id}'`);
    const remoteId = lost.provider_payment_id ?? '';
    const unknown = await world.aCompletedPayment();
    await world.query(`update payments set provider_payment_id = 'unknown' where id = $1`, [unknown.id]);

    const report = await world.report();
    expect(named(report).sort()).toEqual([
      `missing_at_provider of payments ${unknown.id}`,
      `missing_here of yookassa payment ${remoteId}`,
      `second_payment of yookassa payment ${unknown.provider_payment_id}`,
    ]);
    expect(report.differences_total).toBe(3);
    expect(await world.toldToOperator()).toEqual([
      expect.stringMatching(`^payment-reconciliation-${report.id}-`),
    ]);
  });

  it('a second payment for one row, which buys nothing', async () => {
    const payment = await world.aCompletedPayment();
    const second = world.payForRow(payment.id);
    expect(named(await world.report())).toEqual([`second_payment of yookassa payment ${second}`]);
    expect(await world.boughtCredits(payment)).toBe(5);
  });

  it('rows that are missing in the credit history', async () => {
    const payment = await world.aCompletedPayment();
    world.yooKassa.refundInCabinet(payment.provider_payment_id ?? '');
    await world.report();
    await world.corrupt('delete from credits_history');
    expect(named(await world.report()).map((line) => line.split(' ')[0])).toEqual([
      'not_granted',
      'refund_sum_differs',
      'refund_not_taken',
    ]);
  });

  it('a payment that was paid otherwise than it was sold', async () => {
    const payment = await world.buyAndPay();
    await world.query('update payments set amount_kopecks = 100 where id = $1', [payment.id]);
    const report = await world.report();
    expect(named(report).map((line) => line.split(' ')[0])).toEqual(['amount_differs', 'status_differs']);
    expect(report.differences[1]?.detail).toContain('kopecks 19900 instead of 100');
    expect(await world.boughtCredits(payment)).toBe(0);
  });

  it('200 differences, and how many there are', async () => {
    for (let made = 0; made < 205; made++) world.payForRow(randomUUID());
    const report = await world.report();
    expect(report.differences).toHaveLength(200);
    expect(report).toMatchObject({ differences_total: 205, counts: { payments_theirs: 205 } });
  });

  it('nothing of other programs of the shop, over several pages', async () => {
    const paid = await world.buyAndPay();
    for (let made = 0; made < 230; made++) world.yooKassa.makePayment({ kopecks: 100 });
    const report = await world.report();
    expect(report).toMatchObject({
      differences: [],
      counts: { payments_theirs: 231, foreign: 230, repaired: 1 },
    });
    expect(await world.payment(paid.id)).toMatchObject({ status: 'completed' });
  });

  it('nothing of a payment that was never made, and counts it', async () => {
    world.yooKassa.failNext('createPayment', { kind: 'reset' });
    const payment = await world.buy();
    expect((await world.report()).counts).toMatchObject({ never_made: 0, under_way: 1 });
    await world.query(`update payments set created_at = now() - interval '600 seconds' where id = $1`, [
      payment.id,
    ]);
    expect(await world.report()).toMatchObject({ differences: [], counts: { never_made: 1, under_way: 0 } });
    expect(await world.payment(payment.id)).toMatchObject({ status: 'pending' });
  });

  it('ends a refund that was never made, so that another one may be asked for', async () => {
    const payment = await world.aCompletedPayment();
    const ask = () => world.query<{ answer: object }>('select request_refund($1) as answer', [payment.id]);
    await ask();
    expect(await ask()).toMatchObject([{ answer: { error: 'nothing_left' } }]);
    await world.query(
      'update payment_refunds set unanswered_creations = 1, check_at = null where payment_id = $1',
      [payment.id],
    );
    expect(await world.report()).toMatchObject({ differences: [] });
    const [refund] = await world.query<{ status: string }>(
      'select status from payment_refunds where payment_id = $1',
      [payment.id],
    );
    expect(refund).toEqual({ status: 'failed' });
    expect(await ask()).toMatchObject([{ answer: { success: true } }]);
  });

  it('items of the list that it does not understand', async () => {
    world.yooKassa.failNext('listRefunds', { kind: 'json', json: { type: 'list', items: [{ id: 'odd' }] } });
    const report = await world.report();
    expect(report.differences).toEqual([
      { kind: 'list_incomplete', subject: 'yookassa', detail: '1 refunds could not be understood' },
    ]);
  });
});

describe('once per slot', () => {
  it('two schedulers at once make one report', async () => {
    await world.buyAndPay();
    const outcomes = await Promise.all([world.look(), world.look(), world.look()]);
    expect(outcomes.sort()).toEqual(['finished', 'not_due', 'not_due']);
    expect(await world.look()).toBe('not_due');
    expect(await world.query('select from payment_reconciliations')).toHaveLength(1);
  });

  it('leaves a provider that cannot be reached for later, in the same slot', async () => {
    const payment = await world.buyAndPay();
    world.yooKassa.failNext('listPayments', { kind: 'html' });
    expect(await world.look()).toBe('failed');
    const failed = await world.newestReport();
    expect(failed).toMatchObject({ finished_at: null, attempt: 1 });
    expect(failed.last_error).toMatch(/payments could not be read: HTTP 502/);
    expect(await world.look()).toBe('not_due');
    await pauseIsOver();
    expect(await world.look()).toBe('finished');
    expect(await world.newestReport()).toMatchObject({ id: failed.id, attempt: 2, last_error: null });
    expect(await world.payment(payment.id)).toMatchObject({ status: 'completed' });
  });

  it('goes on where a single answer is missing, with what was repaired before', async () => {
    const payments = [await world.buyAndPay(), await world.buyAndPay()];
    const second = payments[0]?.provider_payment_id ?? '';
    world.yooKassa.failNext('getPayment', { kind: 'reset', when: { includes: second } });
    expect(await world.look()).toBe('failed');
    await pauseIsOver();
    expect(await world.look()).toBe('finished');
    expect(await world.newestReport()).toMatchObject({ differences: [], counts: { completed_ours: 39_800 } });
  });

  it('a report whose process was killed is taken over, and who comes back late changes nothing', async () => {
    await world.buyAndPay();
    world.yooKassa.failNext('listPayments', { kind: 'slow', delayTrueMs: HOUR_TRUE_MS });
    const late = world.look();
    const renewed = 'select from payment_reconciliations where claimed_at > started_at';
    await expect.poll(() => world.query(renewed)).toHaveLength(1);
    // Until the answer it does not renew its claim again.
    await pauseIsOver();
    expect(await world.look()).toBe('finished');
    expect(await late).toBe('failed');
    expect(await world.newestReport()).toMatchObject({ attempt: 2, differences: [], last_error: null });
  });
});

describe('Telegram Stars', () => {
  it('takes charges and refunds that no message told of, and goes on from there', async () => {
    const { payment, pay } = await world.buyAndPayStars();
    const chargeId = await pay();
    const first = await world.report('telegram_stars');
    expect(await world.payment(payment.id)).toMatchObject({
      ...{ status: 'completed', found_by: 'list', provider_payment_id: chargeId },
    });
    expect(first).toMatchObject({
      differences: [],
      counts: { repaired: 1, payments_theirs: 1, credits_granted: 5 },
    });
    expect(first.next_offset).toBe(1);

    world.telegram.refundCharge(chargeId);
    const second = await world.report('telegram_stars');
    expect(second).toMatchObject({
      differences: [],
      next_offset: 2,
      counts: { repaired: 1, refunds_theirs: 1 },
    });
    expect(await world.boughtCredits(payment)).toBe(0);
    expect(await world.report('telegram_stars')).toMatchObject({ differences: [], counts: { repaired: 0 } });

    await world.query(`update payments set provider_payment_id = 'gone' where id = $1`, [payment.id]);
    await world.query(`update payment_refunds set provider_refund_id = 'lost', charge_id = 'gone'`);
    expect(named(await world.report('telegram_stars'))).toEqual(
      expect.arrayContaining([
        `missing_at_provider of payments ${payment.id}`,
        expect.stringContaining('refund_missing_at_provider of payment_refunds'),
      ]),
    );
  });

  it('gives a second charge for one invoice back', async () => {
    const { payment, pay } = await world.buyAndPayStars();
    const [first, second] = [await pay(), await pay()];
    const report = await world.report('telegram_stars');
    expect(named(report).filter((line) => line.includes(first) || line.includes(second))).toEqual([]);
    expect(await world.payment(payment.id)).toMatchObject({ provider_payment_id: first });
    expect(await world.boughtCredits(payment)).toBe(5);
    expect(await world.query('select charge_id, origin, amount from payment_refunds')).toEqual([
      { charge_id: second, origin: 'surplus', amount: expect.any(Number) as number },
    ]);
  });

  it('leaves a list that cannot be read for later', async () => {
    world.telegram.failNext('getStarTransactions', { status: 502 });
    expect(await world.look('telegram_stars')).toBe('failed');
    expect((await world.newestReport()).last_error).toMatch(/getStarTransactions|Telegram/);
  });
});

describe('a window with many payments', () => {
  it('is read with the whole history of each', async () => {
    const payment = await world.buyAndPay();
    await world.report();
    const copies = 600;
    await world.corrupt(
      `insert into payments select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'provider_payment_id', 'copy-' || n))).*
         from payments p, generate_series(1, ${copies}) n`,
      `insert into credits_history (user_id, operation_type, amount, balance_after, payment_id)
       select h.user_id, h.operation_type, h.amount, h.balance_after, p.id
         from credits_history h, payments p where h.payment_id = '${payment.id}' and p.id <> h.payment_id`,
    );
    const claim = { provider: 'yookassa' as const, fromAt: new Date(0), toAt: new Date(Date.now() + 60_000) };
    const ours = await world
      .get(ReconciledRowsRepository)
      .read(claim as ReportClaim, { payments: [], refunds: [] });
    expect(ours.payments).toHaveLength(copies + 1);
    expect(ours.payments.filter(({ id }) => ours.purchases.get(id) !== 5)).toEqual([]);
  });
});

/** The time after which an attempt may be made again, or taken over. */
async function pauseIsOver(): Promise<void> {
  await world.query(`update payment_reconciliations set claimed_at = claimed_at - interval '1 hour'`);
}
