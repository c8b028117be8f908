import { expect, it } from 'vitest';
import { until } from './until.js';

it('waits until it is so', async () => {
  let looks = 0;
  await until('the third look', () => ++looks === 3, { timeoutMs: 1_000, lookMs: 1 });
  expect(looks).toBe(3);
});

it('says what did not come', () =>
  expect(until('2 videos', () => Promise.resolve(false), { timeoutMs: 20, lookMs: 1 })).rejects.toThrow(
    '2 videos did not come in 0.02 s.',
  ));
