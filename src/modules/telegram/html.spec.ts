import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, htmlToPlain, shorten } from './html.js';

describe('HTML helpers', () => {
  it('escapes what Telegram would read as markup', () => {
    expect(escapeHtml('<b>5 & 7</b> "x"')).toBe('&lt;b&gt;5 &amp; 7&lt;/b&gt; &quot;x&quot;');
  });

  it('gives any text back when the formatting is taken off', () => {
    fc.assert(fc.property(fc.string(), (text) => htmlToPlain(`<b>${escapeHtml(text)}</b>`) === text));
  });

  it('takes off links with attributes', () => {
    expect(htmlToPlain('see <a href="https://x.example/?a=1&amp;b=2">here</a>')).toBe('see here');
  });

  it('cuts by characters, never through one', () => {
    expect(shorten('👍👍👍👍', 3)).toBe('👍👍…');
    expect(shorten('abc', 3)).toBe('abc');
    expect(shorten('ab   cdef', 6)).toBe('ab…');
  });
});
