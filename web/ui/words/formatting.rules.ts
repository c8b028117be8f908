const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const SHORT_ID_LENGTH = 8;
const KOPECKS_PER_ROUBLE = 100;
const MINUS = '−';
/** Dates of the page: 24 hours, the day before the month. */
const LOCALE = 'en-GB';

/** Where the clock on the wall is read; the reader's own zone when absent. */
export interface Place {
  timeZone?: string;
}

/** The beginning of an id: enough to tell rows apart. */
export function shortId(id: string): string {
  return id.slice(0, SHORT_ID_LENGTH);
}

/** `12 ms`, `3.4 s`, `2 min 05 s`, `1 h 02 min`. */
export function duration(ms: number): string {
  const ofSeconds = Math.max(0, ms);
  if (Math.round(ofSeconds) < SECOND_MS) return `${Math.round(ofSeconds)} ms`;
  const tenths = Math.round(ofSeconds / 100) / 10;
  return tenths < 60 ? `${tenths.toFixed(1)} s` : longDuration(ofSeconds);
}

/** The same for something that goes on: whole seconds, so that it does not flicker. */
export function elapsed(ms: number): string {
  const ofSeconds = Math.max(0, ms);
  return ofSeconds < MINUTE_MS ? `${Math.floor(ofSeconds / SECOND_MS)} s` : longDuration(ofSeconds);
}

/** How long after a beginning: `+0.0 s`, `+1.2 s`, `+1 min 05 s`. */
export function offset(fromIso: string, toIso: string): string {
  const ms = Math.max(0, Date.parse(toIso) - Date.parse(fromIso));
  const tenths = Math.round(ms / 100) / 10;
  return `+${tenths < 60 ? `${tenths.toFixed(1)} s` : longDuration(ms)}`;
}

/** `12:00:01`. */
export function clockTime(iso: string, { timeZone }: Place = {}): string {
  return new Date(iso).toLocaleTimeString(LOCALE, { hour12: false, timeZone });
}

/** The time alone for what happened on the reader's day, else the day too: `3 Nov, 12:00`. */
export function dayAndTime(iso: string, nowMs: number, { timeZone }: Place = {}): string {
  const dayOf = (at: Date) => at.toLocaleDateString(LOCALE, { timeZone });
  const at = new Date(iso);
  if (dayOf(at) === dayOf(new Date(nowMs))) return clockTime(iso, { timeZone });
  const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return at.toLocaleString(LOCALE, { ...parts, hour12: false, timeZone });
}

/** An amount with its sign: `+3`, `−1`, `0`. */
export function signed(amount: number): string {
  if (amount === 0) return '0';
  return `${amount > 0 ? '+' : MINUS}${Math.abs(amount)}`;
}

/** `199 ₽`, `1 490.50 ₽` of kopecks; `100 ⭐` of Stars. */
export function money(amount: number, currency: string): string {
  if (currency === 'XTR') return `${grouped(amount)} ⭐`;
  if (currency !== 'RUB') return `${grouped(amount)} ${currency}`;
  const kopecks = amount % KOPECKS_PER_ROUBLE;
  const roubles = grouped(Math.trunc(amount / KOPECKS_PER_ROUBLE));
  return `${roubles}${kopecks ? `.${String(kopecks).padStart(2, '0')}` : ''} ₽`;
}

/** `1 credit`, `2 credits`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function longDuration(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds * SECOND_MS < HOUR_MS) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3_600)} h ${two(Math.floor((seconds % 3_600) / 60))} min`;
}

function grouped(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, '\u00a0');
}
