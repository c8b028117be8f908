import { describe, expect, it } from 'vitest';
import { dataIn, OFFERS, PAYMENT } from '../../../../test/bot/example-data.js';
import type { Offer, Offers, PaymentView } from '../../payments/index.js';
import { htmlToPlain, LANGUAGES, type Language } from '../../telegram/index.js';
import { FIRST_STATE } from '../conversation.schemas.js';
import { emptyDraft } from '../draft.rules.js';
import { renderScreen, type ConversationScreen, type ScreenData } from './index.js';

const PAYMENT_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const URL = 'https://yoomoney.example/checkout?orderId=1&x=2';
const [STARTER] = OFFERS.plans as [Offer, Offer];
const CARD_ONLY: Offers = { ...OFFERS, providers: ['yookassa'] };
const BOTH_WAYS = OFFERS;
const STARS_ONLY: Offers = { ...OFFERS, providers: ['telegram_stars'] };
const REASONS = [
  ...['expired', 'insufficient_funds', 'card_data', 'confirmation_failed', 'bank_refused'],
  ...['limit_exceeded', 'country_forbidden', 'identification_required', 'canceled_by_us', 'unknown'],
] as PaymentView['reason'][];

const pay = (
  changes: Partial<PaymentView> = {},
  asked: 'tap' | 'return' | null = null,
): ConversationScreen => ({
  screen: 'pay',
  payment: { ...PAYMENT, ...changes },
  asked,
});
const over = (changes: Partial<PaymentView>): ConversationScreen => ({
  screen: 'payment_over',
  payment: { ...PAYMENT, ...changes },
});

const someone = (language: Language, fields: Partial<ScreenData>) =>
  dataIn(language, { state: FIRST_STATE, balance: 2, firstName: null, email: null, ...fields });

/** A screen as a person reads it. */
function seen(show: ConversationScreen, language: Language, fields: Partial<ScreenData> = {}) {
  const { text, keyboard = [] } = renderScreen(show, someone(language, fields));
  const buttons = keyboard.flat();
  return {
    text: htmlToPlain(text).replaceAll('\u00a0', ' '),
    labels: buttons.map((button) => button.text.replaceAll('\u00a0', ' ')),
    callbacks: buttons.flatMap((button) => ('callback' in button ? [button.callback] : [])),
    urls: buttons.flatMap((button) => ('url' in button ? [button.url] : [])),
  };
}

describe.each(LANGUAGES)('screens of buying in %s', (language) => {
  it('says for each reason in its own words why nothing was paid', () => {
    const texts = REASONS.map((reason) => seen(over({ status: 'canceled', reason }), language).text);
    expect(new Set(texts).size).toBe(REASONS.length);
    for (const text of texts) expect(text).toMatch(/Деньги не списаны|You were not charged/);
  });

  it('makes no link of a payment that has none, and does not ask whether it is paid', () => {
    const { urls, callbacks } = seen(pay({ confirmationUrl: null }), language);
    expect([urls, callbacks]).toEqual([[], ['1:plans', '1:menu']]);
  });

  it('leads from what is over to the plans, and from what is paid only to the menu', () => {
    expect(seen(over({ status: 'canceled', reason: 'expired' }), language).callbacks).toEqual([
      '1:plans',
      '1:menu',
    ]);
    expect(seen(over({ status: 'failed' }), language).callbacks).toEqual(['1:plans', '1:menu']);
    expect(seen(over({ status: 'completed' }), language).callbacks).toEqual(['1:menu']);
  });

  it('offers to keep the e-mail where there is one and a plan waits for it', () => {
    const state = { ...FIRST_STATE, step: 'email' as const, emailFor: 'starter' };
    const keeps = (fields: Partial<ScreenData>) =>
      seen({ screen: 'email' }, language, fields).callbacks.includes('1:buy:yookassa:starter');
    expect(keeps({ state, email: 'anna@example.com' })).toBe(true);
    expect(keeps({ state })).toBe(false);
    expect(keeps({ email: 'anna@example.com' })).toBe(false);
  });
});

describe('the plans', () => {
  it('show price, price of a video and saving, in the money of the first way to pay', () => {
    const rubles = seen({ screen: 'plans', offers: CARD_ONLY }, 'ru').text;
    expect(rubles).toContain('Старт: 5 кредитов за 199 ₽ · 39,80 ₽ за видео\n');
    expect(rubles).toContain('Премиум <b>: 50 кредитов за 1 499 ₽ · 29,98 ₽ за видео · выгоднее на 24 %');
    const stars = seen({ screen: 'plans', offers: STARS_ONLY }, 'en').text;
    expect(stars).toContain('Starter: 5 credits for 150 ⭐ · 30 ⭐ a video\n');
    expect(stars).toContain('Premium <b>: 50 credits for 1,150 ⭐ · 23 ⭐ a video · 24% cheaper');
  });

  it('are bought at once where there is one way to pay, else by the way that is chosen', () => {
    expect(seen({ screen: 'plans', offers: CARD_ONLY }, 'ru')).toMatchObject({
      labels: ['Старт: 5 кредитов · 199 ₽', 'Премиум <b>: 50 кредитов · 1 499 ₽', '🏠 Меню'],
      callbacks: ['1:buy:yookassa:starter', '1:buy:yookassa:premium', '1:menu'],
    });
    expect(seen({ screen: 'plans', offers: BOTH_WAYS }, 'en').callbacks).toEqual([
      '1:plan:starter',
      '1:plan:premium',
      '1:menu',
    ]);
    expect(seen({ screen: 'way', offer: STARTER, providers: BOTH_WAYS.providers }, 'en')).toMatchObject({
      labels: ['💳 By card or SBP · 199 ₽', '⭐ With Telegram Stars · 150 ⭐', '📦 All plans', '🏠 Menu'],
      callbacks: ['1:buy:yookassa:starter', '1:buy:telegram_stars:starter', '1:plans', '1:menu'],
    });
  });

  it('say that the draft waits only where it lacks nothing but credits', () => {
    const waiting = (count: 1 | null) => {
      const draft = {
        ...emptyDraft(PAYMENT_ID, 'reels'),
        ...{
          photoPath: 'p',
          description: 'A mug',
          template: 'ad' as const,
          wishes: '',
          count,
          model: 'grok',
        },
      };
      const state = { ...FIRST_STATE, draft };
      return seen({ screen: 'plans', offers: CARD_ONLY }, 'en', { state }).text.includes(
        'Your draft is waiting',
      );
    };
    expect([waiting(1), waiting(null)]).toEqual([true, false]);
  });
});

describe('the pay screen', () => {
  it('says what is bought, where to pay and where the receipt goes', () => {
    expect(seen(pay(), 'ru')).toMatchObject({
      labels: [
        ...['Оплатить 199 ₽', '✅ Я оплатил(а)', '✉️ Другой e-mail для чека'],
        ...['📦 Все пакеты', '🏠 Меню'],
      ],
      callbacks: [`1:paid:${PAYMENT_ID}`, '1:email:starter', '1:plans', '1:menu'],
      urls: [URL],
    });
    const { text } = seen(pay(), 'ru');
    expect(text).toContain('5 кредитов за 199 ₽\n5 кредитов = 5 видео.');
    expect(text).toContain('Чек придёт на anna&co@example.com.');
  });

  it('speaks of no receipt where there is none', () => {
    const { text, callbacks } = seen(pay({ receiptEmail: null }), 'en');
    expect(text).not.toContain('receipt');
    expect(callbacks).not.toContain('1:email:starter');
  });

  it('counts the videos that the credits make', () => {
    const worth = (perVideo: number) =>
      /= .*\./.exec(seen(pay(), 'en', { prices: { 1: perVideo, 3: 1, 5: 1 } }).text)?.[0];
    expect([worth(1), worth(2), worth(5), worth(6)]).toEqual([
      '= 5 videos.',
      '= 2 videos.',
      '= 1 video.',
      undefined,
    ]);
  });

  it('says that it is not paid yet, by the button and on the return', () => {
    expect(seen(pay({}, 'tap'), 'ru').text).toMatch(/^⏳ Пока не вижу оплаты/);
    expect(seen(pay({}, 'return'), 'en').text).toMatch(/^⏳ The payment is not confirmed yet/);
  });
});
