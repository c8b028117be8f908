import type { Entity, FormattedText } from './model.js';

const TAGS: Readonly<Record<string, readonly [open: string, close: string]>> = {
  bold: ['<b>', '</b>'],
  italic: ['<i>', '</i>'],
  underline: ['<u>', '</u>'],
  strikethrough: ['<s>', '</s>'],
  spoiler: ['<tg-spoiler>', '</tg-spoiler>'],
  code: ['<code>', '</code>'],
  blockquote: ['<blockquote>', '</blockquote>'],
  expandable_blockquote: ['<blockquote expandable>', '</blockquote>'],
};

/** The text as Telegram's HTML, everything else escaped: safe to put into a page that knows the `tg-spoiler` tag. */
export function renderHtml({ text, entities }: FormattedText): string {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return renderRange({ text, entities: sorted, from: 0, to: text.length });
}

function renderRange({ text, entities, from, to }: FormattedText & { from: number; to: number }): string {
  let html = '';
  let at = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (!entity || entity.offset < at || entity.offset + entity.length > to) continue;
    const end = entity.offset + entity.length;
    html += escapeHtml(text.slice(at, entity.offset));
    const [open, close] = tagsOf(entity, text);
    const inner = entities.slice(index + 1);
    html += open + renderRange({ text, entities: inner, from: entity.offset, to: end }) + close;
    at = end;
  }
  return html + escapeHtml(text.slice(at, to));
}

function tagsOf(entity: Entity, text: string): readonly [string, string] {
  const inner = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case 'text_link':
      return [`<a href="${escapeHtml(entity.url ?? '')}">`, '</a>'];
    case 'url':
      return [`<a href="${escapeHtml(/^https?:/i.test(inner) ? inner : `http://${inner}`)}">`, '</a>'];
    case 'pre':
      if (!entity.language) return ['<pre>', '</pre>'];
      return [`<pre><code class="language-${escapeHtml(entity.language)}">`, '</code></pre>'];
    default:
      return TAGS[entity.type] ?? ['', ''];
  }
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
