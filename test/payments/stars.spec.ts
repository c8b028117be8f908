import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Buyer } from '../../src/modules/payments/index.js';
import { waitFor } from '../support/wait-for.js';
import { PaymentsWorld } from './payments-world.js';

let world: PaymentsWorld;
beforeAll(async () => {
  world = await PaymentsWorld.start();
});
afterAll(() => world.stop());

const telegram = () => world.test.world.telegram;

/** Asks for an invoice in Stars. */
async function anInvoice(buyer: Buyer, planId = 'starter') {
  const bought = await world.buy(buyer, { provider: 'telegram_stars', planId });
  if (bought.kind !== 'invoice') throw new Error(bought.kind);
  const message = telegram()
    .chat(buyer.tgUserId)
    .findLast(({ kind }) => kind === 'invoice');
  return { paymentId: bought.payment.paymentId, messageId: message?.messageId ?? 0 };
}

const chargesOf = (buyer: Buyer) =>
  telegram()
    .starCharges()
    .filter(({ personId }) => personId === buyer.tgUserId);

async function untilRefunds(paymentId: string, count: number): Promise<void> {
  await waitFor(
    async () => {
      const [row] = await world.query<{ n: number }>(
        `select count(*)::int as n from payment_refunds where payment_id = $1 and status = 'succeeded'`,
        [paymentId],
      );
      return row?.n === count;
    },
    { what: 'the refunds' },
  );
}

describe('Telegram Stars', () => {
  it('F-24 sell by an invoice, once per charge, told once', async () => {
    const buyer = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer);
    expect(await telegram().payInvoice(buyer.tgUserId, messageId).outcome()).toMatchObject({ kind: 'paid' });
    await world.until(paymentId, 'completed');
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
    expect(await world.row(paymentId)).toMatchObject({
      found_by: 'notification',
      provider_payment_id: chargesOf(buyer)[0]?.chargeId,
    });
    // An invoice stays in the chat: whoever taps it again is told so, and no money moves.
    expect(await telegram().payInvoice(buyer.tgUserId, messageId).outcome()).toMatchObject({
      kind: 'refused',
    });
    expect(chargesOf(buyer)).toHaveLength(1);
    expect(await world.told(buyer)).toEqual(['payment_completed']);
    expect(await world.drift()).toEqual([]);
  });

  it('refuse whoever else wants to pay, another sum, a replaced invoice and what is no invoice of ours', async () => {
    const buyer = await world.aBuyer();
    const friend = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer);
    const byFriend = telegram().payInvoiceOf(friend.tgUserId, buyer.tgUserId, messageId);
    expect(await byFriend.outcome()).toMatchObject({ kind: 'refused' });
    const ask = (query: { invoicePayload: string; totalAmount: number; currency?: string }) =>
      telegram().preCheckout(buyer.tgUserId, query);
    expect(await ask({ invoicePayload: paymentId, totalAmount: 1 })).toMatchObject({ kind: 'refused' });
    expect(await ask({ invoicePayload: 'nothing', totalAmount: 150 })).toMatchObject({ kind: 'refused' });
    expect(await ask({ invoicePayload: paymentId, totalAmount: 150 })).toMatchObject({ kind: 'approved' });
    await world.query('update payments set superseded_at = now() where id = $1', [paymentId]);
    expect(await ask({ invoicePayload: paymentId, totalAmount: 150 })).toMatchObject({ kind: 'refused' });
    expect(await world.history(buyer)).toEqual(['signup +2']);
  });

  it('give a second charge for one invoice back by themselves', async () => {
    const buyer = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer);
    const pays = [1, 2].map(() => telegram().payInvoice(buyer.tgUserId, messageId).outcome());
    const paid = (await Promise.all(pays)).filter(({ kind }) => kind === 'paid');
    await world.until(paymentId, 'completed');
    await untilRefunds(paymentId, paid.length - 1);
    expect(chargesOf(buyer).filter(({ state }) => state === 'paid')).toHaveLength(1);
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
    expect(await world.drift()).toEqual([]);
  });

  it('keep a payment that is told five times, and grant it once', async () => {
    const buyer = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer);
    telegram().copyEachUpdate(5);
    try {
      expect(await telegram().payInvoice(buyer.tgUserId, messageId).outcome()).toMatchObject({
        kind: 'paid',
      });
      await world.until(paymentId, 'completed');
    } finally {
      telegram().copyEachUpdate(1);
    }
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
  });

  it('go back whole by an operator’s wish, and in part not at all', async () => {
    const buyer = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer, 'pro');
    await telegram().payInvoice(buyer.tgUserId, messageId).outcome();
    await world.until(paymentId, 'completed');
    expect(await world.refunds.request({ paymentId, amount: 100 })).toMatchObject({
      error: 'stars_only_whole',
    });
    await world.refunds.request({ paymentId });
    await untilRefunds(paymentId, 1);
    expect(chargesOf(buyer)).toMatchObject([{ state: 'refunded' }]);
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +20', 'payment_refund -20']);
    expect(await world.told(buyer)).toEqual(['payment_completed', 'payment_refunded']);
  });

  it('go back once Telegram knows our token again', async () => {
    const buyer = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer);
    await telegram().payInvoice(buyer.tgUserId, messageId).outcome();
    await world.until(paymentId, 'completed');
    await world.query('select request_refund($1)', [paymentId]);
    const refunds = () =>
      world.query<{ id: string; status: string }>(
        'select id, status from payment_refunds where payment_id = $1',
        [paymentId],
      );
    const [refund] = await refunds();
    telegram().failNext('refundStarPayment', { status: 401, description: 'Unauthorized' });
    await world.look('refund', refund?.id ?? '');
    expect(await refunds()).toMatchObject([{ status: 'pending' }]);
    await world.look('refund', refund?.id ?? '');
    await untilRefunds(paymentId, 1);
  });

  it('take the credits back when Telegram itself has given the Stars back', async () => {
    const buyer = await world.aBuyer();
    const { paymentId, messageId } = await anInvoice(buyer);
    await telegram().payInvoice(buyer.tgUserId, messageId).outcome();
    await world.until(paymentId, 'completed');
    telegram().refundCharge(chargesOf(buyer)[0]?.chargeId ?? '');
    await untilRefunds(paymentId, 1);
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5', 'payment_refund -5']);
    expect(await world.drift()).toEqual([]);
  });

  it('take the credits back where the Stars went back before the purchase was handled', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await anInvoice(buyer);
    const chargeId = `charge-${paymentId}`;
    const body = { payer: buyer.tgUserId, currency: 'XTR', totalAmount: 150, payload: paymentId, chargeId };
    await world.stars.keep({ event: 'refund.succeeded', chargeId, body });
    const [refund] = await world.query<{ id: string }>(
      'select id from payment_notifications where object_id = $1',
      [chargeId],
    );
    await world.look('notification', refund?.id ?? '');
    await world.stars.keep({ event: 'payment.succeeded', chargeId, body });
    await world.until(paymentId, 'completed');
    await world.look('notification', refund?.id ?? '');
    await untilRefunds(paymentId, 1);
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5', 'payment_refund -5']);
  });
});

describe('a charge by somebody else, or for another sum', () => {
  it.each([
    ['payer', { payer: 1 }],
    ['sum', { totalAmount: 149 }],
    ['currency', { currency: 'RUB' }],
  ])('buys nothing and is to be given back: another %s', async (_what, change) => {
    const buyer = await world.aBuyer();
    const { paymentId } = await anInvoice(buyer);
    const chargeId = `charge-${paymentId}`;
    const charge = { payer: buyer.tgUserId, currency: 'XTR', totalAmount: 150, payload: paymentId, chargeId };
    await world.stars.keep({ event: 'payment.succeeded', chargeId, body: { ...charge, ...change } });
    const refunds = () =>
      world.query(`select origin from payment_refunds where payment_id = $1 and charge_id = $2`, [
        paymentId,
        chargeId,
      ]);
    await waitFor(async () => (await refunds()).length === 1, { what: 'its refund' });
    expect(await refunds()).toEqual([{ origin: 'surplus' }]);
    expect(await world.row(paymentId)).toMatchObject({ status: 'pending' });
    expect(await world.history(buyer)).toEqual(['signup +2']);
  });
});

describe('a message about Stars that we do not understand', () => {
  it('is kept, and operators are told', async () => {
    await world.stars.keep({ event: 'payment.succeeded', chargeId: 'update-77', body: { of: 'the future' } });
    const find = () =>
      world.query<{ outcome: string | null }>(
        `select outcome from payment_notifications where object_id = 'update-77'`,
      );
    await waitFor(async () => (await find())[0]?.outcome === 'not_understood', { what: 'its end' });
  });
});
