import { expect, it } from 'vitest';
import type { Env } from '../../platform/index.js';
import { checkCallbackQueue, pollTaskQueue } from './wake-ups.queue.js';

/** The most that a limit of fixed windows lets begin within some time: windows that end and begin in it are used up at its very edges. */
function mostWithin(timeMs: number, { max, durationMs }: { max: number; durationMs: number }): number {
  return max * (Math.ceil(timeMs / durationMs) + 1);
}

it.each([
  ['one key', 10, ['a']],
  ['three keys, of which the first makes all tasks', 10, ['a', 'b', 'c']],
  ['no whole number in a window', 15, ['a']],
  ['less than one in a window', 9, ['a']],
  ['hardly any', 4, ['a']],
])(
  'polls and callbacks together never read more than KIE takes from one key in a second: %s',
  (_, readsMax, keys) => {
    const env = {
      KIE_READS_PER_SECOND_MAX: readsMax,
      KIE_READS_SECOND_MS: 1_000,
      KIE_API_KEYS: keys,
    } as unknown as Env;
    const most = [pollTaskQueue, checkCallbackQueue].map((queue) => {
      const limit = queue.rateLimit?.(env);
      return limit ? mostWithin(1_000, limit) : Infinity;
    });
    expect(most[0]).toBe(most[1]);
    expect((most[0] ?? 0) + (most[1] ?? 0)).toBeLessThanOrEqual(readsMax);
  },
);
