import { describe, expect, it } from 'vitest';
import {
  ago,
  bucketLabel,
  kopecksOf,
  moment,
  number,
  roubles,
  share,
  span,
  timeScale,
} from './format.rules.js';

const AT = '2026-11-22T16:46:16.123Z';

describe('what the console shows', () => {
  it('tells times by the clocks of the zone', () => {
    expect(moment(AT, 'Europe/Moscow')).toBe('22 Nov 2026, 19:46:16');
    expect(moment(AT, 'UTC')).toBe('22 Nov 2026, 16:46:16');
    expect(bucketLabel(AT, 'hour', 'Europe/Moscow')).toBe('19:46');
    expect(bucketLabel('2026-11-21T21:00:00Z', 'day', 'Europe/Moscow')).toBe('22 Nov');
    expect(ago(AT, Date.parse(AT) + 65_000)).toBe('1 min 05 s ago');
  });

  it('tells amounts', () => {
    expect(roubles(19_900)).toBe('199 ₽');
    expect(roubles(-19_950)).toBe('−199.50 ₽');
    expect(roubles(1_106.4)).toBe('11.06 ₽');
    expect(number(1_234.567)).toBe('1\u00a0234.57');
    expect(share(5, 6)).toBe('83 %');
    expect(share(0, 0)).toBe('–');
    expect(span(null)).toBe('–');
    expect(span(90)).toBe('1 min 30 s');
    expect(timeScale(180).unit).toBe('seconds');
    expect(timeScale(181)).toMatchObject({ unit: 'minutes' });
    expect(timeScale(181).of(90)).toBe(1.5);
    expect(timeScale(181).of(null)).toBeNull();
  });

  it.each([
    ['199', 19_900],
    [' 99.5 ', 9_950],
    ['99,05', 9_905],
    ['0', 0],
    ['', null],
    ['-5', null],
    ['1.234', null],
    ['12e3', null],
    ['12345678', null],
  ])('reads %j as roubles', (text, kopecks) => {
    expect(kopecksOf(text)).toBe(kopecks);
  });
});
