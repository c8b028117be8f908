import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SandboxClock } from './clock.js';

const HOUR_MS = 3_600_000;

describe('the clock of the sandbox', () => {
  it('keeps all durations at their true ratios', () => {
    const clock = new SandboxClock(30);
    expect(clock.realMs(120_000)).toBe(4_000);
    expect(clock.trueMsBetween(1_000, 5_000)).toBe(120_000);
    expect(clock.trueMsBetween(5_000, 1_000)).toBe(-120_000);
    expect(clock.trueMsBetween(Number.NEGATIVE_INFINITY, 5_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts each stretch at the pace that it had', () => {
    const clock = new SandboxClock(10);
    clock.setScale(100);
    const changeMs = Date.now();
    expect(clock.realMs(1_000)).toBe(10);
    expect(clock.trueMsBetween(changeMs - 2 * HOUR_MS, changeMs - HOUR_MS)).toBe(10 * HOUR_MS);
    expect(clock.trueMsBetween(changeMs + HOUR_MS, changeMs + 2 * HOUR_MS)).toBe(100 * HOUR_MS);
    const over = clock.trueMsBetween(changeMs - HOUR_MS, changeMs + HOUR_MS);
    expect(Math.round(over / HOUR_MS)).toBe(110);
  });

  it('adds up, however often the pace changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 300 }),
        fc.array(fc.integer({ min: -HOUR_MS, max: HOUR_MS }), { minLength: 3, maxLength: 3 }),
        (scales, offsetsMs) => {
          const clock = new SandboxClock(scales[0]);
          for (const scale of scales) clock.setScale(scale);
          const [a = 0, b = 0, c = 0] = offsetsMs
            .map((offsetMs) => Date.now() + offsetMs)
            .sort((x, y) => x - y);
          const parts = clock.trueMsBetween(a, b) + clock.trueMsBetween(b, c);
          expect(clock.trueMsBetween(a, c)).toBeCloseTo(parts, 3);
        },
      ),
    );
  });

  it.each([0, -1, Number.NaN])('refuses the scale %s', (scale) => {
    expect(() => new SandboxClock(scale)).toThrow(RangeError);
    expect(() => new SandboxClock().setScale(scale)).toThrow(RangeError);
  });
});
