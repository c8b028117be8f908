import { badRequest } from './errors.js';
import { parseHtml } from './html.js';
import { JsonFields, withPrefix } from './json-fields.js';
import type { Entity, FormattedText } from './model.js';

/** UTF-16 units in a message (https://core.telegram.org/bots/api#sendmessage). */
export const TEXT_LENGTH_MAX = 4096;
/** UTF-16 units in a caption (https://core.telegram.org/bots/api#sendvideo). */
export const CAPTION_LENGTH_MAX = 1024;
const RAW_BYTES_MAX = 32768;

/** What a bot says about a text: the raw text, how to read it, or its ready entities. */
export interface RawText {
  text: string;
  parseMode: string;
  entities: unknown;
}

/** The text of a message as the server keeps it. Throws 400 when it is empty, too long or badly marked up. */
export function readMessageText(raw: RawText): FormattedText {
  if (raw.text === '') throw badRequest('message text is empty');
  const body = readFormattedText(raw);
  if (body.text === '') throw badRequest('text must be non-empty');
  if (body.text.length > TEXT_LENGTH_MAX) throw badRequest('message is too long');
  return body;
}

/** The caption of a photo or video; may be empty. Throws 400 when it is too long or badly marked up. */
export function readCaption(raw: RawText): FormattedText {
  const body = readFormattedText(raw);
  if (body.text.length > CAPTION_LENGTH_MAX) throw badRequest('message caption is too long');
  return body;
}

/** What a person typed: cleaned, with commands and links found. */
export function readTypedText(text: string): FormattedText {
  return withFoundEntities(tidy({ text, entities: [] }));
}

function readFormattedText({ text, parseMode, entities }: RawText): FormattedText {
  // Half of an emoji, as a careless cut leaves it.
  if (/\p{Surrogate}/u.test(text)) throw badRequest('strings must be encoded in UTF-8');
  if (Buffer.byteLength(text) > RAW_BYTES_MAX) throw badRequest('text is too long');
  return withFoundEntities(tidy(parse({ text, parseMode, entities })));
}

function parse({ text, parseMode, entities }: RawText): FormattedText {
  const mode = parseMode.toLowerCase();
  if (text !== '' && mode !== '' && mode !== 'none') {
    // The Markdown modes exist in the real server; no message of ours uses them, so they are refused here.
    if (mode !== 'html') throw badRequest('unsupported parse_mode');
    return parseHtml(text);
  }
  return { text, entities: readEntities(entities) };
}

function readEntities(value: unknown): Entity[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) =>
    withPrefix("can't parse MessageEntity", () => {
      const fields = JsonFields.of(item, 'expected an Object');
      const entity: Entity = {
        type: fields.requiredText('type'),
        offset: fields.integer('offset'),
        length: fields.integer('length'),
      };
      if (fields.has('url')) entity.url = fields.text('url');
      if (fields.has('language')) entity.language = fields.text('language');
      return entity;
    }),
  );
}

/** Cleans control characters and trims, moving the entities along (td, fix_formatted_text). */
function tidy({ text, entities }: FormattedText): FormattedText {
  const kept = [...text].map((character) => clean(character));
  const offsets = cleanedOffsets(text);
  const cleaned = kept.join('');
  const end = cleaned.trimEnd().length;
  const firstEntity = Math.min(cleaned.length, ...entities.map((entity) => offsets[entity.offset] ?? 0));
  let start = 0;
  while (start < Math.min(end, firstEntity) && ' \n'.includes(cleaned.charAt(start))) start += 1;
  const moved = entities.flatMap((entity) => {
    const from = Math.max(offsets[entity.offset] ?? cleaned.length, start);
    const to = Math.min(offsets[entity.offset + entity.length] ?? cleaned.length, end);
    return to > from ? [{ ...entity, offset: from - start, length: to - from }] : [];
  });
  return { text: cleaned.slice(start, end), entities: moved };
}

/** For each UTF-16 offset of the text, the offset after cleaning. */
function cleanedOffsets(text: string): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit += 1) offsets.push(at);
    at += clean(character).length;
  }
  offsets.push(at);
  return offsets;
}

function clean(character: string): string {
  if (character === '\r' || (character >= '\u2028' && character <= '\u202e')) return '';
  return character < ' ' && character !== '\n' ? ' ' : character;
}

const PATTERNS: readonly (readonly [string, RegExp])[] = [
  ['email', /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu],
  ['url', /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)]/giu],
  ['url', /(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|ru|me|org|net|io|ai|su)(?![\w.])(?:\/[^\s<>"']*)?/giu],
  ['mention', /(?<![\w@/])@[A-Za-z]\w{3,31}(?!\w)/gu],
  ['bot_command', /(?<![\w/<>@])\/\w{1,64}(?:@\w{3,32})?(?![\w/<>])/gu],
  ['hashtag', /(?<![\p{L}\p{N}_])#[\p{L}_][\p{L}\p{N}_]*/gu],
];
const CLOSED_TYPES = new Set(['code', 'pre', 'text_link', 'url', 'email', 'mention']);

/** Adds the links, commands, mentions and hashtags that the server finds by itself. */
function withFoundEntities({ text, entities }: FormattedText): FormattedText {
  const all = [...entities];
  for (const [type, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const found = { type, offset: match.index, length: match[0].length };
      if (!all.some((entity) => CLOSED_TYPES.has(entity.type) && overlap(entity, found))) all.push(found);
    }
  }
  return { text, entities: all.sort((one, other) => one.offset - other.offset || other.length - one.length) };
}

function overlap(one: Entity, other: Entity): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}
