import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandsOf, heightOf, labelledOf, linePath, niceTicks, stack } from './plot.rules.js';

const value = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const area = { left: 40, top: 10, width: 300, height: 100 };

describe('the ticks of an axis', () => {
  it.each([
    [0, 0, [0, 1]],
    [NaN, NaN, [0, 1]],
    [0, 1, [0, 0.5, 1]],
    [0, 3, [0, 1, 2, 3]],
    [2, 4, [0, 1, 2, 3, 4]],
    [0, 7, [0, 2, 4, 6, 8]],
    [0, 100, [0, 50, 100]],
    [0, 0.3, [0, 0.1, 0.2, 0.3]],
    [0, 81_234, [0, 50_000, 100_000]],
    [-199, 0, [-200, -150, -100, -50, 0]],
    [-199, -100, [-200, -150, -100, -50, 0]],
    [-10, 300, [-100, 0, 100, 200, 300]],
  ])('from %d to %d are %j', (min, max, ticks) => {
    expect(niceTicks({ min, max })).toEqual(ticks);
  });

  it('reach the largest value, in few even steps', () => {
    fc.assert(
      fc.property(value(1e-3, 1e9), value(0, 1e9), (max, loss) => {
        const ticks = niceTicks({ min: -loss, max });
        const slack = (max + loss) * 1e-9;
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max - slack);
        expect(ticks[0]).toBeLessThanOrEqual(slack - loss);
        expect(ticks).toContain(0);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.length).toBeGreaterThan(1);
      }),
    );
  });
});

describe('what is drawn', () => {
  it('stays inside of the axes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), value(-50, 50), (count, value) => {
        const bands = bandsOf(area, count);
        expect(bands).toHaveLength(count);
        expect(bands[0]?.x).toBeGreaterThanOrEqual(area.left);
        const last = bands.at(-1);
        expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(area.left + area.width + 1);
        const y = heightOf(area, value, { min: -5, max: 10 });
        expect(y).toBeGreaterThanOrEqual(area.top);
        expect(y).toBeLessThanOrEqual(area.top + area.height);
      }),
    );
  });

  it('goes below 0 by what was lost', () => {
    expect([10, 0, -5].map((at) => heightOf(area, at, { min: -5, max: 15 }))).toEqual([35, 85, 110]);
    expect(stack([3, -2, 4, -1])).toEqual([
      { from: 0, to: 3 },
      { from: 0, to: -2 },
      { from: 3, to: 7 },
      { from: -2, to: -3 },
    ]);
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
