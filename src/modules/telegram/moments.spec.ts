import { describe, expect, it } from 'vitest';
import { formatMoment } from './moments.js';

const MOSCOW = 'Europe/Moscow';

describe('a moment', () => {
  it.each<['ru' | 'en', string, string, string]>([
    ['ru', '2026-11-21T11:05:59Z', MOSCOW, '21 ноя, 14:05'],
    ['en', '2026-11-21T11:05:59Z', MOSCOW, '21 Nov, 14:05'],
    ['ru', '2026-12-31T21:30:00Z', MOSCOW, '1 янв, 00:30'],
    ['ru', '2026-05-09T06:00:00Z', MOSCOW, '9 мая, 09:00'],
    ['ru', '2026-09-01T06:00:00Z', MOSCOW, '1 сен, 09:00'],
    ['en', '2026-09-01T06:00:00Z', 'Asia/Vladivostok', '1 Sep, 16:00'],
    ['ru', '2026-02-28T23:59:00Z', 'UTC', '28 фев, 23:59'],
  ])('in %s: %s in %s is %s', (language, moment, timeZone, text) => {
    expect(formatMoment(language, new Date(moment), timeZone)).toBe(text);
  });

  it.each(['ru', 'en'] as const)('has twelve names of months, all of three letters (%s)', (language) => {
    const texts = Array.from({ length: 12 }, (_, month) =>
      formatMoment(language, new Date(Date.UTC(2026, month, 15, 12)), 'UTC'),
    );
    expect(new Set(texts).size).toBe(12);
    for (const text of texts) expect(text).toMatch(/^15 \p{L}{3}, 12:00$/u);
  });

  it('is of no time zone that does not exist', () => {
    expect(() => formatMoment('ru', new Date(), 'Europe/Atlantis')).toThrow(RangeError);
  });
});
