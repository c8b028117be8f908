import { badRequest } from './errors.js';
import type { Entity, FormattedText } from './model.js';
import { checkLink } from './urls.js';

const TAGS: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  'tg-emoji': 'custom_emoji',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

interface OpenTag {
  name: string;
  argument: string;
  offset: number;
}

/**
 * Reads Telegram's HTML (https://core.telegram.org/bots/api#html-style) with the real parser's rules and error texts
 * (td/telegram/MessageEntity.cpp, parse_html). Throws 400 `can't parse entities: …`; byte offsets count UTF-8.
 */
export function parseHtml(html: string): FormattedText {
  return new HtmlParser(html).parse();
}

class HtmlParser {
  private position = 0;
  private text = '';
  private readonly open: OpenTag[] = [];
  private readonly entities: Entity[] = [];

  constructor(private readonly html: string) {}

  parse(): FormattedText {
    while (this.position < this.html.length) {
      const character = this.html.charAt(this.position);
      if (character === '&') this.text += this.readCharacterReference();
      else if (character !== '<') this.text += this.html.charAt(this.position++);
      else if (this.html.charAt(this.position + 1) === '/') this.readEndTag();
      else this.readStartTag();
    }
    const left = this.open.at(-1);
    if (left) throw problem(`Can't find end tag corresponding to start tag "${left.name}"`);
    if (/\p{Surrogate}/u.test(this.text)) {
      throw problem(
        'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
      );
    }
    return { text: this.text, entities: sortEntities(this.entities) };
  }

  /** A reference that Telegram does not know stays as it is; the semicolon may be missing. */
  private readCharacterReference(): string {
    const match = /^&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));?/i.exec(
      this.html.slice(this.position, this.position + 12),
    );
    const decoded = match && decodeReference(match);
    this.position += decoded ? match[0].length : 1;
    return decoded ?? '&';
  }

  private readStartTag(): void {
    const begin = this.position;
    this.position += 1;
    const name = this.readWhile((character) => !isSpace(character) && character !== '>').toLowerCase();
    if (this.ended) throw problem(`Unclosed start tag at byte offset ${this.byteOffset(begin)}`);
    if (!Object.hasOwn(TAGS, name)) {
      throw problem(`Unsupported start tag "${name}" at byte offset ${this.byteOffset(begin)}`);
    }
    let argument = '';
    while (!this.ended) {
      this.readWhile(isSpace);
      if (this.html.charAt(this.position) === '>') break;
      argument = this.readAttribute(name, begin) ?? argument;
    }
    if (this.ended) throw problem(`Unclosed start tag at byte offset ${this.byteOffset(begin)}`);
    this.position += 1;
    if (name === 'span' && argument !== 'spoiler') {
      throw problem(`Tag "span" must have class "tg-spoiler" at byte offset ${this.byteOffset(begin)}`);
    }
    this.open.push({ name, argument, offset: this.text.length });
  }

  /** Reads one attribute and answers the tag's argument if this attribute holds it. */
  private readAttribute(tag: string, begin: number): string | undefined {
    const name = this.readWhile((character) => !isSpace(character) && !'=>/"\''.includes(character));
    const where = `"${tag}" at byte offset ${this.byteOffset(begin)}`;
    if (name === '') throw problem(`Empty attribute name in the tag ${where}`);
    this.readWhile(isSpace);
    if (this.html.charAt(this.position) !== '=') {
      if (this.ended) throw problem(`Unclosed start tag ${where}`);
      return tag === 'blockquote' && name === 'expandable' ? '1' : undefined;
    }
    this.position += 1;
    this.readWhile(isSpace);
    if (this.ended) throw problem(`Unclosed start tag ${where}`);
    return argumentOf(tag, name, this.readAttributeValue());
  }

  private readAttributeValue(): string {
    const quote = this.html.charAt(this.position);
    if (quote !== '"' && quote !== "'") {
      const begin = this.position;
      const token = this.readWhile((character) => /[a-z0-9.-]/i.test(character)).toLowerCase();
      const next = this.html.charAt(this.position);
      if (next !== '>' && !isSpace(next)) {
        throw problem(`Unexpected end of name token at byte offset ${this.byteOffset(begin)}`);
      }
      return token;
    }
    this.position += 1;
    let value = '';
    while (!this.ended && this.html.charAt(this.position) !== quote) {
      if (this.html.charAt(this.position) === '&') value += this.readCharacterReference();
      else value += this.html.charAt(this.position++);
    }
    this.position += 1;
    return value;
  }

  private readEndTag(): void {
    const begin = this.position;
    const where = this.byteOffset(begin);
    const tag = this.open.at(-1);
    if (!tag) throw problem(`Unexpected end tag at byte offset ${where}`);
    this.position += 2;
    const raw = this.readWhile((character) => !isSpace(character) && character !== '>');
    this.readWhile(isSpace);
    if (this.html.charAt(this.position) !== '>') throw problem(`Unclosed end tag at byte offset ${where}`);
    this.position += 1;
    const name = raw.toLowerCase();
    if (name !== '' && name !== tag.name) {
      throw problem(
        `Unmatched end tag at byte offset ${where}, expected "</${tag.name}>", found "</${name}>"`,
      );
    }
    this.open.pop();
    if (this.text.length > tag.offset) this.close(tag);
  }

  private close(tag: OpenTag): void {
    const type = TAGS[tag.name] ?? tag.name;
    const entity: Entity = { type, offset: tag.offset, length: this.text.length - tag.offset };
    const inner = this.entities.at(-1);
    const same = inner?.offset === entity.offset && inner.length === entity.length;
    if (type === 'pre' && same && inner.type === 'code' && inner.language) {
      inner.type = 'pre';
      return;
    }
    if (type === 'text_link') {
      const link = checkLink(tag.argument === '' ? this.text.slice(tag.offset) : tag.argument);
      if ('problem' in link) return;
      entity.url = link.url;
    }
    if (type === 'custom_emoji') {
      if (!/^[1-9]\d*$/.test(tag.argument)) throw problem('Invalid custom emoji identifier specified');
      entity.custom_emoji_id = tag.argument;
    }
    if (type === 'blockquote' && tag.argument === '1') entity.type = 'expandable_blockquote';
    if (type === 'code' && tag.argument !== '') entity.language = tag.argument;
    this.entities.push(entity);
  }

  private get ended(): boolean {
    return this.position >= this.html.length;
  }

  private readWhile(fits: (character: string) => boolean): string {
    const from = this.position;
    while (!this.ended && fits(this.html.charAt(this.position))) this.position += 1;
    return this.html.slice(from, this.position);
  }

  private byteOffset(position: number): number {
    return Buffer.byteLength(this.html.slice(0, position));
  }
}

function argumentOf(tag: string, attribute: string, value: string): string | undefined {
  if (tag === 'a' && attribute === 'href') return value;
  if (tag === 'tg-emoji' && attribute === 'emoji-id') return value;
  if (tag === 'code' && attribute === 'class' && value.startsWith('language-')) return value.slice(9);
  if (tag === 'span' && attribute === 'class' && value.startsWith('tg-')) return value.slice(3);
  if (tag === 'blockquote' && attribute === 'expandable') return '1';
  return undefined;
}

function decodeReference([, hexadecimal, decimal, name]: RegExpExecArray): string | undefined {
  if (name !== undefined) return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  return code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function sortEntities(entities: Entity[]): Entity[] {
  // A plain code block has no language; only `pre` shows it.
  for (const entity of entities) if (entity.type === 'code') delete entity.language;
  return entities.sort((one, other) => one.offset - other.offset || other.length - one.length);
}

function problem(text: string): Error {
  return badRequest(`can't parse entities: ${text}`);
}

function isSpace(character: string): boolean {
  return character !== '' && ' \t\r\n\0\v'.includes(character);
}
