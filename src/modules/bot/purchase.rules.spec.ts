import { describe, expect, it } from 'vitest';
import type { BuyOutcome, Offer, Offers, PaymentView } from '../payments/index.js';
import { decodeCallback } from '../telegram/index.js';
import { decideTurn } from './conversation.rules.js';
import { FIRST_STATE, type ConversationState, type Draft, type Step } from './conversation.schemas.js';
import type { AskedBy, ConversationEvent, PersonEvent, Turn } from './conversation.types.js';
import { CONTEXT, DRAFT_ID, FULL_DRAFT as FULL } from '../../../test/bot/turn-context.js';
import { readReturn } from './purchase.rules.js';

const PAYMENT_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const RETURN = 'paid_0f8fad5bd9cb469fa16570867728950e';
const PAYMENT: PaymentView = {
  paymentId: PAYMENT_ID,
  planId: 'starter',
  provider: 'yookassa',
  status: 'pending',
  credits: 5,
  price: { kopecks: 19_900 },
  confirmationUrl: 'https://yookassa.example/pay',
  receiptEmail: null,
  reason: null,
  resumesOrder: false,
};
const OFFER: Offer = {
  planId: 'starter',
  nameRu: 'Старт',
  nameEn: 'Starter',
  credits: 5,
  priceKopecks: 19_900,
  priceStars: 150,
  kopecksPerVideo: 3_980,
  starsPerVideo: 30,
  savingPercent: 0,
};
const OFFERS: Offers = { plans: [OFFER], providers: ['yookassa', 'telegram_stars'] };

function at(step: Step, draft: Draft | null = FULL): ConversationState {
  const emailFor = step === 'email' ? 'starter' : null;
  return { ...FIRST_STATE, step, draft, emailFor };
}

function decide(state: ConversationState, event: ConversationEvent): Turn {
  return decideTurn(state, event, CONTEXT);
}

const tap = (data: string, onPayScreen = false): PersonEvent => ({
  kind: 'tap',
  callback: decodeCallback(`1:${data}`),
  onScreen: false,
  onPayScreen,
});
const text = (value: string): PersonEvent => ({ kind: 'text', text: value });
const bought = (outcome: BuyOutcome): ConversationEvent => ({
  kind: 'bought',
  planId: 'starter',
  outcome,
  onMessage: 12,
});
const checked = (asked: AskedBy, changes: Partial<PaymentView>): ConversationEvent => ({
  kind: 'payment_checked',
  asked,
  outcome: { kind: 'checked', payment: { ...PAYMENT, ...changes }, balance: 7 },
});

describe('a button of buying', () => {
  it.each(['menu', 'description', 'confirm'] as const)('works at the step %s and leaves it', (step) => {
    const state = at(step);
    expect(decide(state, tap('plans'))).toEqual({ state, effect: { kind: 'list_plans', planId: null } });
    expect(decide(state, tap('plan:starter'))).toEqual({
      state,
      effect: { kind: 'list_plans', planId: 'starter' },
    });
    expect(decide(state, tap('buy:telegram_stars:starter'))).toEqual({
      state,
      note: 'preparing',
      effect: { kind: 'buy', planId: 'starter', provider: 'telegram_stars', draftId: DRAFT_ID },
    });
    expect(decide(state, tap(`paid:${PAYMENT_ID}`))).toEqual({
      state,
      note: 'checking',
      effect: { kind: 'check_payment', paymentId: PAYMENT_ID, asked: 'tap' },
    });
  });

  it('remembers the draft with the payment only when it lacks nothing but credits', () => {
    const buyAt = (draft: Draft | null) => decide(at('menu', draft), tap('buy:yookassa:starter')).effect;
    expect(buyAt(FULL)).toMatchObject({ draftId: DRAFT_ID });
    expect(buyAt({ ...FULL, count: null })).toMatchObject({ draftId: null });
    expect(buyAt(null)).toMatchObject({ draftId: null });
  });

  it.each(['plan:starter', 'buy:yookassa:starter'])(
    '%s does nothing on the message that it has turned into a pay screen',
    (data) => {
      expect(decide(at('menu'), tap(data, true))).toEqual({ state: at('menu') });
      expect(decide(at('email'), tap(data, true))).toEqual({ state: at('email') });
    },
  );

  it.each(['plans', `paid:${PAYMENT_ID}`, 'email:starter', 'menu'])('%s works on a pay screen', (data) => {
    const { effect, show } = decide(at('menu'), tap(data, true));
    expect(effect ?? show).toBeDefined();
  });
});

describe('what is on sale', () => {
  const listed = (offers: Offers, planId: string | null): ConversationEvent => ({
    kind: 'plans_listed',
    offers,
    planId,
  });

  it.each<[string, ConversationEvent, object]>([
    ['all plans', listed(OFFERS, null), { screen: 'plans', offers: OFFERS }],
    [
      'the ways to pay for one',
      listed(OFFERS, 'starter'),
      { screen: 'way', offer: OFFER, providers: OFFERS.providers },
    ],
    ['one that is gone', listed(OFFERS, 'gone'), { screen: 'not_on_offer' }],
    ['no plan', listed({ ...OFFERS, plans: [] }, null), { screen: 'purchase_unavailable' }],
    ['no way to pay', listed({ ...OFFERS, providers: [] }, 'starter'), { screen: 'purchase_unavailable' }],
  ])('%s', (_what, event, show) => {
    expect(decide(at('confirm'), event)).toEqual({ state: at('confirm'), show });
  });
});

describe('what came of buying', () => {
  it.each<[BuyOutcome, object | undefined]>([
    [
      { kind: 'link', payment: PAYMENT },
      { screen: 'pay', payment: PAYMENT, asked: null },
    ],
    [
      { kind: 'link_later', payment: PAYMENT },
      { screen: 'pay', payment: PAYMENT, asked: null },
    ],
    [{ kind: 'not_on_offer' }, { screen: 'not_on_offer' }],
    [{ kind: 'unavailable' }, { screen: 'purchase_unavailable' }],
  ])('%j', (outcome, show) => {
    const turn = decide(at('confirm'), bought(outcome));
    expect(turn.state).toEqual(at('confirm'));
    expect(turn.show).toEqual(show);
    expect(turn.effect).toBeUndefined();
  });
});

it('brings one invoice, however often its button is tapped; on another screen the button is a new one', () => {
  const { state, show } = decide(at('confirm'), bought({ kind: 'invoice', payment: PAYMENT }));
  expect(show).toBeUndefined();
  expect(state).toEqual({ ...at('confirm'), payMessageId: 12 });
  expect(decide(state, tap('buy:telegram_stars:starter', true))).toEqual({ state });
  expect(decide(state, tap('buy:telegram_stars:starter')).effect).toBeDefined();
});

it('shows no bill for a payment that is over by the time YooKassa has answered', () => {
  const payment: PaymentView = { ...PAYMENT, status: 'completed' };
  const turn = decide(at('confirm'), bought({ kind: 'link', payment }));
  expect(turn).toEqual({ state: at('confirm'), show: { screen: 'payment_over', payment } });
});

describe('the e-mail for the receipt', () => {
  it('is asked for when it is needed, and when another one is wanted', () => {
    const asked = { state: at('email'), show: { screen: 'email' } };
    expect(decide(at('confirm'), bought({ kind: 'email_needed' }))).toEqual(asked);
    expect(decide(at('confirm'), tap('email:starter'))).toEqual(asked);
  });

  it('is stored, and then the purchase goes on', () => {
    const turn = decide(at('email'), text(' anna@example.com '));
    expect(turn).toEqual({
      state: at('email'),
      effect: { kind: 'save_email', planId: 'starter', email: 'anna@example.com' },
    });
    expect(decide(turn.state, { kind: 'email_saved', planId: 'starter' })).toEqual({
      state: at('confirm'),
      effect: { kind: 'buy', planId: 'starter', provider: 'yookassa', draftId: DRAFT_ID },
    });
  });

  it('that is none earns a hint', () => {
    const hinted = { state: at('email'), show: { screen: 'email', hint: { key: 'bad_email' } } };
    expect(decide(at('email'), text('anna at example'))).toEqual(hinted);
    expect(decide(at('email'), text(`${'a'.repeat(250)}@b.ru`))).toEqual(hinted);
  });

  it.each<[string, PersonEvent]>([
    ['a photo', { kind: 'photo', photo: { fileId: 'f', bytes: 1, caption: null, albumId: null } }],
    ['a sticker', { kind: 'other', isFile: false }],
    ['an unknown command', { kind: 'command', name: 'unknown' }],
  ])('is still waited for after %s', (_what, event) => {
    expect(decide(at('email'), event)).toEqual({
      state: at('email'),
      show: { screen: 'email', hint: { key: 'email' } },
    });
  });

  it.each(['help', 'paysupport', 'terms'] as const)('is still waited for after a look at /%s', (name) => {
    expect(decide(at('email'), { kind: 'command', name })).toEqual({
      state: at('email'),
      show: { screen: name },
    });
  });

  it.each<[string, PersonEvent, Step]>([
    ['the menu', tap('menu'), 'menu'],
    ['/menu', { kind: 'command', name: 'menu' }, 'menu'],
    ['/start', { kind: 'start', payload: null }, 'menu'],
    ['continue', tap('resume'), 'confirm'],
    ['the plans', tap('plans'), 'confirm'],
    ['another purchase', tap('buy:telegram_stars:pro'), 'confirm'],
    ['a look at a payment', tap(`paid:${PAYMENT_ID}`), 'confirm'],
    ['a return from paying', { kind: 'start', payload: RETURN }, 'confirm'],
    ['the start of the order', tap(`confirm:${DRAFT_ID}:1`), 'confirm'],
  ])('is forgotten by %s, and the draft is not', (_what, event, step) => {
    expect(decide(at('email'), event).state).toEqual({ ...at(step), emailFor: null });
  });

  it('leads back to the menu where there is no draft', () => {
    expect(decide(at('email', null), tap('plans')).state).toEqual(at('menu', null));
  });

  it('leads to the menu when a stored state does not say what it is for', () => {
    const state = { ...at('email'), emailFor: null };
    expect(decide(state, text('anna@example.com'))).toMatchObject({ show: { screen: 'menu' } });
  });

  it('does not lose a button of a step of the draft to silence', () => {
    expect(decide(at('email'), tap('back:confirm'))).toEqual({ state: at('email'), note: 'old' });
  });
});

describe('a look at a payment', () => {
  it.each<[AskedBy, Partial<PaymentView>, Step, string]>([
    ['tap', { status: 'pending' }, 'count', 'pay'],
    ['tap', { status: 'completed' }, 'count', 'payment_over'],
    ['tap', { status: 'canceled', reason: 'expired' }, 'count', 'payment_over'],
    ['tap', { status: 'failed' }, 'count', 'payment_over'],
    ['return', { status: 'pending' }, 'count', 'pay'],
    ['return', { status: 'completed' }, 'menu', 'menu'],
    ['return', { status: 'canceled', reason: 'expired' }, 'count', 'payment_over'],
  ])('by %s that finds %j', (asked, changes, step, screen) => {
    const turn = decide(at('count'), checked(asked, changes));
    expect([turn.state, turn.show?.screen]).toEqual([at(step), screen]);
  });

  it('says how it was asked for while it is not paid', () => {
    expect(decide(at('menu'), checked('return', {})).show).toEqual({
      screen: 'pay',
      payment: PAYMENT,
      asked: 'return',
    });
  });

  it('of somebody else finds nothing, and moves nobody', () => {
    const event: ConversationEvent = {
      kind: 'payment_checked',
      asked: 'tap',
      outcome: { kind: 'not_found' },
    };
    expect(decide(at('count'), event)).toEqual({
      state: at('count'),
      show: { screen: 'count', hint: { key: 'payment_missing' } },
    });
  });
});

describe('the return from the page of a payment', () => {
  it('is read from the deep link', () => {
    expect(readReturn(RETURN)).toBe(PAYMENT_ID);
    for (const payload of [null, 'paid_', `${RETURN}0`, RETURN.toUpperCase(), `x${RETURN}`, 'ref_1']) {
      expect(readReturn(payload), String(payload)).toBeNull();
    }
  });

  it('looks at the payment, also in the middle of a draft', () => {
    expect(decide(at('count'), { kind: 'start', payload: RETURN })).toEqual({
      state: at('count'),
      effect: { kind: 'check_payment', paymentId: PAYMENT_ID, asked: 'return' },
    });
  });

  it('of somebody who has not agreed yet asks for that, and is no origin', () => {
    const stranger = { ...CONTEXT, consented: false };
    expect(decideTurn(FIRST_STATE, { kind: 'start', payload: RETURN }, stranger)).toEqual({
      state: FIRST_STATE,
      show: { screen: 'consent' },
    });
  });
});
