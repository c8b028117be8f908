import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { ALLOWED_UPDATES, TelegramClient, TelegramError } from '../../src/modules/telegram/index.js';
import { Metrics } from '../../src/platform/index.js';

const INVOICE = {
  title: '100 credits',
  description: 'Enough for 10 videos',
  payload: 'payment-1',
  label: 'Package',
  amountStars: 250,
};

const fake = new FakeTelegram();
let client: TelegramClient;
let annaId: number;

const lastMessage = () => fake.chat(annaId).at(-1);

/** Somebody pays and is let pay; answers the charge's id. */
async function aCharge(invoice: Partial<typeof INVOICE> = {}): Promise<string> {
  const { messageId } = await client.sendInvoice(annaId, { ...INVOICE, ...invoice });
  const payment = fake.payInvoice(annaId, messageId);
  await client.answerPreCheckout(payment.id, { ok: true });
  return ((await payment.outcome()) as { chargeId: string }).chargeId;
}

async function failureOf(call: Promise<unknown>): Promise<TelegramError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TelegramError)) throw new Error('The call did not fail', { cause: error });
  expect(`${error.message} ${error.stack}`).not.toContain(fake.token);
  return error;
}

beforeAll(async () => {
  await fake.start();
  client = new TelegramClient(
    {
      BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.url,
      TELEGRAM_TIMEOUT_MS: 5_000,
      TELEGRAM_SEND_VIDEO_TIMEOUT_MS: 5_000,
    },
    new Metrics(),
  );
});
afterAll(() => fake.stop());
beforeEach(() => {
  fake.clearFaults();
  annaId = fake.addPerson({ firstName: 'Анна', languageCode: 'ru' }).id;
  fake.sendText(annaId, '/start');
});

it('asks for every kind of update that a payment makes', async () => {
  expect(ALLOWED_UPDATES).toEqual(['message', 'callback_query', 'pre_checkout_query', 'my_chat_member']);
  await client.getUpdates({ offset: 0, timeoutS: 0, limit: 100 });
  await aCharge();
  const updates = await client.getUpdates({ offset: 0, timeoutS: 0, limit: 100 });
  expect(updates.at(-2)).toHaveProperty('pre_checkout_query.invoice_payload', 'payment-1');
  expect(updates.at(-1)).toHaveProperty('message.successful_payment.total_amount', 250);
});

describe('an invoice', () => {
  it('is sent for Stars, with the button that Telegram makes', async () => {
    const { messageId } = await client.sendInvoice(annaId, INVOICE);
    expect(lastMessage()).toMatchObject({
      messageId,
      kind: 'invoice',
      invoice: { title: '100 credits', description: 'Enough for 10 videos', amountStars: 250 },
      keyboard: [[{ pay: true }]],
    });
    expect(fake.calls('sendInvoice').at(-1)?.args).not.toHaveProperty('reply_markup');
  });

  it('begins with its pay button whatever buttons it has', async () => {
    const keyboard = [[{ text: 'Menu', callback: '1:menu' }], [{ text: 'Terms', url: 'https://a.ru/' }]];
    await client.sendInvoice(annaId, { ...INVOICE, payButton: 'Pay ⭐ 250', keyboard });
    expect(lastMessage()?.keyboard).toEqual([
      [{ text: 'Pay ⭐ 250', pay: true }],
      [{ text: 'Menu', callback_data: '1:menu' }],
      [{ text: 'Terms', url: 'https://a.ru/' }],
    ]);
    await client.sendInvoice(annaId, { ...INVOICE, keyboard });
    expect(lastMessage()?.keyboard?.[0]).toEqual([{ text: '⭐ 250', pay: true }]);
    await client.sendInvoice(annaId, { ...INVOICE, payButton: 'Pay' });
    expect(lastMessage()?.keyboard).toEqual([[{ text: 'Pay', pay: true }]]);
  });

  it('is cut where its texts are too long, and never in its payload', async () => {
    await client.sendInvoice(annaId, { ...INVOICE, title: 'т'.repeat(40), description: 'о'.repeat(300) });
    expect(lastMessage()?.invoice?.title).toBe(`${'т'.repeat(31)}…`);
    expect(lastMessage()?.invoice?.description).toHaveLength(255);
    const error = await failureOf(client.sendInvoice(annaId, { ...INVOICE, payload: 'p'.repeat(129) }));
    expect(error).toMatchObject({ meaning: 'refused', retryable: false });
  });

  it('fails as every message does', async () => {
    fake.failNext('sendInvoice', { status: 500, afterEffect: true });
    expect((await failureOf(client.sendInvoice(annaId, INVOICE))).meaning).toBe('outcome_unknown');
    fake.block(annaId);
    expect((await failureOf(client.sendInvoice(annaId, INVOICE))).meaning).toBe('blocked');
  });
});

describe('a pre-checkout query', () => {
  it('is let through or refused with words', async () => {
    const { messageId } = await client.sendInvoice(annaId, INVOICE);
    const [first, second] = [fake.payInvoice(annaId, messageId), fake.payInvoice(annaId, messageId)];
    expect(await client.answerPreCheckout(first.id, { ok: true })).toBe('answered');
    expect(await first.outcome()).toMatchObject({ kind: 'paid' });
    const refusal = { ok: false, errorMessage: 'The price has changed' } as const;
    expect(await client.answerPreCheckout(second.id, refusal)).toBe('answered');
    expect(await second.outcome()).toEqual({ kind: 'refused', errorMessage: 'The price has changed' });
  });

  it('that is over is no failure, and anything else is', async () => {
    expect(await client.answerPreCheckout('12345', { ok: true })).toBe('too_late');
    fake.failNext('answerPreCheckoutQuery', { status: 429, retryAfterS: 3 });
    const error = await failureOf(client.answerPreCheckout('12345', { ok: true }));
    expect(error).toMatchObject({ meaning: 'rate_limited', retryAfterMs: 3000 });
  });
});

describe('a refund', () => {
  it('is made once and may be asked for again', async () => {
    const chargeId = await aCharge();
    expect(await client.refundStarPayment(annaId, chargeId)).toBe('refunded');
    expect(await client.refundStarPayment(annaId, chargeId)).toBe('already_refunded');
    expect(fake.starCharges().at(-1)).toMatchObject({ chargeId, state: 'refunded' });
  });

  it('whose answer was lost is found done', async () => {
    const chargeId = await aCharge();
    fake.failNext('refundStarPayment', { reset: true, afterEffect: true });
    expect((await failureOf(client.refundStarPayment(annaId, chargeId))).meaning).toBe('outcome_unknown');
    expect(await client.refundStarPayment(annaId, chargeId)).toBe('already_refunded');
  });

  it('of an unknown charge is refused', async () => {
    const error = await failureOf(client.refundStarPayment(annaId, 'stxNothing'));
    expect(error).toMatchObject({ meaning: 'refused', method: 'refundStarPayment' });
    fake.failNext('refundStarPayment', { status: 400, description: 'Bad Request: charge already refunded' });
    expect(await client.refundStarPayment(annaId, 'stxNothing')).toBe('already_refunded');
  });
});

describe('the list of transactions', () => {
  const answerWith = (transactions: unknown) =>
    fake.failNext('getStarTransactions', {
      status: 200,
      body: JSON.stringify({ ok: true, result: { transactions } }),
    });
  const list = () => client.listStarTransactions({ offset: 0, limit: 100 });

  it('tells payments and refunds apart', async () => {
    const before = (await list()).length;
    const chargeId = await aCharge({ payload: 'payment-2' });
    await client.refundStarPayment(annaId, chargeId);
    const payment = { id: chargeId, amountStars: 250, partnerUserId: annaId, invoicePayload: 'payment-2' };
    const page = await client.listStarTransactions({ offset: before, limit: 2 });
    expect(page).toMatchObject([
      { ...payment, direction: 'in' },
      { ...payment, direction: 'out' },
    ]);
    expect(Math.abs(Date.now() / 1000 - (page[0]?.dateS ?? 0))).toBeLessThan(60);
    expect(await client.listStarTransactions({ offset: before + 1, limit: 1 })).toHaveLength(1);
  });

  it('bears partners that we do not know', async () => {
    const row = { id: 'stx1', amount: 5, date: 1_795_240_000, nanostar_amount: 7 };
    answerWith([
      { ...row, receiver: { type: 'fragment', withdrawal_state: { type: 'pending' } } },
      { ...row, source: { type: 'something_new', user: 'Anna', invoice_payload: 5 } },
    ]);
    const unknown = { id: 'stx1', amountStars: 5, partnerUserId: null, invoicePayload: null };
    expect(await list()).toMatchObject([
      { ...unknown, direction: 'out' },
      { ...unknown, direction: 'in' },
    ]);
  });

  it.each([
    ['no list', undefined],
    ['no direction', [{ id: 'stx1', amount: 5, date: 1 }]],
    ['no amount', [{ id: 'stx1', date: 1, source: { type: 'user' } }]],
  ])('that cannot be read fails: %s', async (_what, transactions) => {
    answerWith(transactions);
    expect((await failureOf(list())).meaning).toBe('outcome_unknown');
  });
});
