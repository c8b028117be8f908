import { describe, expect, it } from 'vitest';
import {
  clockTime,
  counted,
  dayAndTime,
  duration,
  elapsed,
  money,
  offset,
  shortId,
  signed,
} from './formatting.rules.js';

const MOSCOW = { timeZone: 'Europe/Moscow' };
const AT = '2026-11-22T21:30:05.250Z';

describe('formatting', () => {
  it.each([
    [-5, '0 ms', '0 s'],
    [12.4, '12 ms', '0 s'],
    [999.7, '1.0 s', '0 s'],
    [1_000, '1.0 s', '1 s'],
    [59_940, '59.9 s', '59 s'],
    [59_960, '1 min 00 s', '59 s'],
    [65_000, '1 min 05 s', '1 min 05 s'],
    [3_599_600, '1 h 00 min', '1 h 00 min'],
    [7_500_000, '2 h 05 min', '2 h 05 min'],
  ])('%d ms that are over, and that go on', (ms, over, goingOn) => {
    expect([duration(ms), elapsed(ms)]).toEqual([over, goingOn]);
  });

  it.each([
    ['2026-11-22T21:30:05.250Z', '+0.0 s'],
    ['2026-11-22T21:30:06.450Z', '+1.2 s'],
    ['2026-11-22T21:31:10.250Z', '+1 min 05 s'],
    ['2026-11-22T21:30:00.000Z', '+0.0 s'],
  ])('says how long after a beginning %s is', (to, text) => {
    expect(offset(AT, to)).toBe(text);
  });

  it('says the day only of another day, where the reader is', () => {
    expect(clockTime(AT, MOSCOW)).toBe('00:30:05');
    expect(dayAndTime(AT, Date.parse('2026-11-23T10:00:00Z'), MOSCOW)).toBe('00:30:05');
    expect(dayAndTime(AT, Date.parse('2026-11-22T10:00:00Z'), MOSCOW)).toBe('23 Nov, 00:30');
  });

  it.each([
    [3, '+3'],
    [-1, '−1'],
    [0, '0'],
  ])('signs %d', (amount, text) => {
    expect(signed(amount)).toBe(text);
  });

  it.each([
    [19_900, 'RUB', '199 ₽'],
    [149_005, 'RUB', '1\u00a0490.05 ₽'],
    [250, 'XTR', '250 ⭐'],
    [1_234_567, 'USD', '1\u00a0234\u00a0567 USD'],
  ])('says %d %s', (amount, currency, text) => {
    expect(money(amount, currency)).toBe(text);
  });

  it('counts and shortens', () => {
    expect([counted(1, 'credit'), counted(2, 'credit'), counted(0, 'story', 'stories')]).toEqual([
      '1 credit',
      '2 credits',
      '0 stories',
    ]);
    expect(shortId('0198c0d1-4f2a-4b31-9a7e-1c2d3e4f5a61')).toBe('0198c0d1');
  });
});
