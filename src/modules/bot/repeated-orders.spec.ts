import { describe, expect, it } from 'vitest';
import {
  FULL_DRAFT as FULL,
  NEW_DRAFT_ID as NEW_ID,
  at,
  decide,
  stored,
  tap,
} from '../../../test/bot/turn-context.js';
import type { RepeatedOrder } from './conversation.types.js';

const JOB_ID = '00000000-0000-4000-8000-000000000003';

describe('make another', () => {
  const ORDER = {
    kind: 'reels',
    template: 'ad',
    photoPath: 'p',
    description: 'A lamp',
    wishes: 'night',
    prompt: null,
    model: null,
  } as const;

  it('asks whose job it is, then goes straight to the template with the same product', () => {
    expect(decide(at('menu', null), tap(`another:${JOB_ID}`, false)).effect).toEqual({
      kind: 'find_repeat',
      jobId: JOB_ID,
      as: 'another',
    });
    const turn = decide(at('menu', null), {
      kind: 'repeat_found',
      jobId: JOB_ID,
      order: ORDER,
      as: 'another',
    });
    expect(turn).toMatchObject({
      show: { screen: 'template' },
      state: { draft: { id: NEW_ID, kind: 'reels', photoPath: 'p', description: 'A lamp', template: null } },
    });
    expect(decide(turn.state, tap(`another:${JOB_ID}`, false))).toEqual({ state: turn.state });
  });

  it('asks for the photo that is not kept any more, and goes on from there with the rest', () => {
    const order = { ...ORDER, photoPath: null };
    const turn = decide(at('menu', null), { kind: 'repeat_found', jobId: JOB_ID, order, as: 'another' });
    expect(turn.show).toEqual({ screen: 'photo', hint: { key: 'photo_gone' } });
    expect(turn.state.draft).toMatchObject({ kind: 'reels', photoPath: null, description: 'A lamp' });
    expect(decide(turn.state, tap(`another:${JOB_ID}`, false))).toEqual({ state: turn.state });
    expect(decide(turn.state, tap(`variant:${JOB_ID}`, false)).effect).toMatchObject({ as: 'variant' });
    expect(decide(turn.state, stored()).show).toEqual({ screen: 'template' });
  });

  it('says so when there is no such order of this person', () => {
    expect(decide(at('count'), { kind: 'repeat_missing' })).toMatchObject({
      show: { screen: 'menu', hint: { key: 'repeat_missing' } },
      state: { draft: FULL },
    });
  });
});

describe('another variant', () => {
  const ORDER: RepeatedOrder = {
    ...{ kind: 'reels', photoPath: 'p', description: 'A lamp', model: null },
    ...{ template: 'self', wishes: null, prompt: 'The lamp turns' },
  };

  it('goes straight to confirm with everything as it was, and one video', () => {
    const { state, show } = decide(at('menu', null), {
      kind: 'repeat_found',
      ...{ jobId: JOB_ID, order: ORDER, as: 'variant' },
    });
    expect(show).toEqual({ screen: 'confirm' });
    expect(state.draft).toMatchObject({ template: 'self', prompt: 'The lamp turns', count: 1, id: NEW_ID });
    expect(decide(state, tap(`variant:${JOB_ID}`, false))).toEqual({ state });
    expect(decide(state, tap(`another:${JOB_ID}`, false)).effect).toMatchObject({ as: 'another' });
  });

  it('without the photo goes straight to confirm once another was sent', () => {
    const { state, show } = decide(at('menu', null), {
      kind: 'repeat_found',
      ...{ jobId: JOB_ID, order: { ...ORDER, photoPath: null }, as: 'variant' },
    });
    expect(show).toEqual({ screen: 'photo', hint: { key: 'photo_gone' } });
    expect(decide(state, tap(`variant:${JOB_ID}`, false))).toEqual({ state });
    expect(decide(state, tap(`another:${JOB_ID}`, false)).effect).toMatchObject({ as: 'another' });
    const sent = decide(state, stored());
    expect(sent.show).toEqual({ screen: 'confirm' });
    expect(sent.state.draft).toMatchObject({ template: 'self', prompt: 'The lamp turns', count: 1 });
  });
});
