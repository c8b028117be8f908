import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { waitFor } from '../support/wait-for.js';
import { callApi, resultOf, startedPerson } from './fake-telegram-api.js';
import {
  answerQuery,
  INVOICE,
  letPay,
  sendInvoice,
  takeUpdates,
  TOO_OLD,
  type Update,
} from './fake-telegram-stars.support.js';

let telegram: FakeTelegram;
let anna = 0;
let invoiceId = 0;

/** A thousand times faster: 10 s for an answer are at least `limitRealMsMin`. */
async function open(limitRealMsMin = 5_000): Promise<void> {
  telegram = await new FakeTelegram({ clock: new SandboxClock(1000), limitRealMsMin }).start();
  anna = startedPerson(telegram);
  await takeUpdates(telegram);
  invoiceId = await sendInvoice(telegram, anna);
}

const take = () => takeUpdates(telegram);
const kinds = (updates: Update[]) => updates.map((update) => Object.keys(update.message ?? update).at(-1));

afterEach(() => telegram.stop());

describe('updates about payments', () => {
  beforeEach(() => open());

  it('come twice when told to, and money moves once', async () => {
    telegram.copyEachUpdate(2);
    const payment = telegram.payInvoice(anna, invoiceId);
    expect([...(await take()), ...(await take())]).toMatchObject([
      { pre_checkout_query: { id: payment.id } },
      { pre_checkout_query: { id: payment.id } },
    ]);
    const chargeId = await letPay(telegram, payment);
    expect((await answerQuery(telegram, payment.id)).description).toBe(TOO_OLD);
    telegram.refundCharge(chargeId);
    const both = ['successful_payment', 'refunded_payment'];
    expect(kinds([...(await take()), ...(await take())])).toEqual([...both, ...both]);
    telegram.copyEachUpdate(1);
    telegram.duplicateNext();
    await letPay(telegram, telegram.payInvoice(anna, invoiceId));
    expect(kinds([...(await take()), ...(await take())])).toEqual([
      ...['pre_checkout_query', 'successful_payment', 'pre_checkout_query'],
    ]);
    expect(telegram.starCharges()).toHaveLength(2);
  });

  it('are held back and let go in any order', async () => {
    telegram.holdUpdates();
    const first = telegram.payInvoice(anna, invoiceId);
    const second = telegram.payInvoice(anna, invoiceId);
    expect(await take()).toEqual([]);
    telegram.releaseUpdates('reverse');
    const ids = (await take()).map(({ pre_checkout_query: query }) => query?.id);
    expect(ids).toEqual([second.id, first.id]);
  });

  it('do not come unless they are allowed', async () => {
    await resultOf(telegram, 'getUpdates', { allowed_updates: ['message'] });
    const payment = telegram.payInvoice(anna, invoiceId);
    expect(await take()).toEqual([]);
    await resultOf(telegram, 'getUpdates', { allowed_updates: ['message', 'pre_checkout_query'] });
    await letPay(telegram, payment);
    telegram.payInvoice(anna, invoiceId);
    expect(kinds(await take())).toEqual(['successful_payment', 'pre_checkout_query']);
  });

  it('follow a call whose answer was lost', async () => {
    telegram.failNext('answerPreCheckoutQuery', { status: 502, body: '<html>', afterEffect: true });
    telegram.failNext('refundStarPayment', { reset: true, afterEffect: true });
    const payment = telegram.payInvoice(anna, invoiceId);
    await expect(answerQuery(telegram, payment.id)).rejects.toThrow();
    expect(await payment.outcome()).toMatchObject({ kind: 'paid' });
    const [charge] = telegram.starCharges();
    const facts = { user_id: anna, telegram_payment_charge_id: charge?.chargeId };
    await expect(callApi(telegram, 'refundStarPayment', facts)).rejects.toThrow();
    expect(kinds(await take()).slice(1)).toEqual(['successful_payment', 'refunded_payment']);
  });

  it('reach a webhook in queues of their own', async () => {
    const seen: Update[] = [];
    // Messages of the chat are never confirmed; what a person pays comes through all the same.
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const update = JSON.parse(Buffer.concat(chunks).toString()) as Update;
        seen.push(update);
        if (update.pre_checkout_query) response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await resultOf(telegram, 'setWebhook', { url });
    telegram.sendText(anna, 'привет');
    const payments = [telegram.payInvoice(anna, invoiceId), telegram.payInvoice(anna, invoiceId)];
    await waitFor(() => seen.length >= 3, { what: 'both queries beside the message' });
    const ids = seen.flatMap(({ pre_checkout_query: query }) => query?.id ?? []);
    expect(ids).toEqual(payments.map(({ id }) => id));
    await telegram.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    // Nobody waits for a server that is gone.
    const end = await Promise.race([payments[0]?.outcome(), Promise.resolve('still waiting')]);
    expect(end).toEqual({ kind: 'unanswered' });
  });
});

describe('a bot that is too slow', () => {
  beforeEach(() => open(40));

  it('lets the person see a failure, and its answer comes too late', async () => {
    const payment = telegram.payInvoice(anna, invoiceId);
    const forged = telegram.preCheckout(anna, { invoicePayload: 'x', totalAmount: 1 });
    expect(await payment.outcome()).toEqual({ kind: 'unanswered' });
    expect(await forged).toEqual({ kind: 'unanswered' });
    expect((await answerQuery(telegram, payment.id)).description).toBe(TOO_OLD);
    expect(telegram.starCharges()).toEqual([]);
  });

  it('never gets a query of 150 s ago', async () => {
    telegram.payInvoice(anna, invoiceId);
    expect(telegram.pendingUpdates()).toBe(1);
    await waitFor(() => telegram.pendingUpdates() === 0, { what: 'the end of the query' });
    expect(await take()).toEqual([]);
  });
});

describe('the same over HTTP', () => {
  beforeEach(() => open());

  const control = async (verb: string, body: unknown = {}) => {
    const answer = await fetch(`${telegram.url}/_control/${verb}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

  it('buys, refuses and gives back', async () => {
    const link = await resultOf<string>(telegram, 'createInvoiceLink', INVOICE);
    for (const [verb, body] of [
      ['payInvoice', { personId: anna, messageId: invoiceId }],
      ['payInvoiceOf', { payerId: startedPerson(telegram), ownerId: anna, messageId: invoiceId }],
      ['payInvoiceLink', { payerId: anna, link }],
    ] as const) {
      const { id = '' } = (await control(verb, body)).body;
      await answerQuery(telegram, id);
      expect((await control('paymentOutcome', { id })).body).toMatchObject({ kind: 'paid' });
    }
    await take();
    const asking = control('preCheckout', { personId: anna, invoicePayload: 'x', totalAmount: 1 });
    const query = await waitFor(async () => (await take())[0]?.pre_checkout_query, { what: 'the query' });
    await answerQuery(telegram, query.id, { ok: false, error_message: 'нет' });
    expect((await asking).body).toEqual({ kind: 'refused', errorMessage: 'нет' });
    const { body: charges } = await control('starCharges');
    expect(charges).toHaveLength(3);
    const [charge] = telegram.starCharges();
    expect(await control('refundCharge', { chargeId: charge?.chargeId })).toEqual({ status: 200, body: {} });
    expect((await control('refundCharge', { chargeId: charge?.chargeId })).status).toBe(400);
    expect((await control('paymentOutcome', { id: 'x' })).body['error']).toMatch('There is no payment x');
    expect((await control('payInvoice', { personId: anna, messageId: 999 })).status).toBe(400);
  });
});
