import { expect, it } from 'vitest';
import type { Env } from '../../platform/index.js';
import { sendQueue } from './send.queue.js';

it.each([
  ['as many as four windows hold', 20, { max: 5, durationMs: 250 }],
  ['no whole number in a window', 10, { max: 2, durationMs: 200 }],
  ['less than one in a window', 3, { max: 1, durationMs: 334 }],
  ['one', 1, { max: 1, durationMs: 1_000 }],
])('sends begin in short windows, never more than were allowed: %s', (_, perSecondMax, limit) => {
  const env = { TELEGRAM_SENDS_PER_SECOND_MAX: perSecondMax } as Env;
  expect(sendQueue.rateLimit?.(env)).toEqual(limit);
  expect((limit.max * 1_000) / limit.durationMs).toBeLessThanOrEqual(perSecondMax);
});
