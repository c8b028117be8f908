import { describe, expect, it } from 'vitest';
import { isReached, medianOf, percentileOf, type Aim } from './measurement.js';

describe('the median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('of %j is %d', (values, median) => expect(medianOf(values)).toBe(median));

  it('is none of nothing', () => expect(() => medianOf([])).toThrow(RangeError));
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  it.each([
    [0.5, 51],
    [0.99, 100],
    [1, 100],
  ])('%d of 1 to 100 is %d', (share, value) => expect(percentileOf(hundred, share)).toBe(value));
});

describe('an aim', () => {
  it.each<[Aim | undefined, readonly number[], boolean]>([
    [{ atLeast: 0.5 }, [0.4, 0.5, 0.6], true],
    [{ atLeast: 0.5 }, [0.4, 0.49, 0.6], false],
    [{ below: 50 }, [50], false],
    [{ below: 50 }, [49.9], true],
    [undefined, [1], true],
  ])('%j is reached by %j: %s', (aim, values, isIt) =>
    expect(isReached({ name: 'a', unit: 'ms', values, ...(aim ? { aim } : {}) })).toBe(isIt),
  );
});
