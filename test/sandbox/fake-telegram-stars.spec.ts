import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTelegram, type PaymentHandle, PeopleError } from '../../sandbox/telegram/index.js';
import { callApi, resultOf, startedPerson } from './fake-telegram-api.js';
import {
  answerQuery,
  INVOICE,
  letPay,
  sendInvoice,
  takeUpdates,
  TOO_OLD,
} from './fake-telegram-stars.support.js';

let telegram: FakeTelegram;
let anna = 0;
let boris = 0;
let invoiceId = 0;

const take = () => takeUpdates(telegram);
const answer = (id: string, args?: Record<string, unknown>) => answerQuery(telegram, id, args);
const paid = (payment: PaymentHandle) => letPay(telegram, payment);
const refund = (chargeId: string, userId = anna) =>
  callApi(telegram, 'refundStarPayment', { user_id: userId, telegram_payment_charge_id: chargeId });

beforeEach(async () => {
  telegram = await new FakeTelegram().start();
  anna = startedPerson(telegram);
  boris = startedPerson(telegram);
  await take();
  invoiceId = await sendInvoice(telegram, anna);
});
afterEach(() => telegram.stop());

describe('a payment in Stars', () => {
  it('is asked about, let through, and reported', async () => {
    const payment = telegram.payInvoice(anna, invoiceId);
    expect(await take()).toMatchObject([
      {
        pre_checkout_query: {
          id: payment.id,
          from: { id: anna, is_bot: false },
          currency: 'XTR',
          total_amount: 250,
          invoice_payload: 'payment-1',
        },
      },
    ]);
    expect(telegram.starCharges()).toEqual([]);
    const chargeId = await paid(payment);
    const [update] = await take();
    expect(update?.message).toMatchObject({
      chat: { id: anna },
      from: { id: anna },
      successful_payment: {
        currency: 'XTR',
        total_amount: 250,
        invoice_payload: 'payment-1',
        telegram_payment_charge_id: chargeId,
        provider_payment_charge_id: `${anna}_0`,
      },
    });
    expect(telegram.chat(anna).at(-1)).toMatchObject({ kind: 'successful_payment', from: 'person' });
    expect(telegram.starCharges()).toMatchObject([
      { chargeId, personId: anna, amountStars: 250, payload: 'payment-1', state: 'paid' },
    ]);
  });

  it('is refused with words for the person, which must be there', async () => {
    const payment = telegram.payInvoice(anna, invoiceId);
    expect(await answer(payment.id, { ok: false })).toMatchObject({
      status: 400,
      description: 'Bad Request: parameter "error_message" is required',
    });
    await answer(payment.id, { ok: false, error_message: 'Счёт устарел' });
    expect(await payment.outcome()).toEqual({ kind: 'refused', errorMessage: 'Счёт устарел' });
    expect(telegram.starCharges()).toEqual([]);
    expect((await take()).map(({ message }) => message)).toEqual([undefined]);
  });

  it('is answered once: the second answer changes nothing', async () => {
    const payment = telegram.payInvoice(anna, invoiceId);
    await paid(payment);
    const late = await answer(payment.id, { ok: false, error_message: 'нет' });
    expect(late).toMatchObject({ status: 400, description: TOO_OLD });
    expect((await answer('12345')).description).toBe(TOO_OLD);
    expect(telegram.starCharges()).toHaveLength(1);
  });

  it('may be made many times at once, and by others', async () => {
    const payments = [
      ...[1, 2, 3].map(() => telegram.payInvoice(anna, invoiceId)),
      telegram.payInvoiceOf(boris, anna, invoiceId),
    ];
    const ids = await Promise.all(payments.map(paid));
    expect(new Set(ids).size).toBe(4);
    expect(telegram.starCharges().map(({ personId }) => personId)).toEqual([anna, anna, anna, boris]);
    const chats = (await take()).flatMap(({ message }) => (message ? [message['chat']] : []));
    expect(chats).toMatchObject([{ id: anna }, { id: anna }, { id: anna }, { id: boris }]);
  });

  it('is made for a copy whose original is gone, unless the copy only leads to the bot', async () => {
    await resultOf(telegram, 'deleteMessage', { chat_id: anna, message_id: invoiceId });
    expect(() => telegram.payInvoice(anna, invoiceId)).toThrow('sees no invoice');
    await paid(telegram.payInvoiceOf(boris, anna, invoiceId));
    const own = await sendInvoice(telegram, anna, { start_parameter: 'buy' });
    expect(() => telegram.payInvoiceOf(boris, anna, own)).toThrow('leads to the bot');
    await paid(telegram.payInvoice(anna, own));
  });

  it('is made through a link', async () => {
    const link = await resultOf<string>(telegram, 'createInvoiceLink', INVOICE);
    await paid(telegram.payInvoiceLink(boris, link));
    expect(telegram.starCharges()).toMatchObject([{ personId: boris, payload: 'payment-1' }]);
    expect(() => telegram.payInvoiceLink(boris, 'https://t.me/$x')).toThrow(PeopleError);
  });

  it('needs an invoice and somebody who can press its button', () => {
    expect(() => telegram.payInvoice(boris, invoiceId)).toThrow('sees no invoice');
    telegram.block(anna);
    expect(() => telegram.payInvoice(anna, invoiceId)).toThrow('unblock first');
    expect(() => telegram.preCheckout(anna, { invoicePayload: 'x', totalAmount: 1 })).toThrow(PeopleError);
  });
});

describe('a forged pre-checkout query', () => {
  it('brings the answer and moves no money', async () => {
    const facts = { invoicePayload: 'payment-of-another', totalAmount: 1, currency: 'RUB' };
    const answers = [telegram.preCheckout(anna, facts), telegram.preCheckout(anna, facts)];
    const [first, second] = (await take()).map(({ pre_checkout_query: query }) => query);
    expect(first).toMatchObject({ currency: 'RUB', total_amount: 1, invoice_payload: 'payment-of-another' });
    await answer(first?.id ?? '');
    await answer(second?.id ?? '', { ok: false, error_message: 'нет' });
    expect(await Promise.all(answers)).toEqual([
      { kind: 'approved' },
      { kind: 'refused', errorMessage: 'нет' },
    ]);
    expect(telegram.starCharges()).toEqual([]);
  });
});

describe('Stars of the bot', () => {
  it('go back once, and a message says so', async () => {
    const chargeId = await paid(telegram.payInvoice(anna, invoiceId));
    await take();
    expect(await refund(chargeId, boris)).toMatchObject({ description: 'Bad Request: CHARGE_ID_INVALID' });
    expect(await refund('stxNothing')).toMatchObject({ description: 'Bad Request: CHARGE_ID_INVALID' });
    expect(await refund('')).toMatchObject({ description: 'Bad Request: CHARGE_ID_EMPTY' });
    expect(await refund(chargeId, 1)).toMatchObject({
      description: 'Bad Request: invalid user_id specified',
    });
    expect(await take()).toEqual([]);
    expect(await refund(chargeId)).toMatchObject({ status: 200, result: true });
    const [update] = await take();
    expect(update?.message).toMatchObject({
      chat: { id: anna },
      refunded_payment: {
        currency: 'XTR',
        total_amount: 250,
        invoice_payload: 'payment-1',
        telegram_payment_charge_id: chargeId,
      },
    });
    expect(await refund(chargeId)).toMatchObject({
      status: 400,
      description: 'Bad Request: CHARGE_ALREADY_REFUNDED',
    });
    expect(await take()).toEqual([]);
    expect(telegram.starCharges()).toMatchObject([{ state: 'refunded' }]);
  });

  it('are given back by support, even to somebody who left', async () => {
    const chargeId = await paid(telegram.payInvoice(anna, invoiceId));
    telegram.block(anna);
    await take();
    telegram.refundCharge(chargeId);
    const [update] = await take();
    expect(update?.message).toHaveProperty('refunded_payment.telegram_payment_charge_id', chargeId);
    expect(() => telegram.refundCharge(chargeId)).toThrow('refunded already');
    expect(() => telegram.refundCharge('stxNothing')).toThrow('There is no charge');
  });

  it('are listed oldest first, a refund under the id of its charge', async () => {
    const one = await paid(telegram.payInvoice(anna, invoiceId));
    const two = await paid(telegram.payInvoiceOf(boris, anna, invoiceId));
    await refund(one);
    const list = (args = {}) =>
      resultOf<{ transactions: { id: string }[] }>(telegram, 'getStarTransactions', args);
    const partner = { type: 'user', transaction_type: 'invoice_payment', invoice_payload: 'payment-1' };
    expect((await list()).transactions).toMatchObject([
      {
        id: one,
        amount: 250,
        date: expect.any(Number) as number,
        source: { ...partner, user: { id: anna } },
      },
      { id: two, source: { user: { id: boris } } },
      { id: one, amount: 250, receiver: { ...partner, user: { id: anna } } },
    ]);
    const page = await list({ offset: 1, limit: 1 });
    expect(page.transactions.map(({ id }) => id)).toEqual([two]);
    expect(await resultOf(telegram, 'getMyStarBalance')).toEqual({ amount: 250 });
  });
});
