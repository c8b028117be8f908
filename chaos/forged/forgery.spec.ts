import { describe, expect, it } from 'vitest';
import { findBrokenForgery, type ForgerySeen } from './forgery.js';
import { findMoved } from './till.js';

/** Ten forged calls, all refused. */
function seen(changes: Partial<ForgerySeen> = {}): ForgerySeen {
  return {
    ...{ name: 'news from outside', answers: new Map([[403, 10]]), wanted: [403] },
    ...{ moved: [], traces: { found: 10, wanted: 10 } },
    ...changes,
  };
}

describe('findBrokenForgery', () => {
  it('has nothing against forgeries that were refused and noted', () => {
    expect(findBrokenForgery(seen())).toEqual([]);
    expect(findBrokenForgery(seen({ traces: null }))).toEqual([]);
  });

  it.each<[string, Partial<ForgerySeen>]>([
    [
      '"news from outside" was answered 200 3 times',
      {
        answers: new Map([
          [403, 7],
          [200, 3],
        ]),
      },
    ],
    ['"news from outside" was answered null 1 times', { answers: new Map([[null, 1]]) }],
    ['I8: after "news from outside" balance of 7: 9', { moved: ['balance of 7: 9 instead of 2'] }],
    ['left 9 traces of 10 attempts', { traces: { found: 9, wanted: 10 } }],
  ])('says: %s', (sentence, changes) => {
    expect(findBrokenForgery(seen(changes)).join('\n')).toContain(sentence);
  });
});

describe('findMoved', () => {
  it('names what is more, less, new or gone', () => {
    const before = { 'balance of 7': 2, 'payment p': 'pending', 'job j': 'queued' };
    expect(findMoved(before, before)).toEqual([]);
    expect(findMoved(before, { 'balance of 7': 7, 'payment p': 'completed', 'history rows': '3' })).toEqual([
      'balance of 7: 7 instead of 2',
      'payment p: completed instead of pending',
      'job j: nothing instead of queued',
      'history rows: 3 instead of nothing',
    ]);
  });
});
