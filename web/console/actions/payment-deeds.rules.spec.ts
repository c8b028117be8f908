import { describe, expect, it } from 'vitest';
import { offeredFor } from './payment-deeds.rules.js';

const PENDING = {
  status: 'pending',
  currency: 'RUB' as const,
  parkedReason: null,
  settledByHandAt: null,
  left: 19_900,
};
const PARKED = { ...PENDING, parkedReason: 'kopecks 100 instead of 19900' };

describe('what can be done with a payment', () => {
  it.each([
    ['one that waits', PENDING, ['check']],
    ['one in Stars that waits', { ...PENDING, currency: 'XTR' as const }, []],
    ['a paid one', { ...PENDING, status: 'completed' }, ['check', 'refund']],
    ['a paid one of which nothing is left', { ...PENDING, status: 'completed', left: 0 }, ['check']],
    ['one that was paid otherwise than sold', PARKED, ['check', 'settle']],
    ['one that an operator has settled', { ...PARKED, settledByHandAt: '2026-11-22T12:00:00Z' }, ['check']],
    ['one that was completed after all', { ...PARKED, status: 'completed' }, ['check', 'refund']],
  ])('%s', (_, payment, offered) => {
    expect(offeredFor(payment)).toEqual(offered);
  });
});
