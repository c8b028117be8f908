import { describe, expect, it } from 'vitest';
import { decideNextCheck } from './check-schedule.rules.js';

const SCHEDULE = { firstMs: 15_000, longestMs: 3_600_000, lifeMs: 7 * 24 * 3_600_000 };

describe('the next look', () => {
  it.each([
    [0, 15_000],
    [1, 30_000],
    [2, 60_000],
    [7, 1_920_000],
    [8, 3_600_000],
    [1_000_000, 3_600_000],
  ])('after %i looks comes in %i ms', (checks, expected) => {
    expect(decideNextCheck({ checks, ageMs: 0 }, SCHEDULE)).toBe(expected);
  });

  it('comes no sooner than the provider asked, within our longest pause', () => {
    expect(decideNextCheck({ checks: 0, ageMs: 0, askedMs: 60_000 }, SCHEDULE)).toBe(60_000);
    expect(decideNextCheck({ checks: 0, ageMs: 0, askedMs: 1 }, SCHEDULE)).toBe(15_000);
    expect(decideNextCheck({ checks: 0, ageMs: 0, askedMs: 1e12 }, SCHEDULE)).toBe(3_600_000);
  });

  it('does not come when the time for looks is over', () => {
    expect(decideNextCheck({ checks: 0, ageMs: SCHEDULE.lifeMs }, SCHEDULE)).toBeNull();
    expect(decideNextCheck({ checks: 0, ageMs: SCHEDULE.lifeMs - 1 }, SCHEDULE)).toBe(15_000);
  });
});
