/** What a text may be made of: the tags of Telegram's HTML that a chat shows (https://core.telegram.org/bots/api#html-style). */
export type RichTag = 'b' | 'i' | 'u' | 's' | 'code' | 'pre' | 'blockquote' | 'a' | 'spoiler';

/** A part of a text with a meaning. */
export interface RichElement {
  tag: RichTag;
  children: RichNode[];
  /** Of a link: an address of a harmless kind. */
  href?: string;
  /** Of a quote: only its beginning is shown at first. */
  isExpandable?: boolean;
}

/** A command of the bot in a text, with its slash. */
export interface RichCommand {
  command: string;
}

/** A piece of a text: plain words, words with a meaning, or a command. */
export type RichNode = string | RichElement | RichCommand;

const TAGS: Readonly<Record<string, RichTag>> = {
  b: 'b',
  strong: 'b',
  i: 'i',
  em: 'i',
  u: 'u',
  ins: 'u',
  s: 's',
  strike: 's',
  del: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  a: 'a',
  'tg-spoiler': 'spoiler',
};
const REFERENCES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const TOKEN = /<(\/?)([a-z][a-z0-9-]*)([^<>]*)>/gi;
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi;
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
/** Nothing that would run in the page, such as `javascript:`. */
export const HARMLESS_ADDRESS = /^(?:https?:\/\/|tg:\/\/|mailto:|tel:)/i;
const COMMAND = /(^|[\s(«"])(\/[a-z][a-z0-9_]{0,31})(?![\w/@])/gi;
const CODE_POINT_MAX = 0x10ffff;

interface Open {
  /** Null for a tag that is left out, whose inside stays. */
  element: RichElement | null;
  name: string;
  children: RichNode[];
}

/** Reads Telegram's HTML into a tree. A tag that is not on the list is left out and its inside kept, so nothing else can get into the page. */
export function readHtml(html: string): RichNode[] {
  const root: Open = { element: null, name: '', children: [] };
  const open: Open[] = [root];
  let at = 0;
  for (const token of html.matchAll(TOKEN)) {
    addText(open, html.slice(at, token.index));
    at = token.index + token[0].length;
    const name = (token[2] ?? '').toLowerCase();
    if (token[1]) close(open, name);
    else begin(open, name, token[3] ?? '');
  }
  addText(open, html.slice(at));
  return root.children;
}

function begin(open: Open[], name: string, attributes: string): void {
  const parent = open.at(-1);
  if (!parent) return;
  const element = elementOf(name, attributes);
  if (element) parent.children.push(element);
  open.push({ element, name, children: element?.children ?? parent.children });
}

function elementOf(name: string, attributes: string): RichElement | null {
  const tag = Object.hasOwn(TAGS, name) ? TAGS[name] : undefined;
  if (!tag) return null;
  if (tag === 'blockquote')
    return { tag, children: [], ...(/\sexpandable\b/i.test(attributes) && { isExpandable: true }) };
  if (tag !== 'a') return { tag, children: [] };
  const found = HREF.exec(attributes);
  const href = decode(found?.[1] ?? found?.[2] ?? '').trim();
  return HARMLESS_ADDRESS.test(href) ? { tag, children: [], href } : null;
}

/** Closes the innermost tag of that name and everything inside of it; a tag that is not open changes nothing. */
function close(open: Open[], name: string): void {
  const index = open.findLastIndex((one) => one.name === name);
  if (index > 0) open.length = index;
}

function addText(open: Open[], raw: string): void {
  const parent = open.at(-1);
  if (!parent) return;
  // A quote ends its line by itself; the line end after it would show as an empty line.
  const text = endsWithBlock(parent) ? decode(raw).replace(/^\n/, '') : decode(raw);
  if (text === '') return;
  const isLiteral = open.some(({ element }) => element && ['a', 'code', 'pre'].includes(element.tag));
  parent.children.push(...(isLiteral ? [text] : splitCommands(text)));
}

function endsWithBlock({ children }: Open): boolean {
  const last = children.at(-1);
  return typeof last === 'object' && 'tag' in last && (last.tag === 'blockquote' || last.tag === 'pre');
}

function decode(text: string): string {
  return text.replace(
    REFERENCE,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return Object.hasOwn(REFERENCES, name) ? (REFERENCES[name] ?? whole) : whole;
      const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return codePoint <= CODE_POINT_MAX ? String.fromCodePoint(codePoint) : whole;
    },
  );
}

/** A text with its commands set apart, as Telegram makes them tappable. */
function splitCommands(text: string): RichNode[] {
  const nodes: RichNode[] = [];
  let at = 0;
  for (const found of text.matchAll(COMMAND)) {
    const command = found[2] ?? '';
    const from = found.index + (found[1] ?? '').length;
    if (from > at) nodes.push(text.slice(at, from));
    nodes.push({ command });
    at = from + command.length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}
