import type { Language } from './translate.js';

/** A sum in the smallest unit of its currency; of Stars also tenths, where it is shared out. */
export type Money = { kopecks: number } | { stars: number };

/** Keeps a sum and its sign on one line. */
const NO_BREAK = '\u00a0';
const KOPECKS_IN_RUBLE = 100;

/** A sum as people write it: `199 ₽`, `39,80 ₽`, `150 ⭐`. Kopecks are left out where there are none. */
export function formatMoney(language: Language, money: Money): string {
  return 'stars' in money
    ? [formatNumber(language, money.stars, { max: 1 }), '⭐'].join(NO_BREAK)
    : [formatRubles(language, money.kopecks), '₽'].join(NO_BREAK);
}

function formatRubles(language: Language, kopecks: number): string {
  const digits = kopecks % KOPECKS_IN_RUBLE === 0 ? 0 : 2;
  return formatNumber(language, kopecks / KOPECKS_IN_RUBLE, { min: digits, max: digits });
}

function formatNumber(language: Language, value: number, digits: { min?: number; max: number }): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits.min,
    maximumFractionDigits: digits.max,
  }).format(value);
}
