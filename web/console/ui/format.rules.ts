import { duration, money } from '../../ui/words/formatting.rules.js';

const LOCALE = 'en-GB';

/** `22 Nov 2026, 19:46:16`, by the clocks of that zone. */
export function moment(iso: string, timeZone: string): string {
  return new Date(iso).toLocaleString(LOCALE, {
    ...{ day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    hour12: false,
    timeZone,
  });
}

/** The label of a bucket: `19:00`, or `22 Nov`. */
export function bucketLabel(iso: string, bucket: 'hour' | 'day', timeZone: string): string {
  const at = new Date(iso);
  if (bucket === 'day') return at.toLocaleDateString(LOCALE, { day: 'numeric', month: 'short', timeZone });
  return at.toLocaleTimeString(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false, timeZone });
}

/** `1 h 02 min` of seconds; `–` where there are none. */
export function span(seconds: number | null): string {
  return seconds === null ? '–' : duration(seconds * 1_000);
}

/** How long ago: `2 min 05 s ago`. */
export function ago(iso: string, nowMs: number): string {
  return `${duration(Math.max(0, nowMs - Date.parse(iso)))} ago`;
}

/** `83 %`; `–` of nothing. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
}

/** Roubles of kopecks, whole kopecks. */
export function roubles(kopecks: number): string {
  return kopecks < 0 ? `−${money(Math.round(-kopecks), 'RUB')}` : money(Math.round(kopecks), 'RUB');
}

/** `1 234.5`: thousands apart, two digits behind the point at most. */
export function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 }).replaceAll(',', '\u00a0');
}

/** Kopecks that a text in roubles stands for; null when it stands for none. */
export function kopecksOf(text: string): number | null {
  const [, whole = '', rest = ''] = /^\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*$/.exec(text) ?? [];
  return whole === '' ? null : Number(whole) * 100 + Number(rest.padEnd(2, '0'));
}

const SECONDS_MAX = 180;

/** The unit in which an axis up to so many seconds is read best, and how a value is told in it. */
export function timeScale(maxS: number): {
  unit: 'minutes' | 'seconds';
  of: (seconds: number | null) => number | null;
} {
  if (maxS <= SECONDS_MAX) return { unit: 'seconds', of: (seconds) => seconds };
  return { unit: 'minutes', of: (seconds) => (seconds === null ? null : seconds / 60) };
}
