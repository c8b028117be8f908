import { describe, expect, it } from 'vitest';
import { emailSchema, FIRST_STATE, readState } from './conversation.schemas.js';

describe('the stored state', () => {
  it('of a new chat is the beginning', () => {
    expect(readState({})).toEqual({ state: FIRST_STATE, understood: true });
  });

  it('is read as it was written', () => {
    const state = { ...FIRST_STATE, screenMessageId: 7 };
    expect(readState(JSON.parse(JSON.stringify(state)))).toEqual({ state, understood: true });
  });

  it('of a build that sold nothing is understood', () => {
    const { v, step, draft, screenMessageId, startedDraftId, startPayload } = FIRST_STATE;
    const old = { v, step, draft, screenMessageId, startedDraftId, startPayload, welcomed: true };
    expect(readState(old)).toEqual({ state: FIRST_STATE, understood: true });
  });

  it('with a draft of a build that knew no models and no advice keeps the draft', () => {
    const draft = {
      ...{ id: '00000000-0000-4000-8000-000000000001', kind: 'reels', photoPath: 'p', albumId: 'a' },
      ...{ description: 'A mug', template: 'self', wishes: null, prompt: 'x', count: 3, repeatOf: null },
    };
    const { state, understood } = readState({ ...FIRST_STATE, step: 'confirm', draft });
    expect(understood).toBe(true);
    expect(state.draft).toMatchObject({ ...draft, model: null, photoAdvice: [], promptChecked: false });
  });

  it.each([
    ['another version', { ...FIRST_STATE, v: 2 }],
    ['an unknown step', { ...FIRST_STATE, step: 'scene42' }],
    ['the Python system', { state: 'GenerateStates:photo', data: {} }],
    ['nothing of ours', 'text'],
    ['null', null],
  ])('that is not understood becomes the menu: %s', (_what, stored) => {
    expect(readState(stored)).toEqual({ state: FIRST_STATE, understood: false });
  });
});

describe('an e-mail', () => {
  it.each(['anna@example.com', ' anna.b+receipts@mail.example.ru ', `${'a'.repeat(60)}@example.com`])(
    'is %s',
    (text) => {
      expect(emailSchema.parse(text)).toBe(text.trim());
    },
  );

  it.each([
    'anna',
    'anna@',
    '@example.com',
    'anna@example',
    'a b@example.com',
    'anna@example.com, b@c.ru',
    '',
  ])('is not %j', (text) => {
    expect(emailSchema.safeParse(text).success).toBe(false);
  });

  it('has at most 254 characters', () => {
    const domain = `${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example.com`;
    const emailOf = (length: number) => `${'a'.repeat(length - domain.length - 1)}@${domain}`;
    expect(emailSchema.safeParse(emailOf(254)).success).toBe(true);
    expect(emailSchema.safeParse(emailOf(255)).success).toBe(false);
  });
});
