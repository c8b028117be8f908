import { describe, expect, it } from 'vitest';
import {
  CONTEXT,
  DRAFT_ID as OLD_ID,
  FULL_DRAFT as FULL,
  MODEL,
  NEW_DRAFT_ID as NEW_ID,
  OTHER_MODEL,
  tap,
  without,
} from '../../../test/bot/turn-context.js';
import { decideTurn } from './conversation.rules.js';
import { FIRST_STATE, type ConversationState, type Draft, type Step } from './conversation.schemas.js';
import type { ConversationEvent, PersonEvent } from './conversation.types.js';

const at = (step: Step, draft: Draft): ConversationState => ({ ...FIRST_STATE, step, draft });
const decide = (state: ConversationState, event: ConversationEvent, context = CONTEXT) =>
  decideTurn(state, event, context);
const text = (value: string): PersonEvent => ({ kind: 'text', text: value });

describe('the model', () => {
  const TWO = { ...CONTEXT, models: [MODEL, OTHER_MODEL] };
  const chosen = { ...FULL, model: OTHER_MODEL.id };

  it('is asked for only where there is more than one', () => {
    const state = at('wishes', without('wishes', 'model', 'count'));
    expect(decide(state, tap('skip')).show).toEqual({ screen: 'count' });
    const asked = decide(state, tap('skip'), TWO);
    expect(asked.show).toEqual({ screen: 'model' });
    expect(decide(asked.state, tap('model:kling/v3'), TWO)).toMatchObject({
      show: { screen: 'count' },
      state: { draft: { model: 'kling/v3' } },
    });
  });

  it('has its place on the way back', () => {
    expect(decide(at('count', chosen), tap('back:count'), TWO).show).toEqual({ screen: 'model' });
    expect(decide(at('model', chosen), tap('back:model'), TWO).show).toEqual({ screen: 'wishes' });
  });

  it('that is not on offer is refused, also by an old button', () => {
    const state = at('model', { ...FULL, model: null });
    expect(decide(state, tap('model:sora-2'), TWO).show).toMatchObject({ hint: { key: 'model_gone' } });
  });

  it('that is on offer no more is forgotten, and asked for anew where there is a choice', () => {
    const gone = at('confirm', { ...FULL, model: 'sora-2' });
    expect(decide(gone, text('hm'), TWO).show).toMatchObject({ screen: 'model' });
    expect(decide(gone, text('hm')).state).toMatchObject({ step: 'confirm', draft: { model: MODEL.id } });
  });

  it('that took the place of another is shown with its price before anything is started', () => {
    const gone = at('confirm', { ...FULL, model: 'sora-2' });
    const turn = decide(gone, tap(`confirm:${OLD_ID}:1`));
    expect(turn).toMatchObject({
      show: { screen: 'confirm' },
      state: { draft: { id: NEW_ID, model: MODEL.id } },
    });
    expect(turn.effect).toBeUndefined();
    expect(decide(turn.state, tap(`confirm:${NEW_ID}:1`)).effect).toMatchObject({ kind: 'start_order' });
  });

  it.each([`confirm:${OLD_ID}:1`, 'back:confirm'])(
    'that is gone answers %s on its screen with the others',
    (data) => {
      const gone = at('confirm', { ...FULL, model: 'sora-2' });
      expect(decide(gone, tap(data), TWO)).toMatchObject({
        show: { screen: 'model', hint: { key: 'model_gone' } },
        state: { step: 'model' },
      });
      expect(decide(gone, tap('menu'), TWO).show).toEqual({ screen: 'menu' });
    },
  );

  it('that is gone when it comes to ordering is asked for anew, and the rest is kept', () => {
    const turn = decide(
      at('confirm', chosen),
      { kind: 'order_refused', refusal: { kind: 'model_gone' } },
      TWO,
    );
    expect(turn).toMatchObject({
      show: { screen: 'model', hint: { key: 'model_gone' } },
      state: { draft: { model: null, count: 1, description: 'A travel mug' } },
    });
  });
});
