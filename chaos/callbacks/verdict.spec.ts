import { describe, expect, it } from 'vitest';
import type { CallbackFacts } from './facts.js';
import { COPIES_MAX, drawCopies } from './letters.js';
import { findBrokenCallbacks } from './verdict.js';

const POSTED = { about: 'yookassa payment.succeeded pay-1', status: 200, tries: 1, tookMs: 3 };
const KEPT = {
  provider: 'yookassa',
  event: 'payment.succeeded',
  objectId: 'pay-1',
  times: 2,
  outcome: 'completed',
};

/** One payment, told twice, and a callback. */
function facts(changes: Partial<CallbackFacts> = {}): CallbackFacts {
  return {
    ...{ wanted: { payments: 1 }, made: 1 },
    posted: [POSTED, POSTED, { ...POSTED, about: 'kie row-1' }],
    refunds: [{ id: 'refund-1', kopecks: 100 }],
    takenBack: [{ refundId: 'refund-1', kopecks: 100 }],
    stars: [{ chargeId: 'stx1', purchases: 1 }],
    inbox: [KEPT],
    callbacks: [{ taskRowId: 'row-1', times: 1, open: 0 }],
    foundBy: { notification: 1 },
    owed: [{ userId: 'anna', credits: 7, owed: 7 }],
    ...changes,
  };
}

describe('findBrokenCallbacks', () => {
  it('has nothing against what was told many times and done once', () => {
    expect(findBrokenCallbacks(facts())).toEqual([]);
  });

  it.each<[string, Partial<CallbackFacts>]>([
    ['0 payments were made instead of 1', { made: 0 }],
    ['was answered 500 after 30 tries', { posted: [{ ...POSTED, status: 500, tries: 30 }] }],
    ['refund refund-1 is in the history 0 times', { takenBack: [] }],
    ['took back 200 kopecks, YooKassa says 100', { takenBack: [{ refundId: 'refund-1', kopecks: 200 }] }],
    ['charge stx1 in Stars bought 2 times', { stars: [{ chargeId: 'stx1', purchases: 2 }] }],
    [
      'anna has 12 credits; paid and not given back are 7',
      { owed: [{ userId: 'anna', credits: 12, owed: 7 }] },
    ],
    ['has no outcome', { inbox: [{ ...KEPT, outcome: null }] }],
    ['ended as foreign', { inbox: [{ ...KEPT, outcome: 'foreign' }] }],
    ['was answered 200 2 times and kept 1 times', { inbox: [{ ...KEPT, times: 1 }] }],
    ['kie row-1 was answered 200 1 times and kept 0 times', { callbacks: [] }],
    ['1 callbacks of task row-1 have no end', { callbacks: [{ taskRowId: 'row-1', times: 1, open: 1 }] }],
  ])('says: %s', (sentence, changes) => {
    expect(findBrokenCallbacks(facts(changes)).join('\n')).toContain(sentence);
  });
});

describe('drawCopies', () => {
  it('draws from 1 to 100 copies, about ten on average', () => {
    const drawn = Array.from({ length: 1_000 }, (_, n) => drawCopies(() => n / 1_000));
    expect(Math.min(...drawn)).toBe(1);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(COPIES_MAX);
    const mean = drawn.reduce((sum, copies) => sum + copies, 0) / drawn.length;
    expect(mean).toBeGreaterThan(9);
    expect(mean).toBeLessThan(11);
  });
});
