import type { Language } from './translate.js';

/** `ноя` of `нояб.`, `Sep` of `Sept`: all names alike. */
const MONTH_LETTERS = 3;

/**
 * A moment as people write it, by the clocks of the place where they are: `21 ноя, 14:05`, `21 Nov, 14:05`.
 *
 * @param timeZone a name of the IANA list, such as `Europe/Moscow`.
 * @throws RangeError when there is no such time zone, or no such moment.
 */
export function formatMoment(language: Language, moment: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const month = (parts['month'] ?? '').slice(0, MONTH_LETTERS);
  return `${parts['day']} ${month}, ${parts['hour']}:${parts['minute']}`;
}
