import { describe, expect, it } from 'vitest';
import { CONTEXT, NEW_DRAFT_ID, tap } from '../../../test/bot/turn-context.js';
import { decideTurn } from './conversation.rules.js';
import { FIRST_STATE, type ConversationState, type Draft, type Step } from './conversation.schemas.js';
import type { ConversationEvent, EffectResult, IncomingPhoto } from './conversation.types.js';
import { emptyDraft, isWorthKeeping } from './draft.rules.js';

const OLD_ID = '00000000-0000-4000-8000-000000000001';
const PHOTO: IncomingPhoto = { fileId: 'f1', bytes: 10, caption: null, albumId: null };
const EMPTY: Draft = { ...emptyDraft(OLD_ID, 'reels'), model: 'grok' };
const FULL: Draft = {
  ...EMPTY,
  ...{ photoPath: 'old', photoScore: 5, description: 'A mug', template: 'ugc', wishes: '', count: 1 },
};

const at = (step: Step, draft: Draft | null, albumId: string | null = null): ConversationState => ({
  ...FIRST_STATE,
  ...{ step, draft, albumId },
});
const decide = (state: ConversationState, event: ConversationEvent) => decideTurn(state, event, CONTEXT);
const photo = (fields: Partial<IncomingPhoto> = {}): ConversationEvent => ({
  kind: 'photo',
  photo: { ...PHOTO, ...fields },
});
const stored = (
  fields: Partial<Extract<EffectResult, { kind: 'photo_stored' }>> = {},
): ConversationEvent => ({
  ...{ kind: 'photo_stored', path: 'new', photo: PHOTO, isMore: false, score: 1, advice: [] },
  ...fields,
});

describe('a photo', () => {
  it.each(['photo', 'photo_advice'] as const)('is taken at the step %s', (step) => {
    expect(decide(at(step, EMPTY), photo()).effect).toEqual({
      kind: 'take_photo',
      photo: PHOTO,
      isMore: false,
    });
  });

  it('is too heavy without being fetched', () => {
    expect(decide(at('photo', EMPTY), photo({ bytes: 1001 }))).toMatchObject({
      show: { screen: 'photo', hint: { key: 'photo_too_large' } },
    });
  });

  it('that is rejected leaves the step as it is', () => {
    const state = at('photo', EMPTY);
    const turn = decide(state, { kind: 'photo_rejected', problem: 'photo_bad_ratio', isMore: false });
    expect(turn).toEqual({ state, show: { screen: 'photo', hint: { key: 'photo_bad_ratio' } } });
  });

  it('does not put its caption over a description that is there', () => {
    const event = stored({ photo: { ...PHOTO, caption: 'Nice' } });
    expect(decide(at('photo', FULL), event).state.draft).toMatchObject({
      photoPath: 'new',
      description: 'A mug',
    });
  });

  it('elsewhere earns that step’s help', () => {
    expect(decide(at('wishes', FULL), photo()).show).toMatchObject({ hint: { key: 'wishes' } });
  });
});

describe('advice', () => {
  const advised = decide(at('photo', EMPTY), stored({ advice: ['dark', 'blurred'] }));

  it('is asked about at once, and "use it anyway" goes on', () => {
    expect(advised.show).toEqual({ screen: 'photo_advice' });
    const used = decide(advised.state, tap('use_photo'));
    expect(used.show).toEqual({ screen: 'description' });
    expect(used.state.draft).toMatchObject({ photoPath: 'new', photoAccepted: ['dark', 'blurred'] });
  });

  it('is over with another photo', () => {
    const { state, show } = decide(advised.state, stored({ path: 'newer' }));
    expect(show).toEqual({ screen: 'description' });
    expect(state.draft).toMatchObject({ photoPath: 'newer', photoAdvice: [] });
  });

  it('cannot be walked around', () => {
    const back = decide(advised.state, tap('back:photo_advice'));
    expect(back.show).toEqual({ screen: 'photo' });
    expect(decide(back.state, tap('next:photo')).show).toEqual({ screen: 'photo_advice' });
  });

  it('that comes after confirm is asked about before anything is charged, and only what is new', () => {
    const draft: Draft = { ...FULL, photoAdvice: ['dark'], photoAccepted: ['dark'] };
    const turn = decide(at('confirm', draft), { kind: 'photo_advised', advice: ['brand'] });
    expect(turn.show).toEqual({ screen: 'photo_advice' });
    expect(turn.state.draft).toMatchObject({ id: NEW_DRAFT_ID, photoAdvice: ['dark', 'brand'] });
    expect(decide(turn.state, tap('use_photo')).show).toEqual({ screen: 'confirm' });
  });

  it.each([
    [{ kind: 'photo_stopped', stop: 'photo_flagged' }, 'photo_flagged'],
    [{ kind: 'order_refused', refusal: { kind: 'photo_gone' } }, 'photo_gone'],
  ] as const)('that is a stop gives the photo up and keeps the rest: %j', (event, key) => {
    const turn = decide(at('confirm', FULL), event);
    expect(turn.show).toEqual({ screen: 'photo', hint: { key } });
    expect(turn.state.draft).toMatchObject({ photoPath: null, description: 'A mug', count: 1 });
    // What was promised to be kept is not given up for an old menu's button, and the menu offers to go on with it.
    expect(decide(turn.state, tap('create')).state.draft).toEqual(turn.state.draft);
    expect(isWorthKeeping(turn.state.draft)).toBe(true);
  });
});

describe('an album', () => {
  const first = decide(at('photo', EMPTY), photo({ albumId: 'a' }));
  const taken = decide(first.state, stored({ photo: { ...PHOTO, albumId: 'a' }, score: 5 }));
  const more = photo({ albumId: 'a' });

  it('gives its first photo at once, and has the others looked at', () => {
    expect(first.effect).toMatchObject({ isMore: false });
    expect(taken.show).toEqual({ screen: 'description' });
    expect(decide(taken.state, more)).toEqual({
      state: taken.state,
      effect: { kind: 'take_photo', photo: { ...PHOTO, albumId: 'a' }, isMore: true },
    });
  });

  it('is not improved by a photo that is no better, and nothing is said', () => {
    expect(decide(taken.state, stored({ isMore: true, score: 5 }))).toEqual({ state: taken.state });
    expect(decide(taken.state, { kind: 'photo_rejected', problem: 'photo_too_small', isMore: true })).toEqual(
      { state: taken.state },
    );
  });

  it('is improved by a better one, in the same message', () => {
    const better = decide(taken.state, stored({ isMore: true, score: 6, path: 'best' }));
    expect(better).toMatchObject({
      inPlace: true,
      show: { screen: 'description' },
      state: { step: 'description', draft: { photoPath: 'best', photoScore: 6 } },
    });
  });

  it('whose first photo was no good goes on with the next, in the message that said so', () => {
    const rejected = decide(first.state, {
      ...{ kind: 'photo_rejected', problem: 'photo_too_small' },
      isMore: false,
    });
    const next = decide(rejected.state, more);
    expect(next.effect).toMatchObject({ isMore: true });
    expect(decide(next.state, stored({ isMore: true }))).toMatchObject({
      inPlace: true,
      show: { screen: 'description' },
    });
  });

  it('whose first photo was no good takes the place of the photo before it, however good that was', () => {
    const again = decide(at('photo', FULL), photo({ albumId: 'b' }));
    const rejected = decide(again.state, { kind: 'photo_rejected', problem: 'not_an_image', isMore: false });
    const next = decide(
      decide(rejected.state, photo({ albumId: 'b' })).state,
      stored({ isMore: true, score: 1 }),
    );
    expect(next.state.draft).toMatchObject({ photoPath: 'new', photoScore: 1 });
  });

  it('goes on improving while the person is further on, without a word', () => {
    const turn = decide(
      at('wishes', { ...FULL, wishes: null, albumId: 'a' }, 'a'),
      stored({ isMore: true, score: 9 }),
    );
    expect(turn.show).toBeUndefined();
    expect(turn.state).toMatchObject({ step: 'wishes', draft: { photoPath: 'new', id: NEW_DRAFT_ID } });
  });

  it('that improves a draft on its confirm screen renews the screen, whose button was of the other photo', () => {
    const turn = decide(at('confirm', { ...FULL, albumId: 'a' }, 'a'), stored({ isMore: true, score: 9 }));
    expect(turn).toMatchObject({ inPlace: true, show: { screen: 'confirm' } });
  });

  it('sent where no photo is wanted earns one word of help, and touches nothing', () => {
    const state = at('wishes', FULL);
    const once = decide(state, photo({ albumId: 'b' }));
    expect(once.show).toMatchObject({ hint: { key: 'wishes' } });
    expect(decide(once.state, photo({ albumId: 'b' }))).toEqual({ state: once.state });
    expect(once.state.draft).toEqual(FULL);
  });

  it('that comes when its order was started already is passed over', () => {
    const state = at('menu', null, 'a');
    expect(decide(state, more)).toEqual({ state });
  });
});
