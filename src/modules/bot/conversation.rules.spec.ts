import { describe, expect, it } from 'vitest';
import type { ConversationState, Draft, Step } from './conversation.schemas.js';
import type { ConversationEvent, IncomingPhoto, PersonEvent } from './conversation.types.js';
import {
  DRAFT_ID as OLD_ID,
  FULL_DRAFT as FULL,
  NEW_DRAFT_ID as NEW_ID,
  PHOTO,
  at,
  decide,
  stored,
  tap,
  without,
} from '../../../test/bot/turn-context.js';
import { emptyDraft } from './draft.rules.js';

const JOB_ID = '00000000-0000-4000-8000-000000000003';
const text = (value: string): PersonEvent => ({ kind: 'text', text: value });
const photo = (fields: Partial<IncomingPhoto> = {}): PersonEvent => ({
  kind: 'photo',
  photo: { ...PHOTO, ...fields },
});
const command = (name: 'menu' | 'help' | 'cancel' | 'unknown'): PersonEvent => ({ kind: 'command', name });
type Row = [what: string, state: ConversationState, event: ConversationEvent, step: Step, screen: unknown];

const FORWARD: Row[] = [
  ['create', at('menu', null), tap('create'), 'kind', 'kind'],
  ['the kind', at('kind', emptyDraft(OLD_ID)), tap('kind:reels'), 'photo', 'photo'],
  ['a photo', at('photo', emptyDraft(OLD_ID, 'reels')), stored(), 'description', 'description'],
  [
    'a photo with a caption',
    at('photo', emptyDraft(OLD_ID, 'reels')),
    stored({ caption: 'A mug' }),
    'template',
    'template',
  ],
  [
    'a photo with a caption that is no description',
    at('photo', emptyDraft(OLD_ID, 'reels')),
    stored({ caption: 'A' }),
    'description',
    'description',
  ],
  [
    'a description',
    at('description', without('description', 'template', 'wishes', 'count')),
    text('A mug'),
    'template',
    'template',
  ],
  [
    'a template',
    at('template', without('template', 'wishes', 'count')),
    tap('template:ad'),
    'wishes',
    'wishes',
  ],
  [
    'the template of an own script',
    at('template', without('template', 'wishes', 'count')),
    tap('template:self'),
    'prompt',
    'prompt',
  ],
  ['wishes', at('wishes', without('wishes', 'count')), text('warm light'), 'count', 'count'],
  ['no wishes', at('wishes', without('wishes', 'count')), tap('skip'), 'count', 'count'],
  [
    'an own script',
    at('prompt', { ...without('wishes', 'count'), template: 'self' }),
    text('A mug turns'),
    'prompt_check',
    'prompt_check',
  ],
  [
    'an own script that is found right',
    at('prompt_check', { ...without('wishes', 'count'), template: 'self', prompt: 'A mug turns' }),
    tap('next:prompt_check'),
    'count',
    'count',
  ],
  [
    'an own script that is not',
    at('prompt_check', { ...without('wishes', 'count'), template: 'self', prompt: 'A mug turns' }),
    tap('edit_prompt'),
    'prompt',
    'prompt',
  ],
  [
    'an own script that is replaced',
    at('prompt_check', { ...without('wishes', 'count'), template: 'self', prompt: 'A mug turns' }),
    text('The mug stands'),
    'prompt_check',
    'prompt_check',
  ],
  ['a count', at('count', without('count')), tap('count:3'), 'confirm', 'confirm'],
  [
    'a changed answer, when all others are there',
    at('description'),
    text('Another mug'),
    'confirm',
    'confirm',
  ],
];

const BACK: Row[] = [
  ['the kind', at('kind'), tap('back:kind'), 'menu', 'menu'],
  ['the photo', at('photo'), tap('back:photo'), 'kind', 'kind'],
  ['the description', at('description'), tap('back:description'), 'photo', 'photo'],
  ['the template', at('template'), tap('back:template'), 'description', 'description'],
  ['the wishes', at('wishes'), tap('back:wishes'), 'template', 'template'],
  ['the own script', at('prompt'), tap('back:prompt'), 'template', 'template'],
  ['the count', at('count'), tap('back:count'), 'wishes', 'wishes'],
  [
    'the count of an own script',
    at('count', { ...FULL, template: 'self', prompt: 'x', promptChecked: true }),
    tap('back:count'),
    'prompt_check',
    'prompt_check',
  ],
  [
    'the read script',
    at('prompt_check', { ...FULL, template: 'self', prompt: 'x' }),
    tap('back:prompt_check'),
    'prompt',
    'prompt',
  ],
  ['confirm', at('confirm'), tap('back:confirm'), 'count', 'count'],
];

const ELSEWHERE: Row[] = [
  ['/start', at('count'), { kind: 'start', payload: null }, 'menu', 'menu'],
  ['/start of a deep link', at('count'), { kind: 'start', payload: 'ref_1' }, 'count', 'count'],
  [
    '/start of a deep link without a draft',
    at('menu', null),
    { kind: 'start', payload: 'r' },
    'menu',
    'menu',
  ],
  ['/menu', at('count'), command('menu'), 'menu', 'menu'],
  ['/help', at('count'), command('help'), 'count', 'help'],
  ['an unknown command', at('description'), command('unknown'), 'description', 'description'],
  ['the menu button', at('count'), tap('menu'), 'menu', 'menu'],
  ['the help button', at('menu'), tap('help'), 'menu', 'help'],
  ['continue, from the menu', at('menu', without('count')), tap('resume'), 'count', 'count'],
  ['continue, from the help of a step', at('photo'), tap('resume'), 'photo', 'photo'],
  ['continue without a draft', at('menu', null), tap('resume'), 'menu', 'menu'],
  ['create, in the menu that shows the draft', at('menu'), tap('create'), 'kind', 'kind'],
  ['create, in an old menu, with a draft at stake', at('count'), tap('create', false), 'menu', 'menu'],
  ['next', at('photo'), tap('next:photo'), 'confirm', 'confirm'],
];

describe('the conversation', () => {
  it.each(FORWARD)('goes forward with %s', (_what, state, event, step, screen) => {
    const turn = decide(state, event);
    expect([turn.state.step, turn.show?.screen]).toEqual([step, screen]);
  });

  it.each(BACK)('goes back from %s and keeps the draft', (_what, state, event, step, screen) => {
    const turn = decide(state, event);
    expect([turn.state.step, turn.show?.screen]).toEqual([step, screen]);
    expect(turn.state.draft).toEqual(state.draft);
  });

  it.each(ELSEWHERE)('follows %s', (_what, state, event, step, screen) => {
    const turn = decide(state, event);
    expect([turn.state.step, turn.show?.screen]).toEqual([step, screen]);
  });

  it('discards the draft on /cancel only', () => {
    expect(decide(at('count'), command('cancel'))).toMatchObject({
      state: { step: 'menu', draft: null },
      show: { screen: 'menu', hint: { key: 'cancelled' } },
    });
    expect(decide(at('menu', null), command('cancel')).show).toMatchObject({
      hint: { key: 'nothing_to_cancel' },
    });
  });

  it('gives a draft a new id with each change, and the same id where nothing changes', () => {
    expect(decide(at('description'), text('Another mug')).state.draft?.id).toBe(NEW_ID);
    expect(decide(at('description'), text('A travel mug')).state.draft?.id).toBe(OLD_ID);
    expect(decide(at('count'), tap('count:1')).state.draft?.id).toBe(OLD_ID);
  });
});

const MISFITS: [Step, PersonEvent, string][] = [
  ['menu', text('hello'), 'menu'],
  ['menu', photo(), 'menu'],
  ['kind', text('reels'), 'kind'],
  ['photo', text('a mug'), 'photo'],
  ['photo', { kind: 'other', isFile: true }, 'not_an_image'],
  ['photo', { kind: 'other', isFile: false }, 'photo'],
  ['photo', photo({ bytes: 1001 }), 'photo_too_large'],
  ['description', photo(), 'description'],
  ['description', text('ab'), 'too_short'],
  ['description', text('x'.repeat(1001)), 'too_long'],
  ['template', text('ugc'), 'template'],
  ['wishes', photo(), 'wishes'],
  ['wishes', text('x'.repeat(501)), 'too_long'],
  ['prompt', { kind: 'other', isFile: false }, 'prompt'],
  ['prompt', text('x'.repeat(901)), 'too_long'],
  ['count', text('3'), 'count'],
  ['confirm', text('yes'), 'confirm'],
  ['confirm', photo(), 'confirm'],
];

describe('a message that does not fit', () => {
  it.each(MISFITS)('at %s earns help and changes nothing: %j', (step, event, key) => {
    const state = at(step);
    expect(decide(state, event)).toEqual({
      state,
      show: { screen: step, hint: expect.objectContaining({ key }) as unknown },
    });
  });

  it('is counted in characters, not in code units', () => {
    expect(decide(at('description'), text('👍'.repeat(1000))).state.step).toBe('confirm');
    expect(decide(at('description'), text('👍'.repeat(1001))).show).toMatchObject({
      hint: { length: 1001, max: 1000 },
    });
  });
});

describe('confirm', () => {
  it('starts the order that its screen showed', () => {
    expect(decide(at('confirm'), tap(`confirm:${OLD_ID}:1`))).toMatchObject({
      effect: { kind: 'start_order', draft: FULL, creditsShown: 1 },
    });
  });

  it('shows the order with its new price where it is not what was agreed to', () => {
    expect(decide(at('confirm'), { kind: 'order_refused', refusal: { kind: 'price_changed' } })).toEqual({
      state: at('confirm'),
      show: { screen: 'confirm', hint: { key: 'price_changed' } },
    });
  });

  it.each(['description', 'wishes', 'prompt'] as const)(
    'asks anew for a flagged text and keeps the rest: %s',
    (field) => {
      const full: Draft =
        field === 'prompt' ? { ...FULL, template: 'self', prompt: 'Dance!', promptChecked: true } : FULL;
      const turn = decide(at('confirm', full), { kind: 'text_stopped', text: field });
      expect(turn.show).toEqual({ screen: field, hint: { key: 'text_flagged', text: full[field] } });
      expect(turn.state).toMatchObject({
        step: field,
        draft: { ...full, id: NEW_ID, [field]: null, promptChecked: false },
      });
      const next = decide(turn.state, text('A mug on a table'));
      expect(next.show).toEqual({ screen: field === 'prompt' ? 'prompt_check' : 'confirm' });
    },
  );

  it('works on an old message while the draft is unchanged, never once it has changed', () => {
    expect(decide(at('menu'), tap(`confirm:${OLD_ID}:1`, false)).effect).toBeDefined();
    expect(decide(at('confirm'), tap(`confirm:${NEW_ID}:1`, false))).toEqual({
      state: at('confirm'),
      note: 'old',
    });
  });

  it('never starts a draft that lacks an answer', () => {
    const state = at('confirm', without('count'));
    expect(decide(state, tap(`confirm:${OLD_ID}:1`))).toEqual({ state });
  });

  it('ends the draft once it is started, and tells later taps so', () => {
    const { state, show } = decide(at('confirm'), {
      kind: 'order_started',
      draft: FULL,
      orderId: JOB_ID,
      lines: [],
    });
    expect(show).toEqual({ screen: 'started', lines: [], orderId: JOB_ID });
    expect(state).toMatchObject({ step: 'menu', draft: null, startedDraftId: OLD_ID });
    expect(decide(state, tap(`confirm:${OLD_ID}:1`))).toEqual({ state, note: 'started' });
  });

  it.each([
    [
      { kind: 'insufficient_credits', balance: 1, needed: 3 },
      { screen: 'insufficient', balance: 1, needed: 3 },
    ],
    [
      { kind: 'too_many_in_flight', max: 10 },
      { screen: 'too_many', max: 10 },
    ],
    [{ kind: 'not_accepting' }, { screen: 'not_accepting' }],
    [
      { kind: 'too_often', againInMin: 5 },
      { screen: 'too_often', againInMin: 5 },
    ],
  ] as const)('keeps the draft on %j', (refusal, show) => {
    expect(decide(at('confirm'), { kind: 'order_refused', refusal })).toEqual({ state: at('confirm'), show });
  });
});

describe('a tap that comes too late', () => {
  it.each([
    ...['back:photo', 'next:photo', 'kind:reels', 'use_photo', 'template:ad', 'skip'],
    ...['edit_prompt', 'next:prompt_check', 'model:grok', 'count:3'],
  ])('%s changes nothing at another step', (data) => {
    const state = at('confirm');
    expect(decide(state, tap(data, true))).toEqual({ state });
    expect(decide(state, tap(data, false))).toEqual({ state, note: 'old' });
  });

  it('says of a button that is none that there is no such button', () => {
    expect(decide(at('count'), tap('rm -rf'))).toEqual({ state: at('count'), note: 'unknown' });
  });
});
