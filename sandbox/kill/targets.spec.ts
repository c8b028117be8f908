import { describe, expect, it } from 'vitest';
import { KNOWN, POINTS } from './points.js';
import { randomTarget } from './targets.js';

describe('randomTarget', () => {
  const draw = (seed: number) => Array.from({ length: 200 }, (_, index) => randomTarget(seed, index + 1, 30));

  it('draws the same again from the same seed, and others from another', () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('draws moments of the whole story and all kinds of points', () => {
    const moments = draw(1).flatMap(({ at }) => ('afterMs' in at ? [at.afterMs] : []));
    expect(moments.length).toBeGreaterThan(60);
    expect(Math.min(...moments)).toBeLessThan(600);
    expect(Math.max(...moments)).toBeGreaterThan(5_400);
    expect(Math.max(...moments)).toBeLessThanOrEqual(6_000);
    const points = draw(1).flatMap(({ at }) => ('point' in at ? [at.point] : []));
    expect(new Set(points).size).toBeGreaterThan(40);
  });
});

describe('POINTS', () => {
  it('name each call and each commit twice: before and after', () => {
    const names = POINTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(names).toContain(name.replace(/^before:/, 'after:'));
      expect(KNOWN).toContain(name.replace(/^(before|after):/, ''));
    }
  });
});
