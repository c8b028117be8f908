import { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import { describe, expect, it } from 'vitest';
import { Metrics } from '../../platform/index.js';
import type { StarPaymentsService } from '../payments/index.js';
import { SessionBusyError } from './bot.errors.js';
import type { BotContext } from './session.middleware.js';
import { UpdateIntake } from './update-intake.js';

const update = { update_id: 1, message: { message_id: 1 } } as unknown as Update;
const PAYMENT = {
  currency: 'XTR',
  total_amount: 150,
  invoice_payload: 'payload',
  telegram_payment_charge_id: 'charge-1',
  provider_payment_charge_id: 'provider-1',
};
const paymentUpdate = (name: 'successful_payment' | 'refunded_payment', content: object = PAYMENT) =>
  ({ update_id: 2, message: { message_id: 2, chat: { id: 77 }, [name]: content } }) as unknown as Update;

type Kept = Parameters<StarPaymentsService['keep']>[0];

/** The inbox of payments, as far as updates need it. */
class Inbox {
  readonly kept: Kept[] = [];
  /** What the next `keep` fails with. */
  failure: unknown;

  keep(payment: Kept): Promise<void> {
    const failure = this.failure;
    this.failure = undefined;
    // Anything at all may be thrown, also what is no Error.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    if (failure !== undefined) return Promise.reject(failure);
    this.kept.push(payment);
    return Promise.resolve();
  }
}

/** Takes updates for a bot that does this with them. */
function intakeOf(handler: () => Promise<void>, inbox = new Inbox(), handlerTimeout = 20): UpdateIntake {
  const bot = new Telegraf<BotContext>('1:x', { handlerTimeout });
  bot.botInfo = { id: 1, is_bot: true, first_name: '', username: '' } as typeof bot.botInfo;
  bot.catch((error) => {
    throw error;
  });
  bot.use(handler);
  return new UpdateIntake(bot, inbox as unknown as StarPaymentsService, new Metrics());
}

describe('an update', () => {
  it('F-69 whose handler takes too long comes again, and stops nothing', async () => {
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => (finish = resolve));
    const intake = intakeOf(() => work);
    expect(await intake.accept(update)).toEqual({ kind: 'again', afterMs: 1_000, awaits: 'chat' });
    finish();
    expect(await intake.accept(update)).toEqual({ kind: 'done' });
  });

  it('F-68 whose handler breaks is done with, and the next one is taken', async () => {
    let calls = 0;
    const intake = intakeOf(() => (calls++ === 0 ? Promise.reject(new Error('a bug')) : Promise.resolve()));
    expect(await intake.accept(update)).toEqual({ kind: 'done' });
    expect(await intake.accept(update)).toEqual({ kind: 'done' });
    expect(calls).toBe(2);
  });
});

describe('a purchase in Stars', () => {
  it.each([
    ['successful_payment', 'payment.succeeded'],
    ['refunded_payment', 'refund.succeeded'],
  ] as const)('is stored before any handler sees it: %s', async (name, event) => {
    const inbox = new Inbox();
    const keptBefore: number[] = [];
    const intake = intakeOf(() => Promise.resolve(void keptBefore.push(inbox.kept.length)), inbox);
    expect(await intake.accept(paymentUpdate(name))).toEqual({ kind: 'done' });
    expect(keptBefore).toEqual([1]);
    expect(inbox.kept).toEqual([
      {
        event,
        chargeId: 'charge-1',
        body: {
          payer: 77,
          currency: 'XTR',
          totalAmount: 150,
          payload: 'payload',
          chargeId: 'charge-1',
          providerChargeId: 'provider-1',
        },
      },
    ]);
  });

  it.each<[string, unknown]>([
    ['the database is gone', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    ['the database refuses it', Object.assign(new Error('x'), { code: '23514' })],
    ['a bug', new TypeError('undefined is not a function')],
    ['what is no error', 'text'],
  ])('comes again while it is not stored, and no handler sees it: %s', async (_what, failure) => {
    const inbox = new Inbox();
    let calls = 0;
    const intake = intakeOf(() => Promise.resolve(void calls++), inbox);
    inbox.failure = failure;
    const payment = paymentUpdate('successful_payment');
    // Not `telegram`: an update that waits for Telegram is given up after some tries.
    expect(await intake.accept(payment)).toEqual({ kind: 'again', afterMs: 1_000, awaits: 'database' });
    expect(calls).toBe(0);
    expect(await intake.accept(payment)).toEqual({ kind: 'done' });
    expect([calls, inbox.kept.length]).toEqual([1, 1]);
  });

  it('is kept as it came when it cannot be read: told again for ever, it would hold up everybody', async () => {
    const inbox = new Inbox();
    const intake = intakeOf(() => Promise.resolve(), inbox);
    const outcome = await intake.accept(paymentUpdate('successful_payment', { currency: 'XTR' }));
    expect(outcome).toEqual({ kind: 'done' });
    const body = { message_id: 2, chat: { id: 77 }, successful_payment: { currency: 'XTR' } };
    expect(inbox.kept).toEqual([{ event: 'payment.succeeded', chargeId: 'update-2', body }]);
  });

  it('is stored though its chat is busy, or its handler breaks', async () => {
    const inbox = new Inbox();
    const failures = [new SessionBusyError(20_000), new Error('a bug')];
    const intake = intakeOf(() => Promise.reject(failures.shift() ?? new Error('called too often')), inbox);
    expect(await intake.accept(paymentUpdate('successful_payment'))).toMatchObject({ kind: 'again' });
    expect(await intake.accept(paymentUpdate('successful_payment'))).toEqual({ kind: 'done' });
    expect(inbox.kept).toHaveLength(2);
  });

  it('is nothing that other updates bring', async () => {
    const inbox = new Inbox();
    const intake = intakeOf(() => Promise.resolve(), inbox);
    await intake.accept(update);
    await intake.accept({ update_id: 3, pre_checkout_query: { id: '1' } } as unknown as Update);
    expect(inbox.kept).toEqual([]);
  });
});
