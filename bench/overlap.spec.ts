import { describe, expect, it } from 'vitest';
import { mostAtOnce } from './overlap.js';

describe('spans at once', () => {
  it.each([
    ['nothing', [], 0],
    ['one', [[0, 5]], 1],
    [
      'one after the other',
      [
        [0, 5],
        [5, 9],
      ],
      1,
    ],
    [
      'two of three',
      [
        [0, 5],
        [4, 9],
        [8, 12],
      ],
      2,
    ],
    [
      'all',
      [
        [0, 9],
        [1, 9],
        [2, 3],
      ],
      3,
    ],
  ])('%s', (_name, spans, most) => {
    expect(mostAtOnce(spans.map(([fromMs = 0, untilMs = 0]) => ({ fromMs, untilMs })))).toBe(most);
  });
});
