import { describe, expect, it } from 'vitest';
import { decidePollDelay } from './polling.rules.js';

const pace = { intervalMs: 10_000, slowAfterMs: 120_000, slowIntervalMs: 20_000, callbackIntervalMs: 30_000 };

describe('decidePollDelay', () => {
  it.each([
    [0, 10_000],
    [119_999, 10_000],
    [120_000, 20_000],
    [900_000, 20_000],
  ])('without a callback, at the age of %i ms, is %i ms', (ageMs, delayMs) => {
    expect(decidePollDelay(ageMs, false, pace)).toBe(delayMs);
  });

  it.each([0, 120_000, 900_000])('where a callback is expected is the same at any age (%i ms)', (ageMs) => {
    expect(decidePollDelay(ageMs, true, pace)).toBe(30_000);
  });
});
