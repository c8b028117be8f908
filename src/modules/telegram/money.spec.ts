import { describe, expect, it } from 'vitest';
import { formatMoney, type Money } from './money.js';

describe('a sum', () => {
  it.each<['ru' | 'en', Money, string]>([
    ['ru', { kopecks: 19_900 }, '199 ₽'],
    ['ru', { kopecks: 149_900 }, '1 499 ₽'],
    ['ru', { kopecks: 3_980 }, '39,80 ₽'],
    ['ru', { kopecks: 5 }, '0,05 ₽'],
    ['ru', { stars: 150 }, '150 ⭐'],
    ['ru', { stars: 7.5 }, '7,5 ⭐'],
    ['en', { kopecks: 19_900 }, '199 ₽'],
    ['en', { kopecks: 149_900 }, '1,499 ₽'],
    ['en', { kopecks: 3_980 }, '39.80 ₽'],
    ['en', { stars: 1_150 }, '1,150 ⭐'],
    ['en', { stars: 7.5 }, '7.5 ⭐'],
  ])('in %s: %j is %s', (language, money, text) => {
    const shown = formatMoney(language, money);
    expect(shown.replaceAll('\u00a0', ' ')).toBe(text);
    // Never broken into two lines.
    expect(shown).not.toContain(' ');
  });
});
