import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.js';
import { PaymentsWorld } from './payments-world.js';

let world: PaymentsWorld;
beforeAll(async () => {
  world = await PaymentsWorld.start();
});
afterAll(() => world.stop());

const age = (paymentId: string, minutes: number) =>
  world.query(`update payments set created_at = created_at - $2 * interval '1 minute' where id = $1`, [
    paymentId,
    minutes,
  ]);

describe('buying credits', () => {
  it('F-01 a payment that is paid grants its credits once, by the notification, and tells the person once', async () => {
    const buyer = await world.aBuyer();
    const payment = await world.open(buyer);
    await world.payments.noteMessage(payment.paymentId, 4711);
    world.yooKassa.pay(await world.providerId(payment.paymentId));
    const row = await world.until(payment.paymentId, 'completed');
    expect(row).toMatchObject({ found_by: 'notification', check_at: null, unanswered_creations: 0 });
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
    expect(await world.told(buyer)).toEqual(['payment_completed']);
    const newest = () => world.test.world.telegram.chat(buyer.tgUserId).at(-1)?.text ?? '';
    await waitFor(() => newest().includes('7 кредитов'), { what: 'the notice' });
    expect(await world.drift()).toEqual([]);
  });

  it('freezes the price, captures at once, and names itself by its id', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer, { planId: 'pro' });
    const row = await world.row(paymentId);
    expect(row.frozen_request).toMatchObject({
      amount: { value: '699.00', currency: 'RUB' },
      capture: true,
      metadata: { payment_id: paymentId },
      confirmation: {
        type: 'redirect',
        return_url: `https://t.me/neurocards_sandbox_bot?start=paid_${paymentId.replaceAll('-', '')}`,
      },
    });
    expect(row.frozen_request).not.toHaveProperty('receipt');
    expect(
      world.yooKassa.payments().filter(({ metadata }) => metadata?.['payment_id'] === paymentId),
    ).toHaveLength(1);
  });

  it('F-37 twenty taps at once open one payment, and hand out one link', async () => {
    const buyer = await world.aBuyer();
    const bought = await Promise.all(Array.from({ length: 20 }, () => world.open(buyer)));
    expect(new Set(bought.map(({ paymentId }) => paymentId)).size).toBe(1);
    expect(new Set(bought.map(({ confirmationUrl }) => confirmationUrl)).size).toBe(1);
    const id = bought[0]?.paymentId;
    expect(world.yooKassa.payments().filter(({ metadata }) => metadata?.['payment_id'] === id)).toHaveLength(
      1,
    );
  });

  it('hands an open payment out again while it lives, then opens a new one; the old one can still be paid', async () => {
    const buyer = await world.aBuyer();
    const first = await world.open(buyer);
    await age(first.paymentId, world.test.env.PAYMENT_REUSE_MS / 60_000 / 2);
    expect((await world.open(buyer)).paymentId).toBe(first.paymentId);
    await age(first.paymentId, world.test.env.PAYMENT_REUSE_MS / 60_000);
    const second = await world.open(buyer);
    expect(second.paymentId).not.toBe(first.paymentId);
    expect((await world.row(first.paymentId)).superseded_at).not.toBeNull();
    world.yooKassa.pay(await world.providerId(first.paymentId));
    await world.until(first.paymentId, 'completed');
    expect(await world.balance(buyer)).toBe(7);
    world.yooKassa.pay(await world.providerId(second.paymentId));
    await world.until(second.paymentId, 'completed');
    expect(await world.balance(buyer)).toBe(12);
  });

  it('F-93 a new price makes a new payment; the one that was opened keeps its own', async () => {
    const buyer = await world.aBuyer();
    const first = await world.open(buyer, { planId: 'premium' });
    await world.query(`update pricing_plans set price_kopecks = 139900 where id = 'premium'`);
    try {
      const second = await world.open(buyer, { planId: 'premium' });
      expect(second.price).toEqual({ kopecks: 139_900 });
      expect((await world.row(first.paymentId)).amount_kopecks).toBe(149_900);
      world.yooKassa.pay(await world.providerId(first.paymentId));
      await world.until(first.paymentId, 'completed');
      expect(await world.balance(buyer)).toBe(52);
    } finally {
      await world.query(`update pricing_plans set price_kopecks = 149900 where id = 'premium'`);
    }
  });

  it('sells only what is on offer', async () => {
    const buyer = await world.aBuyer();
    expect(await world.buy(buyer, { planId: 'nothing' })).toEqual({ kind: 'not_on_offer' });
    const { plans, providers } = await world.payments.listOffers(1);
    expect(providers).toEqual(['yookassa', 'telegram_stars']);
    expect(
      plans.map(({ planId, kopecksPerVideo, savingPercent }) => [planId, kopecksPerVideo, savingPercent]),
    ).toEqual([
      ['starter', 3_980, 0],
      ['pro', 3_495, 12],
      ['premium', 2_998, 24],
    ]);
  });

  it('the same tap again opens no second payment, also when the first was paid meanwhile', async () => {
    const buyer = await world.aBuyer();
    const [tapped, other] = [randomUUID(), randomUUID()];
    const first = await world.open(buyer, { paymentId: tapped });
    expect(first.paymentId).toBe(tapped);
    expect(await world.open(buyer, { paymentId: tapped })).toEqual(first);
    expect((await world.open(buyer, { paymentId: other })).paymentId).toBe(tapped);
    world.yooKassa.pay(await world.providerId(tapped));
    await world.until(tapped, 'completed');
    expect(await world.buy(buyer, { paymentId: tapped })).toMatchObject({
      kind: 'over',
      payment: { paymentId: tapped, status: 'completed' },
    });
    expect((await world.open(buyer, { paymentId: other })).paymentId).toBe(other);
  });

  it('F-83 "I have paid" looks at once, at one’s own payment only', async () => {
    const buyer = await world.aBuyer();
    const stranger = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    expect(await world.payments.check(stranger.id, paymentId)).toEqual({ kind: 'not_found' });
    expect(await world.payments.check(buyer.id, paymentId)).toMatchObject({
      kind: 'checked',
      payment: { status: 'pending' },
      balance: 2,
    });
    world.yooKassa.hold();
    try {
      world.yooKassa.pay(await world.providerId(paymentId));
      const checked = await world.payments.check(buyer.id, paymentId);
      expect(checked).toMatchObject({ payment: { status: 'completed' }, balance: 7 });
      expect(await world.row(paymentId)).toMatchObject({ found_by: 'person' });
    } finally {
      await world.yooKassa.release();
    }
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
    expect(await world.told(buyer)).toEqual(['payment_completed']);
  });

  it('tells why a payment was canceled, once, and grants nothing', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    world.yooKassa.decline(await world.providerId(paymentId), 'insufficient_funds');
    const row = await world.until(paymentId, 'canceled');
    expect(row).toMatchObject({ failure_reason: 'insufficient_funds', check_at: null });
    await world.look('payment', paymentId);
    expect(await world.payments.check(buyer.id, paymentId)).toMatchObject({
      payment: { status: 'canceled', reason: 'insufficient_funds' },
      balance: 2,
    });
    expect(await world.told(buyer)).toEqual(['payment_canceled']);
    expect((await world.open(buyer)).paymentId).not.toBe(paymentId);
  });
});

describe('a payment that was replaced by a newer one', () => {
  it('is canceled without a word: the person has gone on', async () => {
    const buyer = await world.aBuyer();
    const first = await world.open(buyer);
    await age(first.paymentId, world.test.env.PAYMENT_REUSE_MS / 60_000);
    await world.open(buyer);
    world.yooKassa.expire(await world.providerId(first.paymentId));
    expect(await world.until(first.paymentId, 'canceled')).toMatchObject({
      failure_reason: 'expired_on_confirmation',
    });
    expect(await world.told(buyer)).toEqual([]);
  });
});

describe('receipts', () => {
  let shop: PaymentsWorld;
  beforeAll(async () => {
    const env = {
      ...{ YOOKASSA_RECEIPTS: 'on', YOOKASSA_VAT_CODE: '11', YOOKASSA_PAYMENT_MODE: 'full_prepayment' },
      ...{ YOOKASSA_PAYMENT_SUBJECT: 'service', YOOKASSA_TAX_SYSTEM_CODE: '2' },
    };
    shop = await PaymentsWorld.start({ roles: 'bot', env });
    shop.yooKassa.configure({ receipts: 'required' });
  });
  afterAll(() => shop.stop());

  it('F-94 ask for an e-mail first, and go to it, summing up to the kopeck', async () => {
    expect(await shop.buy(await shop.aBuyer())).toEqual({ kind: 'email_needed' });
    const buyer = await shop.aBuyer('anna@example.com');
    const payment = await shop.open(buyer, { planId: 'pro' });
    expect(payment.receiptEmail).toBe('anna@example.com');
    expect((await shop.row(payment.paymentId)).frozen_request?.['receipt']).toEqual({
      customer: { email: 'anna@example.com' },
      items: [
        {
          description: expect.stringContaining('20') as string,
          quantity: 1,
          amount: { value: '699.00', currency: 'RUB' },
          ...{ vat_code: 11, payment_mode: 'full_prepayment', payment_subject: 'service', measure: 'piece' },
        },
      ],
      tax_system_code: 2,
    });
  });

  it('a new e-mail opens a new payment: the receipt of the old one is frozen', async () => {
    const buyer = await shop.aBuyer('old@example.com');
    const first = await shop.open(buyer);
    const second = await shop.open({ ...buyer, email: 'new@example.com' });
    expect(second.paymentId).not.toBe(first.paymentId);
    expect(second.receiptEmail).toBe('new@example.com');
    expect((await shop.open({ ...buyer, email: 'new@example.com' })).paymentId).toBe(second.paymentId);
  });
});
