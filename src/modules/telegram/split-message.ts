import { TEXT_LENGTH_MAX, type OutgoingMessage } from './outgoing-message.js';

/** How many messages one text becomes at most. */
export const PARTS_MAX = 5;

/** How a text is split: the length of a part counts UTF-16 units, as Telegram does after it has read the markup. */
export interface SplitLimits {
  lengthMax: number;
  partsMax: number;
}

/** A tag that is open; the same object for all that stands inside it. */
interface Tag {
  name: string;
  /** With its attributes. */
  raw: string;
}

/** What is never cut: one character, written as it is or as a reference such as `&amp;`. */
interface Piece {
  raw: string;
  units: number;
  /** The tags around it, outermost first. */
  tags: readonly Tag[];
}

const MESSAGE_LIMITS: SplitLimits = { lengthMax: TEXT_LENGTH_MAX, partsMax: PARTS_MAX };
const ELLIPSIS = '…';
/** A tag, a reference that Telegram knows, or any other character. */
const TOKENS =
  /<(?<end>\/?)(?<name>[A-Za-z][^\s<>]*)[^<>]*>|&(?:#x[\dA-Fa-f]{1,9}|#\d{1,10}|(?:lt|gt|amp|quot)(?![A-Za-z]));?|[\s\S]/gu;
const CODE_POINT_MAX = 0x10fffe;

/**
 * The messages that a text becomes which is too long for one: cut after a paragraph where possible, else after a line, a
 * word, or anywhere; what is open at a cut is closed there and opened again. The buttons are under the last one. A text
 * that is too long for five ends in `…`. A message that is short enough comes back as it is.
 */
export function splitMessage(message: OutgoingMessage): OutgoingMessage[] {
  const texts = splitHtml(message.text, MESSAGE_LIMITS);
  if (texts.length === 1 && texts[0] === message.text) return [message];
  return texts.map((text, index) => (index === texts.length - 1 ? { ...message, text } : { text }));
}

/** The message in one piece, its text ended with `…` where it is too long: for what changes a message that is there. */
export function shortenMessage(message: OutgoingMessage): OutgoingMessage {
  const [text = ''] = splitHtml(message.text, { ...MESSAGE_LIMITS, partsMax: 1 });
  return text === message.text ? message : { ...message, text };
}

/** The parts of a text in Telegram's HTML, each of them whole by itself; the text alone when it is short enough. */
export function splitHtml(html: string, { lengthMax, partsMax }: SplitLimits): string[] {
  // No markup is shorter than what it stands for.
  if (html.length <= lengthMax) return [html];
  const all = readPieces(html);
  const pieces = trimEnd(all);
  if (all.reduce((units, piece) => units + piece.units, 0) <= lengthMax || pieces.length === 0) return [html];
  const parts: string[] = [];
  for (let from = skipSpace(pieces, 0); from < pieces.length && parts.length < partsMax;) {
    let end = cutAt(pieces, from, lengthMax);
    const shortened = end < pieces.length && parts.length === partsMax - 1;
    if (shortened) end = cutAt(pieces, from, lengthMax - ELLIPSIS.length);
    const part = trimEnd(pieces.slice(from, end));
    const { tags = [] } = part.at(-1) ?? {};
    parts.push(render(shortened ? [...part, { raw: ELLIPSIS, units: ELLIPSIS.length, tags }] : part));
    from = skipSpace(pieces, end);
  }
  return parts;
}

/** The characters of a text, each with the tags around it. Ends of tags that are not open are left out. */
function readPieces(html: string): Piece[] {
  const pieces: Piece[] = [];
  let tags: readonly Tag[] = [];
  for (const { 0: raw, groups } of html.matchAll(TOKENS)) {
    const name = groups?.['name']?.toLowerCase();
    if (name === undefined) pieces.push(readPiece(raw, tags));
    else if (!groups?.['end']) tags = [...tags, { name, raw }];
    else if (tags.at(-1)?.name === name) tags = tags.slice(0, -1);
  }
  return pieces;
}

function readPiece(raw: string, tags: readonly Tag[]): Piece {
  if (raw === '<') return { raw: '&lt;', units: 1, tags };
  if (!raw.startsWith('&')) return { raw, units: raw.length, tags };
  const units = unitsOfReference(raw);
  // One that means nothing is shown as it is; it must not come to mean something when its neighbours change.
  return units === null ? { raw: raw.replace('&', '&amp;'), units: raw.length, tags } : { raw, units, tags };
}

/** How long what a reference stands for is; null for one that stands for nothing. */
function unitsOfReference(reference: string): number | null {
  const [, letters, hexadecimal, decimal] = /^&(?:([a-z]+)|#x(\w+)|#(\d+));?$/.exec(reference) ?? [];
  if (letters) return 1;
  const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : Number(decimal);
  return code > 0 && code <= CODE_POINT_MAX ? String.fromCodePoint(code).length : null;
}

/** Where the part from `from` on ends: as late as its length allows, but better after a paragraph than in the middle of one. */
function cutAt(pieces: readonly Piece[], from: number, lengthMax: number): number {
  let end = from;
  // A boundary in the first half would make too many parts.
  let half = from;
  for (let units = 0; end < pieces.length; end += 1) {
    units += (pieces[end] as Piece).units;
    if (units > lengthMax) break;
    if (units <= lengthMax / 2) half = end + 1;
  }
  if (end === pieces.length) return end;
  const boundary = [isParagraphEnd, isLineEnd, isWordEnd]
    .map((isEnd) => findLast({ from: Math.max(half, from + 1), to: end }, (at) => isEnd(pieces, at)))
    .find((at) => at !== null);
  return boundary ?? Math.max(end, from + 1);
}

function findLast({ from, to }: { from: number; to: number }, fits: (at: number) => boolean): number | null {
  for (let at = to; at >= from; at -= 1) if (fits(at)) return at;
  return null;
}

function isParagraphEnd(pieces: readonly Piece[], at: number): boolean {
  return isLineEnd(pieces, at) && isLineEnd(pieces, at + 1);
}

function isLineEnd(pieces: readonly Piece[], at: number): boolean {
  return pieces[at]?.raw === '\n';
}

/** No-break spaces hold together. */
function isWordEnd(pieces: readonly Piece[], at: number): boolean {
  return [' ', '\t', '\r', '\n'].includes(pieces[at]?.raw ?? '');
}

function skipSpace(pieces: readonly Piece[], from: number): number {
  let at = from;
  while (at < pieces.length && isSpace(pieces[at] as Piece)) at += 1;
  return at;
}

function trimEnd(pieces: Piece[]): Piece[] {
  return pieces.slice(0, pieces.findLastIndex((piece) => !isSpace(piece)) + 1);
}

function isSpace({ raw }: Piece): boolean {
  return /^\s$/.test(raw);
}

function render(pieces: readonly Piece[]): string {
  let html = '';
  let open: readonly Tag[] = [];
  const change = (tags: readonly Tag[]) => {
    const kept = tags.findIndex((tag, index) => tag !== open[index]);
    const shared = kept === -1 ? Math.min(tags.length, open.length) : kept;
    html += open
      .slice(shared)
      .map(({ name }) => `</${name}>`)
      .reverse()
      .join('');
    html += tags
      .slice(shared)
      .map(({ raw }) => raw)
      .join('');
    open = tags;
  };
  for (const { raw, tags } of pieces) {
    if (tags !== open) change(tags);
    html += raw;
  }
  change([]);
  return html;
}
