import { describe, expect, it } from 'vitest';
import { decideOrder, textsToCheck } from './order-check.rules.js';

describe('the look before charging', () => {
  it.each([
    [{ kind: 'clear' }, null, { kind: 'clear' }],
    [{ kind: 'clear' }, 'wishes', { kind: 'text_stop', text: 'wishes' }],
    [{ kind: 'advice', advice: ['brand'] }, null, { kind: 'advice', advice: ['brand'] }],
    [{ kind: 'advice', advice: ['brand'] }, 'prompt', { kind: 'text_stop', text: 'prompt' }],
    [{ kind: 'stop', reason: 'people' }, null, { kind: 'photo_stop', reason: 'people' }],
    [{ kind: 'stop', reason: 'flagged' }, 'description', { kind: 'photo_stop', reason: 'flagged' }],
  ] as const)('with the photo %j and the flagged text %s: %j', (photo, text, expected) => {
    expect(decideOrder(photo as Parameters<typeof decideOrder>[0], text)).toEqual(expected);
  });

  it('is for the texts that are filmed', () => {
    const order = { description: 'A mug', wishes: 'Steam', prompt: null };
    expect(textsToCheck(order)).toEqual([
      ['description', 'A mug'],
      ['wishes', 'Steam'],
    ]);
    expect(textsToCheck({ ...order, wishes: null })).toEqual([['description', 'A mug']]);
    expect(textsToCheck({ ...order, wishes: ' ' })).toEqual([['description', 'A mug']]);
    expect(textsToCheck({ ...order, prompt: 'Dance!' })).toEqual([['prompt', 'Dance!']]);
  });
});
