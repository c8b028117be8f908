import { describe, expect, it } from 'vitest';
import { fits } from './tally.js';

describe('fits', () => {
  it.each([
    ['balance', 2, 2, true, true],
    ['balance', 2, 3, false, false],
    ['history', ['signup'], ['signup', 'signup'], false, false],
    ['notices', ['gone'], ['gone'], true, true],
    ['notices', ['gone'], ['gone', 'gone'], false, true],
    ['notices', ['gone'], [], false, false],
    ['notices', [], ['gone'], false, false],
    ['told', ['a', 'b'], ['a', 'a', 'b'], false, true],
    ['told', ['a', 'b'], ['b', 'a'], false, false],
    ['sends', 1, 2, false, true],
    ['sends', 1, 4, false, false],
    ['sends', 0, 1, false, false],
    ['sends', 2, 1, false, false],
  ] as const)('%s: %j and %j', (...[name, expected, found, exactly, withKills]) => {
    expect(fits(name, expected, found, { mayRepeat: false })).toBe(exactly);
    expect(fits(name, expected, found, { mayRepeat: true })).toBe(withKills);
  });
});
