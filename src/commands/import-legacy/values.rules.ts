const ID_LENGTH_MAX = 200;
/** PostgreSQL's integer. */
const INTEGER_MAX = 2_147_483_647;
/** Telegram's ids have at most 52 significant bits (core.telegram.org/bots/api#user). */
const TELEGRAM_ID_MAX = 2 ** 52;
const KOPECKS_PER_ROUBLE = 100;
/** What a sum in roubles may differ from whole kopecks because it was a float. */
const FLOAT_ERROR_KOPECKS = 1e-6;

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d(?::\d\d)?)?$/;

/** A whole number, also one that is written as `5.00` or as text; null for anything else. */
export function integerOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,16}(\.0+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** Null for what is no person: 0, groups, which are below 0, and numbers that Telegram does not give out. */
export function telegramIdOf(value: unknown): number | null {
  const id = integerOf(value);
  return id !== null && id > 0 && id < TELEGRAM_ID_MAX ? id : null;
}

/** Whole kopecks of a sum in roubles above 0; null for what is none. */
export function kopecksOf(roubles: unknown): number | null {
  const isDecimal = typeof roubles === 'string' && /^\d{1,9}(\.\d{1,4})?$/.test(roubles);
  const value = isDecimal ? Number(roubles) : roubles;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const kopecks = Math.round(value * KOPECKS_PER_ROUBLE);
  const isExact = Math.abs(value * KOPECKS_PER_ROUBLE - kopecks) < FLOAT_ERROR_KOPECKS;
  return isExact && kopecks > 0 && kopecks <= INTEGER_MAX ? kopecks : null;
}

/** An instant in UTC. One without a zone is UTC: the Python system's containers and its database had no other. Null for what is none. */
export function instantOf(value: unknown): string | null {
  const [, date, time, zone = 'Z'] = (typeof value === 'string' && INSTANT.exec(value)) || [];
  if (!date || !time) return null;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  const ms = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/**
 * A text that PostgreSQL takes: without NUL and halves of characters, trimmed, and cut; null where nothing is left.
 *
 * @param lengthMax in characters (code points).
 */
export function textOf(value: unknown, lengthMax: number): string | null {
  if (typeof value !== 'string') return null;
  const text = storable(value).trim();
  return text.length <= lengthMax ? text || null : [...text].slice(0, lengthMax).join('');
}

/** An id: a uuid, a text, or in older versions a number. */
export function idOf(value: unknown): string | null {
  return textOf(value, ID_LENGTH_MAX) ?? integerOf(value)?.toString() ?? null;
}

/** A value out of JSON as a sentence says it: also an object, which may not know how to become a text. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

/** JSON that PostgreSQL takes as `jsonb`. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storable(key), storableJson(inner)]),
  );
}

function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '')).toString();
}
