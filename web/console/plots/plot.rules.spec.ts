import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandsOf, heightOf, labelledOf, linePath, niceTicks } from './plot.rules.js';

const area = { left: 40, top: 10, width: 300, height: 100 };

describe('the ticks of an axis', () => {
  it.each([
    [0, [0, 1]],
    [NaN, [0, 1]],
    [1, [0, 0.5, 1]],
    [3, [0, 1, 2, 3]],
    [4, [0, 1, 2, 3, 4]],
    [7, [0, 2, 4, 6, 8]],
    [100, [0, 50, 100]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [81_234, [0, 50_000, 100_000]],
  ])('up to %d are %j', (max, ticks) => {
    expect(niceTicks(max)).toEqual(ticks);
  });

  it('reach the largest value, in few even steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), (max) => {
        const ticks = niceTicks(max);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.length).toBeGreaterThan(1);
      }),
    );
  });
});

describe('what is drawn', () => {
  it('stays inside of the axes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: -5, max: 50, noNaN: true }),
        (count, value) => {
          const bands = bandsOf(area, count);
          expect(bands).toHaveLength(count);
          expect(bands[0]?.x).toBeGreaterThanOrEqual(area.left);
          const last = bands.at(-1);
          expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(area.left + area.width + 1);
          const y = heightOf(area, value, 10);
          expect(y).toBeGreaterThanOrEqual(area.top);
          expect(y).toBeLessThanOrEqual(area.top + area.height);
        },
      ),
    );
  });

  it('breaks a line off where nothing is known', () => {
    expect(linePath([null, { x: 1, y: 2 }, { x: 3, y: 4.04 }, null, { x: 5, y: 6 }])).toBe('M1 2L3 4M5 6');
    expect(linePath([])).toBe('');
  });

  it('labels what has room, the newest always', () => {
    expect(labelledOf(4, 400, 50)).toEqual([true, true, true, true]);
    expect(labelledOf(5, 100, 40)).toEqual(
      [false, true, false, false, true].map((_, index) => index % 2 === 0),
    );
    expect(labelledOf(30, 300, 50).at(-1)).toBe(true);
    expect(labelledOf(30, 300, 50).filter(Boolean)).toHaveLength(6);
  });
});
