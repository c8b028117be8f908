/** What an operator may have meant by a text: whatever it could be is looked for. */
export interface SearchMeaning {
  /** An id of ours, or its beginning: from which to which, both inclusive. */
  idRange: { from: string; to: string } | null;
  tgUserId: string | null;
  /** The beginning of a username, in lower case. */
  username: string | null;
  /** The beginning of a name, as written and with a capital: PostgreSQL's `lower` may know no Cyrillic. */
  names: string[];
  /** Of two words, the beginnings of both names, in both orders. */
  fullNames: { first: string; last: string }[];
  /** An id of a provider's. */
  foreignId: string | null;
}

const UUID_HEX_DIGITS = 32;
/** The first block of an id, as lists show it. */
const ID_BEGINNING_MIN = 8;
const NAME_LENGTH_MAX = 64;

/** Reads a search: an id of ours or its first 8 digits, a Telegram id, `@username`, a name, a task or payment id of a provider's. */
export function readSearch(text: string): SearchMeaning {
  const word = text.trim();
  const isUsername = word.startsWith('@');
  const bare = isUsername ? word.slice(1) : word;
  return {
    idRange: isUsername ? null : idRangeOf(bare),
    tgUserId: !isUsername && /^[1-9]\d{0,15}$/.test(bare) ? bare : null,
    username: /^\w{1,32}$/.test(bare) ? bare.toLowerCase() : null,
    names: isUsername ? [] : namesOf(bare),
    fullNames: isUsername ? [] : fullNamesOf(bare),
    foreignId: !isUsername && /^[\w:.-]{6,128}$/.test(bare) ? bare : null,
  };
}

function idRangeOf(text: string): SearchMeaning['idRange'] {
  if (!/^[0-9a-f]{8}(-?[0-9a-f]{0,4}){0,3}-?[0-9a-f]{0,12}$/i.test(text)) return null;
  const digits = text.replaceAll('-', '').toLowerCase();
  if (digits.length < ID_BEGINNING_MIN || digits.length > UUID_HEX_DIGITS) return null;
  return {
    from: uuidOf(digits.padEnd(UUID_HEX_DIGITS, '0')),
    to: uuidOf(digits.padEnd(UUID_HEX_DIGITS, 'f')),
  };
}

function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function namesOf(text: string): string[] {
  if (!/\p{L}/u.test(text) || text.length > NAME_LENGTH_MAX) return [];
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return [...new Set([text, capital])];
}

function fullNamesOf(text: string): SearchMeaning['fullNames'] {
  const [one = '', other = '', ...more] = text.split(/\s+/);
  if (more.length > 0) return [];
  const inOrder = (first: string, last: string) =>
    namesOf(first).flatMap((first) => namesOf(last).map((last) => ({ first, last })));
  return [...inOrder(one, other), ...inOrder(other, one)];
}

/** The place in a list ordered by time and id, newest first: what comes after it is the next page. */
export interface Cursor {
  /** As PostgreSQL writes it: to the microsecond. */
  at: string;
  id: string;
}

/** As the page is given it. */
export function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at}|${id}`).toString('base64url');
}

/** What the ids of a list look like: `uuid`, or `bigint` as far as 18 digits hold it. */
const IDS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  bigint: /^\d{1,18}$/,
};
/** The type of the ids of a list. */
export type CursorId = keyof typeof IDS;

/** Null for what was never given out by a list whose ids are of this type. */
export function readCursor(text: string, type: CursorId): Cursor | null {
  const [, at, id] =
    /^(\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d)?)\|(.*)$/.exec(
      Buffer.from(text, 'base64url').toString(),
    ) ?? [];
  return at && id && IDS[type].test(id) ? { at, id } : null;
}
