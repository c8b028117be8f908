import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  PaymentsService,
  type BuyOutcome,
  type BuyRequest,
  type CheckOutcome,
  type Offers,
  type PaymentView,
} from '../../src/modules/payments/index.js';
import { BotWorld, type Talker } from './bot-app.js';
import { beginner, walkTo } from './walks.js';

const PAYMENT_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const UUID_V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
const RETURN = '/start paid_0f8fad5bd9cb469fa16570867728950e';
const PAYMENT: PaymentView = {
  paymentId: PAYMENT_ID,
  planId: 'starter',
  provider: 'yookassa',
  status: 'pending',
  credits: 5,
  price: { kopecks: 19_900 },
  confirmationUrl: 'https://yoomoney.example/checkout',
  receiptEmail: null,
  reason: null,
  resumesOrder: false,
};
const OFFERS: Offers = {
  plans: [
    {
      ...{ planId: 'starter', nameRu: 'Старт', nameEn: 'Starter', credits: 5, savingPercent: 0 },
      ...{ priceKopecks: 19_900, priceStars: 150, kopecksPerVideo: 3_980, starsPerVideo: 30 },
    },
  ],
  providers: ['yookassa'],
};

/** Payments as the conversation sees them: each answer is what the test wants it to be. */
class ScriptedPayments {
  offers = OFFERS;
  bought: BuyOutcome = { kind: 'link', payment: PAYMENT };
  checked: CheckOutcome = { kind: 'checked', payment: PAYMENT, balance: 2 };
  readonly requests: BuyRequest[] = [];
  readonly noted: { paymentId: string; messageId: number }[] = [];

  listOffers = () => Promise.resolve(this.offers);
  buy = (request: BuyRequest) => {
    this.requests.push(request);
    return Promise.resolve(this.bought);
  };
  check = () => Promise.resolve(this.checked);
  noteMessage = (paymentId: string, messageId: number) => {
    this.noted.push({ paymentId, messageId });
    return Promise.resolve();
  };
}

let world: BotWorld;
let service: PaymentsService;
let payments: ScriptedPayments;

beforeAll(async () => {
  world = await BotWorld.create();
  const { app } = await world.startBot();
  service = app.get(PaymentsService, { strict: false });
});
afterAll(() => world.destroy());
beforeEach(() => {
  payments = new ScriptedPayments();
  const { listOffers, buy, check, noteMessage } = payments;
  Object.assign(service, { listOffers, buy, check, noteMessage });
});

/** Somebody in front of the pay screen. */
async function atPayScreen(): Promise<Talker> {
  const talker = await beginner(world);
  await talker.taps('Top up');
  await talker.taps('Starter: 5 credits');
  return talker;
}

const stateOf = async (talker: Talker) =>
  (await talker.session()).state as unknown as {
    screenMessageId: number | null;
    payMessageId: number | null;
  };

describe('the pay screen', () => {
  it('F-03 takes the place of the plans, and is handed over to whoever learns the outcome', async () => {
    const talker = await beginner(world);
    await talker.taps('Top up');
    const { messageId, text } = talker.seen;
    expect(text.replaceAll('\u00a0', ' ')).toContain('Starter: 5 credits for 199 ₽ · 39.80 ₽ a video');
    expect(await talker.taps('Starter: 5 credits')).toBe('Preparing the bill…');
    expect(talker.seen.messageId).toBe(messageId);
    expect(talker.seen.keyboard?.flat()[0]).toMatchObject({ url: PAYMENT.confirmationUrl });
    expect(payments.noted).toEqual([{ paymentId: PAYMENT_ID, messageId }]);
    expect(await stateOf(talker)).toMatchObject({ screenMessageId: null, payMessageId: messageId });
    expect(payments.requests).toEqual([
      {
        buyer: { id: (await talker.row()).id, tgUserId: talker.id, language: 'en', email: null },
        ...{ planId: 'starter', provider: 'yookassa', draftId: null, chatId: talker.id },
        botUsername: expect.stringMatching(/^\w+$/) as unknown,
        paymentId: expect.stringMatching(UUID_V8) as unknown,
      },
    ]);
  });

  it('is of the same payment when its update was forgotten and comes again', async () => {
    const talker = await beginner(world);
    await talker.taps('Top up');
    world.telegram.failNext('editMessageText', { delayMs: 300, chatId: talker.id });
    const buying = talker.taps('Starter: 5 credits');
    await talker.losesUpdateInHand();
    await buying;
    await talker.taken();
    const [first, ...others] = payments.requests;
    expect(others).toEqual([first]);
    await talker.taps('All plans');
    await talker.taps('Starter: 5 credits');
    expect(payments.requests.at(-1)?.paymentId).not.toBe(first?.paymentId);
  });

  it('is shown once, however often its plan is tapped', async () => {
    const talker = await beginner(world);
    await talker.taps('Top up');
    const { messageId } = talker.seen;
    for (let tap = 0; tap < 5; tap++) world.telegram.tapData(talker.id, messageId, '1:buy:yookassa:starter');
    await talker.taken();
    expect(talker.botMessages().filter(({ text }) => text.includes('5 credits = 5 videos'))).toHaveLength(1);
    expect(payments.requests).toHaveLength(1);
  });

  it('is one invoice in Stars, however often its button is tapped, until the message shows something else', async () => {
    payments.bought = { kind: 'invoice', payment: { ...PAYMENT, provider: 'telegram_stars' } };
    const talker = await beginner(world);
    await talker.taps('Top up');
    const { messageId } = talker.seen;
    const buy = async () => {
      world.telegram.tapData(talker.id, messageId, '1:buy:telegram_stars:starter');
      await talker.taken();
    };
    for (let tap = 0; tap < 5; tap++) await buy();
    expect(payments.requests).toHaveLength(1);
    await talker.taps('Menu');
    expect(talker.seen.messageId).toBe(messageId);
    await talker.taps('Top up');
    await buy();
    expect(payments.requests).toHaveLength(2);
  });

  it('stays when it is left by one of its buttons', async () => {
    const talker = await atPayScreen();
    const { messageId, text } = talker.seen;
    await talker.taps('Menu');
    expect(talker.seen.messageId).toBeGreaterThan(messageId);
    expect(talker.botMessages().find((message) => message.messageId === messageId)?.text).toBe(text);
  });

  it('says in its own place what became of the payment', async () => {
    const talker = await atPayScreen();
    const { messageId } = talker.seen;
    await talker.says('/help');
    expect(await talker.taps('I have paid', messageId)).toBe('Checking the payment…');
    const shown = () => talker.botMessages().find((message) => message.messageId === messageId);
    expect(shown()?.text).toContain('I do not see the payment yet');
    payments.checked = { kind: 'checked', payment: { ...PAYMENT, status: 'completed' }, balance: 7 };
    await talker.taps('I have paid', messageId);
    expect(shown()?.text.replaceAll('\u00a0', ' ')).toBe('✅ Paid: 5 credits for 199 ₽.');
    expect(talker.seen.text).toContain('How it works');
  });

  it('of a payment that is not theirs moves nobody', async () => {
    const talker = await walkTo(world, 'wishes');
    payments.checked = { kind: 'not_found' };
    await talker.tapsData(`1:paid:${PAYMENT_ID}`, 1);
    expect(talker.seen.text).toContain('I could not find that payment');
    expect((await talker.session()).state.step).toBe('wishes');
  });

  it('promises a link that is not there yet, and shows nothing over an invoice', async () => {
    payments.bought = { kind: 'link_later', payment: { ...PAYMENT, confirmationUrl: null } };
    const talker = await atPayScreen();
    expect(talker.seen.text).toContain('Preparing the payment link');
    expect(payments.noted).toHaveLength(1);
    payments.bought = { kind: 'invoice', payment: PAYMENT };
    const before = talker.botMessages().length;
    await talker.tapsData('1:buy:telegram_stars:starter', 1);
    expect(talker.botMessages()).toHaveLength(before);
  });
});

describe('the return from paying', () => {
  it('shows the new balance, in the middle of a draft that is kept', async () => {
    const talker = await walkTo(world, 'wishes');
    payments.checked = { kind: 'checked', payment: { ...PAYMENT, status: 'completed' }, balance: 7 };
    const { text } = await talker.says(RETURN);
    expect(text).toContain('Your balance: 7 credits');
    expect(talker.buttons()).toContain('▶️ Continue the draft');
  });

  it('shows the pay screen once more while it is not paid', async () => {
    const talker = await atPayScreen();
    const first = talker.seen.messageId;
    await talker.says(RETURN);
    expect(talker.seen.messageId).toBeGreaterThan(first);
    expect(talker.seen.text).toContain('The payment is not confirmed yet');
    expect(payments.noted.at(-1)).toMatchObject({ messageId: talker.seen.messageId });
  });
});

describe('the e-mail for the receipt', () => {
  it('is asked for, stored, and the purchase of a waiting order goes on', async () => {
    const talker = await walkTo(world, 'count');
    await talker.taps('Videos: 3');
    await talker.taps('Top up');
    payments.bought = { kind: 'email_needed' };
    await talker.taps('Starter: 5 credits');
    expect(talker.seen.text).toContain('Where shall the receipt go?');
    expect((await talker.says('anna at example')).text).toContain('does not look like an e-mail');
    payments.bought = { kind: 'link', payment: { ...PAYMENT, receiptEmail: 'anna@example.com' } };
    expect((await talker.says('anna@example.com')).text).toContain('The receipt goes to anna@example.com');
    const [before, after] = payments.requests;
    const { draft } = (await talker.session()).state;
    expect([before?.buyer.email, after?.buyer.email]).toEqual([null, 'anna@example.com']);
    expect([before?.draftId, after?.draftId]).toEqual([draft?.['id'], draft?.['id']]);
    await talker.taps('Another e-mail');
    expect(talker.seen.text).toContain('Receipts go to anna@example.com now');
    await talker.says('/menu');
    await talker.taps('Continue the draft');
    expect(talker.seen.text).toContain('All correct?');
  });
});

describe('who is banned', () => {
  it('buys nothing, and their tap is answered', async () => {
    const talker = await atPayScreen();
    await world.database.query('update users set banned_at = now() where tg_user_id = $1', [talker.id]);
    expect(await talker.tapsData('1:buy:yookassa:starter', 1)).toContain('Access to the bot is closed');
    expect(payments.requests).toHaveLength(1);
  });
});

describe('what Telegram asks of a bot that takes payments', () => {
  it('is there: /paysupport and /terms', async () => {
    const talker = await beginner(world);
    expect((await talker.says('/paysupport')).text).toContain('Payment questions');
    expect(talker.seen.keyboard?.flat().some(({ url }) => url)).toBe(true);
    expect((await talker.says('/terms')).text).toContain('Terms');
    const commands = world.telegram.commands('ru').map(({ command }) => command);
    expect(commands).toEqual(expect.arrayContaining(['paysupport', 'terms']));
  });
});
