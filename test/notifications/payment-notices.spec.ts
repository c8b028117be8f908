import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NoticesService, type NewNotice } from '../../src/modules/notifications/index.js';
import { TelegramClient } from '../../src/modules/telegram/index.js';
import { runInTransaction } from '../../src/platform/index.js';
import { JobsWorld, type Customer } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';

type CompletedNotice = Extract<NewNotice['payload'], { kind: 'payment_completed' }>;

let world: JobsWorld;

beforeAll(async () => {
  const env = { NOTICE_RETRY_DELAY_MS: '20', TELEGRAM_CHAT_SEND_INTERVAL_MS: '20' };
  world = await JobsWorld.start({ roles: 'bot,worker', env });
});
afterEach(() => world.telegram.clearFaults());
afterAll(() => world.stop());

/** A pay screen as the conversation shows it. */
async function payScreen(customer: Customer): Promise<number> {
  const keyboard = [[{ text: 'Pay', url: 'https://yoomoney.example' }]];
  const screen = { text: 'Pay 199 ₽', keyboard };
  return (await world.get(TelegramClient).sendMessage(customer.person.id, screen)).messageId;
}

/** Writes and rings for the notice that the payment is completed. */
async function tellCompleted(customer: Customer, changes: Partial<CompletedNotice>): Promise<string> {
  const paymentId = randomUUID();
  const notice: NewNotice = {
    userId: customer.user.id,
    cause: `payment-completed-${paymentId}`,
    payload: {
      kind: 'payment_completed',
      ...{ paymentId, credits: 5, balance: 7, price: { kopecks: 19_900 } },
      ...{ resumesOrder: false, closes: null },
      ...changes,
    },
  };
  const id = await runInTransaction(world.get(DataSource), (manager) =>
    world.get(NoticesService).write(manager, notice),
  );
  await world.get(NoticesService).wake(id ?? '');
  return id ?? '';
}

async function rowOf(customer: Customer, id: string) {
  const row = (await world.notices(customer.user.id)).find((one) => one.id === id);
  if (!row) throw new Error(`There is no notice ${id}`);
  return row;
}

const sent = (customer: Customer, id: string) =>
  waitFor(
    async () => {
      const row = await rowOf(customer, id);
      return row.sent_at ? row : null;
    },
    { what: `notice ${id} to be sent` },
  );

const messageOf = (customer: Customer, messageId: number) =>
  customer.person.chat().find((message) => message.messageId === messageId);

const completedTexts = (customer: Customer) =>
  customer.person.chat().filter(({ text }) => text.includes('Оплата прошла: +5 кредитов. На балансе'));

describe('a notice about a payment', () => {
  it('turns the pay screen into what became of it, before it is sent itself', async () => {
    const customer = await world.customer();
    const closes = await payScreen(customer);
    const id = await tellCompleted(customer, { closes });
    expect(await sent(customer, id)).toMatchObject({ attempts: 1 });
    const closed = messageOf(customer, closes);
    expect(closed?.text.replaceAll('\u00a0', ' ')).toBe('✅ Оплачено: 5 кредитов за 199 ₽.');
    expect(closed?.keyboard?.flat().map(({ text }) => text)).toEqual(['🏠 Меню']);
    expect(completedTexts(customer)).toHaveLength(1);
  });

  it.each([
    ['Telegram refuses', { status: 400, description: 'Bad Request: something else' }],
    ['Telegram breaks', { status: 500 }],
    ['Telegram asks to wait', { status: 429, retryAfterS: 1 }],
  ])('comes once though the pay screen cannot be closed: %s', async (_what, fault) => {
    const customer = await world.customer();
    const closes = await payScreen(customer);
    world.telegram.failNext('editMessageText', { ...fault, chatId: customer.person.id });
    const id = await tellCompleted(customer, { closes });
    expect(await sent(customer, id)).toMatchObject({ attempts: 1, dropped_at: null });
    expect(messageOf(customer, closes)?.text).toBe('Pay 199 ₽');
    expect(completedTexts(customer)).toHaveLength(1);
  });

  it('comes though the pay screen is gone', async () => {
    const customer = await world.customer();
    const id = await tellCompleted(customer, { closes: 999_999 });
    expect(await sent(customer, id)).toMatchObject({ attempts: 1 });
  });

  it('closes the pay screen once more when it has to be tried again, and is sent once', async () => {
    const customer = await world.customer();
    const closes = await payScreen(customer);
    world.telegram.failNext('sendMessage', { status: 500, chatId: customer.person.id });
    const id = await tellCompleted(customer, { closes });
    expect(await sent(customer, id)).toMatchObject({ attempts: 2 });
    expect(completedTexts(customer)).toHaveLength(1);
  });

  it('F-78 that waited while its person blocked the bot tells the balance of the day they are back', async () => {
    const customer = await world.customer();
    const blocked = { status: 403, description: 'Forbidden: bot was blocked by the user' };
    world.telegram.failNext('sendMessage', { ...blocked, chatId: customer.person.id });
    const id = await tellCompleted(customer, { balance: 7 });
    await waitFor(
      async () => {
        const rows = await world.query('select 1 from notices where id = $1 and parked_at is not null', [id]);
        return rows.length > 0;
      },
      { what: 'the notice to be put aside' },
    );
    await world.query('select add_credits($1, 30)', [customer.person.id]);
    customer.person.say('/start');
    await sent(customer, id);
    expect(completedTexts(customer).map(({ text }) => text)).toEqual([
      expect.stringContaining('На балансе 32 кредита.'),
    ]);
  });
});
