import { describe, expect, it } from 'vitest';
import { decodeCallback } from '../telegram/index.js';
import { decideTurn } from './conversation.rules.js';
import { FIRST_STATE, type ConversationState, type Draft, type Step } from './conversation.schemas.js';
import type {
  ConversationEvent,
  EffectResult,
  IncomingPhoto,
  PersonEvent,
  Turn,
  TurnContext,
} from './conversation.types.js';
import { emptyDraft } from './draft.rules.js';

const OLD_ID = '00000000-0000-4000-8000-000000000001';
const NEW_ID = '00000000-0000-4000-8000-000000000002';
const JOB_ID = '00000000-0000-4000-8000-000000000003';
const LIMITS = {
  descriptionLengthMin: 3,
  descriptionLengthMax: 1000,
  wishesLengthMax: 500,
  promptLengthMax: 900,
  photoBytesMax: 1000,
  photoSideMinPx: 300,
  photoRatioMax: 2.5,
};
const MODEL = {
  id: 'grok',
  title: 'Grok',
  creditsPerVideo: 1,
  durationS: 8,
  takesAspectRatio: true,
};
const CONTEXT: TurnContext = { limits: LIMITS, newDraftId: NEW_ID, consented: true, models: [MODEL] };
const PHOTO: IncomingPhoto = { fileId: 'f1', bytes: 10, caption: null, albumId: null };
const FULL: Draft = {
  ...emptyDraft(OLD_ID, 'neurocard'),
  photoPath: 'inputs/1/a.jpg',
  description: 'A travel mug',
  template: 'ugc',
  wishes: '',
  count: 1,
  model: 'grok',
};

function at(step: Step, draft: Draft | null = FULL): ConversationState {
  return { ...FIRST_STATE, step, draft };
}

function decide(state: ConversationState, event: ConversationEvent): Turn {
  return decideTurn(state, event, CONTEXT);
}

function tap(data: string, onScreen = true): PersonEvent {
  return { kind: 'tap', callback: decodeCallback(`1:${data}`), onScreen };
}

const stored = (fields: Partial<IncomingPhoto> = {}): EffectResult => ({
  kind: 'photo_stored',
  path: 'p',
  photo: { ...PHOTO, ...fields },
  isMore: false,
  score: 1,
  advice: [],
});
const text = (value: string): PersonEvent => ({ kind: 'text', text: value });
const photo = (fields: Partial<IncomingPhoto> = {}): PersonEvent => ({
  kind: 'photo',
  photo: { ...PHOTO, ...fields },
});
const command = (name: 'menu' | 'help' | 'cancel' | 'unknown'): PersonEvent => ({ kind: 'command', name });
const without = (...fields: (keyof Draft)[]): Draft => ({
  ...FULL,
  ...Object.fromEntries(fields.map((field) => [field, null])),
});

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
    'count',
    'count',
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
    at('count', { ...FULL, template: 'self', prompt: 'x' }),
    tap('back:count'),
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

  it('is passed over in silence when it is the rest of an album', () => {
    const state = at('description', { ...FULL, albumId: 'a1' });
    expect(decide(state, photo({ albumId: 'a1' }))).toEqual({ state });
    expect(decide(state, photo({ albumId: 'a2' })).show).toMatchObject({ hint: { key: 'description' } });
  });
});

describe('the photo step', () => {
  it('asks for the photo to be taken', () => {
    const state = at('photo', emptyDraft(OLD_ID, 'reels'));
    expect(decide(state, photo())).toEqual({ state, effect: { kind: 'take_photo', photo: PHOTO } });
  });

  it('stays when the photo is rejected', () => {
    const state = at('photo', emptyDraft(OLD_ID, 'reels'));
    const turn = decide(state, { kind: 'photo_rejected', problem: 'photo_bad_ratio' });
    expect(turn).toEqual({ state, show: { screen: 'photo', hint: { key: 'photo_bad_ratio' } } });
  });

  it('does not put a caption over a description that is there', () => {
    const event: ConversationEvent = {
      kind: 'photo_stored',
      path: 'p',
      photo: { ...PHOTO, caption: 'Nice' },
    };
    expect(decide(at('photo'), event).state.draft).toMatchObject({
      photoPath: 'p',
      description: 'A travel mug',
    });
  });
});

describe('confirm', () => {
  it('starts the order that its screen showed', () => {
    expect(decide(at('confirm'), tap(`confirm:${OLD_ID}`))).toMatchObject({
      effect: { kind: 'start_order', draft: FULL },
    });
  });

  it('works on an old message while the draft is unchanged, never once it has changed', () => {
    expect(decide(at('menu'), tap(`confirm:${OLD_ID}`, false)).effect).toBeDefined();
    expect(decide(at('confirm'), tap(`confirm:${NEW_ID}`, false))).toEqual({
      state: at('confirm'),
      note: 'old',
    });
  });

  it('never starts a draft that lacks an answer', () => {
    const state = at('confirm', without('count'));
    expect(decide(state, tap(`confirm:${OLD_ID}`))).toEqual({ state });
  });

  it('ends the draft once it is started, and tells later taps so', () => {
    const { state, show } = decide(at('confirm'), { kind: 'order_started', draft: FULL, newCredits: 1 });
    expect(show).toEqual({ screen: 'started', count: 1 });
    expect(state).toMatchObject({ step: 'menu', draft: null, startedDraftId: OLD_ID });
    expect(decide(state, tap(`confirm:${OLD_ID}`))).toEqual({ state, note: 'started' });
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
  ] as const)('keeps the draft on %j', (refusal, show) => {
    expect(decide(at('confirm'), { kind: 'order_refused', refusal })).toEqual({ state: at('confirm'), show });
  });
});

describe('make another', () => {
  const ORDER = {
    kind: 'reels',
    template: 'ad',
    photoPath: 'p',
    description: 'A lamp',
    wishes: 'night',
    prompt: null,
  } as const;

  it('asks whose job it is, then goes straight to the template with the same product', () => {
    expect(decide(at('menu', null), tap(`another:${JOB_ID}`, false)).effect).toEqual({
      kind: 'find_repeat',
      jobId: JOB_ID,
    });
    const turn = decide(at('menu', null), { kind: 'repeat_found', jobId: JOB_ID, order: ORDER });
    expect(turn).toMatchObject({
      show: { screen: 'template' },
      state: { draft: { id: NEW_ID, kind: 'reels', photoPath: 'p', description: 'A lamp', template: null } },
    });
    expect(decide(turn.state, tap(`another:${JOB_ID}`, false))).toEqual({ state: turn.state });
  });

  it('says so when there is no such order of this person', () => {
    expect(decide(at('count'), { kind: 'repeat_missing' })).toMatchObject({
      show: { screen: 'menu', hint: { key: 'repeat_missing' } },
      state: { draft: FULL },
    });
  });
});

describe('the first meeting', () => {
  it.each<[string, PersonEvent]>([
    ['/start', { kind: 'start', payload: 'ref_1' }],
    ['a text', text('hi')],
    ['a photo', photo()],
    ['a tap on a button of long ago', tap('count:3', false)],
    ['an unreadable tap', tap('what', false)],
  ])('begins with the welcome, whatever comes: %s', (_what, event) => {
    const turn = decide(FIRST_STATE, event);
    expect(turn.show).toEqual({ screen: 'welcome' });
    expect(turn.state).toMatchObject({ welcomed: true, step: 'menu' });
  });

  it('happens once, and the first deep link is kept', () => {
    const first = decide(FIRST_STATE, { kind: 'start', payload: 'ref_1' }).state;
    const second = decide(first, { kind: 'start', payload: 'ref_2' });
    expect(second).toMatchObject({ show: { screen: 'menu' }, state: { startPayload: 'ref_1' } });
  });
});

describe('a tap that comes too late', () => {
  it.each(['back:photo', 'next:photo', 'kind:reels', 'template:ad', 'skip', 'count:3'])(
    '%s changes nothing at another step',
    (data) => {
      const state = at('confirm');
      expect(decide(state, tap(data, true))).toEqual({ state });
      expect(decide(state, tap(data, false))).toEqual({ state, note: 'old' });
    },
  );

  it('says of a button that is none that there is no such button', () => {
    expect(decide(at('count'), tap('rm -rf'))).toEqual({ state: at('count'), note: 'unknown' });
  });
});
