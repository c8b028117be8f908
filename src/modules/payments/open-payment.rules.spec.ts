import { describe, expect, it } from 'vitest';
import { isReusable, type OpenPayment, type SaleNow } from './open-payment.rules.js';

const OPEN: OpenPayment = {
  amountKopecks: 19_900,
  amountStars: null,
  credits: 5,
  ageMs: 1_000,
  receiptEmail: 'a@example.com',
};
const SALE: SaleNow = {
  provider: 'yookassa',
  priceKopecks: 19_900,
  priceStars: 150,
  credits: 5,
  receiptEmail: 'a@example.com',
};

describe('an open payment', () => {
  it('is handed out again while it is what is sold now', () => {
    expect(isReusable(OPEN, SALE, 3_000_000)).toBe(true);
    const inStars = { ...OPEN, amountKopecks: null, amountStars: 150, receiptEmail: null };
    expect(isReusable(inStars, { ...SALE, provider: 'telegram_stars', receiptEmail: null }, 3_000_000)).toBe(
      true,
    );
  });

  it.each<[string, Partial<OpenPayment>, Partial<SaleNow>]>([
    ['too old', { ageMs: 3_000_000 }, {}],
    ['of another price', {}, { priceKopecks: 24_900 }],
    ['of other credits', {}, { credits: 6 }],
    ['with another e-mail on its receipt', {}, { receiptEmail: 'b@example.com' }],
    ['without a receipt that is wanted now', { receiptEmail: null }, {}],
    ['with a receipt that is wanted no more', {}, { receiptEmail: null }],
    [
      'of another price in Stars',
      { amountKopecks: null, amountStars: 150 },
      { provider: 'telegram_stars', priceStars: 151 },
    ],
  ])('is not when it is %s', (_what, open, sale) => {
    expect(isReusable({ ...OPEN, ...open }, { ...SALE, ...sale }, 3_000_000)).toBe(false);
  });
});
