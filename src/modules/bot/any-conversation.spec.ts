import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentView } from '../payments/index.js';
import { CALLBACK_KINDS, decodeCallback, type Callback } from '../telegram/index.js';
import { CONTEXT, tap } from '../../../test/bot/turn-context.js';
import { decideTurn } from './conversation.rules.js';
import { conversationStateSchema, FIRST_STATE, type ConversationState } from './conversation.schemas.js';
import type {
  ConversationEvent,
  EffectResult,
  IncomingPhoto,
  PersonEvent,
  RepeatedOrder,
} from './conversation.types.js';

const SOME_ID = '00000000-0000-4000-8000-000000000001';
const PHOTO: IncomingPhoto = { fileId: 'f1', bytes: 10, caption: null, albumId: null };

const STORED: EffectResult = {
  kind: 'photo_stored',
  path: 'p',
  photo: PHOTO,
  isMore: false,
  score: 1,
  advice: [],
};

/** Its photo is not kept any more. */
const REPEATED: RepeatedOrder = {
  ...{ kind: 'reels', template: 'ad', photoPath: null, description: 'A lamp', wishes: null },
  ...{ prompt: null, model: null },
};

const text = (value: string): PersonEvent => ({ kind: 'text', text: value });

const PAYMENT: PaymentView = {
  paymentId: SOME_ID,
  planId: 'pro',
  provider: 'yookassa',
  status: 'pending',
  credits: 20,
  price: { kopecks: 69_900 },
  confirmationUrl: 'https://yookassa.example/pay',
  receiptEmail: null,
  reason: null,
  resumesOrder: false,
};

/** Any tap that could have been on a screen at some time, and some that could not. */
const anyTap = fc
  .tuple(
    fc.constantFrom(...CALLBACK_KINDS),
    fc.constantFrom(
      'photo',
      'photo_advice',
      'prompt_check',
      'grok',
      '0',
      'en',
      'count',
      'reels',
      'self',
      'ugc',
      '5',
      SOME_ID,
      'pro',
      'yookassa:pro',
    ),
    fc.constantFrom('screen', 'pay screen', 'elsewhere'),
  )
  .map(([kind, arg, on]): PersonEvent => {
    const callback: Callback | null = decodeCallback(`1:${kind}`) ?? decodeCallback(`1:${kind}:${arg}`);
    return { kind: 'tap', callback, onScreen: on === 'screen', onPayScreen: on === 'pay screen' };
  });

const anyEvent: fc.Arbitrary<ConversationEvent> = fc.oneof(
  { arbitrary: anyTap, weight: 6 },
  fc.string({ maxLength: 20 }).map(text),
  fc.constant<ConversationEvent>({ kind: 'photo', photo: PHOTO }),
  fc.constantFrom<ConversationEvent>(
    STORED,
    { kind: 'photo_rejected', problem: 'not_an_image', isMore: false },
    { ...STORED, score: 9, advice: ['dark'] },
    { ...STORED, isMore: true, score: 10 },
    { kind: 'photo_stopped', stop: 'photo_flagged' },
    { kind: 'photo_advised', advice: ['brand'] },
    { kind: 'text_stopped', text: 'description' },
    { kind: 'text_stopped', text: 'wishes' },
    { kind: 'text_stopped', text: 'prompt' },
    { kind: 'order_refused', refusal: { kind: 'model_gone' } },
    { kind: 'order_refused', refusal: { kind: 'price_changed' } },
    { kind: 'order_refused', refusal: { kind: 'not_accepting' } },
    { kind: 'order_refused', refusal: { kind: 'photo_gone' } },
    { kind: 'repeat_found', jobId: SOME_ID, order: REPEATED, as: 'variant' },
    { kind: 'language_set' },
    { kind: 'video_missing' },
    { kind: 'account_seen', look: { kind: 'free', credits: 2 }, shownCredits: 2 },
    { kind: 'start', payload: null },
    { kind: 'start', payload: 'x' },
    { kind: 'start', payload: `paid_${SOME_ID.replaceAll('-', '')}` },
    { kind: 'bought', planId: 'pro', outcome: { kind: 'email_needed' }, onMessage: null },
    { kind: 'bought', planId: 'pro', outcome: { kind: 'link', payment: PAYMENT }, onMessage: 1 },
    { kind: 'email_saved', planId: 'pro' },
    {
      kind: 'payment_checked',
      asked: 'return',
      outcome: { kind: 'checked', payment: { ...PAYMENT, status: 'completed' }, balance: 20 },
    },
    { kind: 'payment_checked', asked: 'tap', outcome: { kind: 'not_found' } },
    text('anna@example.com'),
    { kind: 'command', name: 'paysupport' },
    { kind: 'command', name: 'help' },
    { kind: 'command', name: 'menu' },
    { kind: 'command', name: 'cabinet' },
    { kind: 'command', name: 'videos' },
    { kind: 'command', name: 'language' },
    { kind: 'command', name: 'delete_me' },
    { kind: 'other', isFile: true },
  ),
);

/** Answers the screen in view, so that random walks also reach the end of the flow. */
function answerTo(state: ConversationState): ConversationEvent {
  switch (state.step) {
    case 'menu':
      return tap(state.draft ? 'resume' : 'create');
    case 'kind':
      return tap('kind:neurocard');
    case 'photo':
      return STORED;
    case 'photo_advice':
      return tap('use_photo');
    case 'prompt_check':
      return tap('next:prompt_check');
    case 'template':
      return tap('template:ugc');
    case 'count':
      return tap('count:5');
    case 'confirm':
      return tap(`confirm:${state.draft?.id}:1`);
    case 'email':
      return { kind: 'email_saved', planId: state.emailFor ?? 'pro' };
    default:
      return text('some words');
  }
}

/** Buying never touches the draft. */
function keepsDraft(state: ConversationState, event: ConversationEvent): boolean {
  if (event.kind === 'tap')
    return ['plans', 'plan', 'buy', 'paid', 'email'].includes(event.callback?.kind ?? '');
  if (event.kind === 'text') return state.step === 'email';
  return ['bought', 'email_saved', 'payment_checked', 'plans_listed'].includes(event.kind);
}

/** Mostly a fitting answer, now and then anything at all. */
const anyStep = fc.oneof({ arbitrary: fc.constant(null), weight: 9 }, { arbitrary: anyEvent, weight: 1 });

describe('any conversation', () => {
  it('stays in a known state, shows a step only with its draft, and starts only whole drafts', () => {
    let orders = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        let state: ConversationState = FIRST_STATE;
        for (const step of steps) {
          const event = step ?? answerTo(state);
          const turn = decideTurn(state, event, { ...CONTEXT, newDraftId: randomUUID() });
          expect(conversationStateSchema.parse(turn.state)).toEqual(turn.state);
          if (!['menu', 'email'].includes(turn.state.step)) expect(turn.state.draft).not.toBeNull();
          expect(turn.state.step === 'email').toBe(turn.state.emailFor !== null);
          if (turn.effect?.kind === 'buy') expect(turn.effect.draftId ?? SOME_ID).toMatch(/^[0-9a-f-]{36}$/);
          if (keepsDraft(state, event)) expect(turn.state.draft).toEqual(state.draft);
          if (turn.effect?.kind === 'start_order') {
            orders += 1;
            expect(turn.effect.draft).toMatchObject({
              photoPath: expect.any(String) as unknown,
              description: expect.any(String) as unknown,
              count: expect.any(Number) as unknown,
            });
          }
          state = turn.state;
        }
      }),
      { numRuns: 300 },
    );
    expect(orders).toBeGreaterThan(10);
  });
});
