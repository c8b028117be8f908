import { describe, expect, it } from 'vitest';
import { FIRST_STATE, readState } from './conversation.schemas.js';

describe('the stored state', () => {
  it('of a new chat is the beginning', () => {
    expect(readState({})).toEqual({ state: FIRST_STATE, understood: true });
  });

  it('is read as it was written', () => {
    const state = { ...FIRST_STATE, welcomed: true, screenMessageId: 7 };
    expect(readState(JSON.parse(JSON.stringify(state)))).toEqual({ state, understood: true });
  });

  it.each([
    ['another version', { ...FIRST_STATE, v: 2 }],
    ['an unknown step', { ...FIRST_STATE, step: 'cabinet' }],
    ['the Python system', { state: 'GenerateStates:photo', data: {} }],
    ['nothing of ours', 'text'],
    ['null', null],
  ])('that is not understood becomes the menu: %s', (_what, stored) => {
    expect(readState(stored)).toEqual({ state: { ...FIRST_STATE, welcomed: true }, understood: false });
  });
});
