import { describe, expect, it } from 'vitest';
import { explainOutcome, isRefused } from './outcomes.rules.js';

describe('what came of a wish', () => {
  it.each([
    [400, true],
    [401, true],
    [403, true],
    [0, false],
    [200, false],
    [500, false],
    [503, false],
  ])('is known to be nothing when the first try was answered %d: %s', (status, isKnown) => {
    expect(isRefused(status, false)).toBe(isKnown);
  });

  it.each([401, 403, 429, 404, 0, 502])(
    'is not known when a try after a lost answer was answered %d',
    (status) => {
      expect(isRefused(status, true)).toBe(false);
    },
  );

  it('is nothing when what was sent is wrong in itself', () => {
    expect(isRefused(400, true)).toBe(true);
  });

  it('is told in a sentence, when it has no words of ours, too', () => {
    const refused = (outcome: string, details = {}) => explainOutcome({ outcome, details, repeated: false });
    expect(refused('unchanged')).toBe('Nothing was changed. It was so already.');
    expect(refused('never_heard_of')).toBe('Nothing was changed. never heard of.');
    expect(refused('exceeds_payment', { left: 100 })).toMatch(/left of the payment\. 1 ₽ are\.$/);
  });
});
