import { describe, expect, it } from 'vitest';
import { PARTS_MAX, shortenMessage, splitHtml, splitMessage } from './split-message.js';
import { TEXT_LENGTH_MAX } from './outgoing-message.js';

const KEYBOARD = [[{ text: 'Menu', callback: '1:menu' }]];
const split = (html: string, lengthMax: number) => splitHtml(html, { lengthMax, partsMax: PARTS_MAX });

describe('a text that is too long', () => {
  it.each<[what: string, html: string, lengthMax: number, parts: string[]]>([
    ['after a paragraph', 'one two\n\nthree\nfour five', 15, ['one two', 'three\nfour five']],
    ['after a line', 'one two\nthree four', 13, ['one two', 'three four']],
    ['after a word', 'one two three four', 10, ['one two', 'three four']],
    ['after the last word that fits exactly', 'one two three', 7, ['one two', 'three']],
    ['anywhere in a word without end', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['not at an early paragraph', 'a\n\nbbb ccc ddd', 12, ['a\n\nbbb ccc', 'ddd']],
    ['not at a no-break space', 'сто 30\u00a0₽ два', 9, ['сто 30\u00a0₽', 'два']],
    ['never in an emoji', '😀😀😀', 5, ['😀😀', '😀']],
    ['never in a reference', '&amp;&lt;&gt;&quot;&#38;', 2, ['&amp;&lt;', '&gt;&quot;', '&#38;']],
    [
      'counting a reference as what it stands for',
      '&#128512; &amp; &lt;b&gt;',
      6,
      ['&#128512; &amp;', '&lt;b&gt;'],
    ],
    [
      'with tags closed and opened again',
      '<b>one <i>two three</i> four</b>',
      8,
      ['<b>one <i>two</i></b>', '<b><i>three</i></b>', '<b>four</b>'],
    ],
    [
      'with the address of a link in both parts',
      '<a href="https://a.ru/?x=1&amp;y=2">one two</a>',
      5,
      ['<a href="https://a.ru/?x=1&amp;y=2">one</a>', '<a href="https://a.ru/?x=1&amp;y=2">two</a>'],
    ],
    [
      'without an empty tag at the cut',
      'one <b>two</b>\n\n<i>three</i>',
      9,
      ['one <b>two</b>', '<i>three</i>'],
    ],
    ['without white space at the cuts', '  one  \n\n  two  ', 5, ['one', 'two']],
    ['with stray markup made harmless', 'a < b & c </i>d', 4, ['a &lt;', 'b &amp;', 'c d']],
  ])('is cut %s', (_what, html, lengthMax, parts) => {
    expect(split(html, lengthMax)).toEqual(parts);
  });

  it('ends in … after so many parts, inside of what is open', () => {
    expect(splitHtml('<b>one two three four five</b>', { lengthMax: 6, partsMax: 2 })).toEqual([
      '<b>one</b>',
      '<b>two…</b>',
    ]);
  });

  it('has its buttons under the last part', () => {
    const parts = splitMessage({ text: `${'слово '.repeat(1_000)}`, keyboard: KEYBOARD });
    expect(parts.map(({ keyboard }) => keyboard)).toEqual([undefined, KEYBOARD]);
  });

  it('is one message with … where it must be one', () => {
    const short = shortenMessage({ text: `<b>${'слово '.repeat(1_000)}</b>`, keyboard: KEYBOARD });
    expect(short.keyboard).toBe(KEYBOARD);
    expect(short.text).toMatch(/^<b>слово .* слово…<\/b>$/);
    expect(short.text.length).toBeLessThanOrEqual(TEXT_LENGTH_MAX + '<b></b>'.length);
  });
});

describe('a text that is short enough', () => {
  it.each([
    ['a plain one', 'Привет'],
    ['one that is long by its markup only', '&amp;'.repeat(TEXT_LENGTH_MAX)],
    ['one whose emoji count twice', '😀'.repeat(TEXT_LENGTH_MAX / 2)],
    ['one with stray markup', '<b>a < b'],
    ['one of white space alone', ' '.repeat(TEXT_LENGTH_MAX + 1)],
    ['none', ''],
  ])('comes back as it is: %s', (_what, text) => {
    const message = { text, keyboard: KEYBOARD };
    expect(splitMessage(message)).toEqual([message]);
    expect(splitMessage(message)[0]).toBe(message);
    expect(shortenMessage(message)).toBe(message);
  });

  it('is one character shorter than one that is not', () => {
    expect(splitMessage({ text: 'a'.repeat(TEXT_LENGTH_MAX + 1) })).toHaveLength(2);
    expect(splitMessage({ text: '😀'.repeat(TEXT_LENGTH_MAX / 2 + 1) })).toHaveLength(2);
  });
});
