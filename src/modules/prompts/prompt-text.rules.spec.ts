import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cutAtSentence } from './prompt-text.rules.js';

describe('cutting at a sentence', () => {
  it.each([
    ['One two.', 20, 'One two.'],
    ['First one. Second two. Third three.', 24, 'First one. Second two.'],
    ['First one! Second? Third', 18, 'First one! Second?'],
    ['Он сказал: «Беру!» Потом ушёл домой', 24, 'Он сказал: «Беру!»'],
    ['It holds 3.5 litres of water', 11, 'It holds'],
    ['line one\nline two', 12, 'line one'],
    ['Yes. A long sentence that goes on and on', 30, 'Yes. A long sentence that goes'],
    ['abcdefghijklmnop', 5, 'abcde'],
    ['ab 😀😀😀😀', 4, 'ab'],
    ['😀😀😀', 3, '😀'],
    ['', 0, ''],
  ])('%j within %d is %j', (text, lengthMax, expected) => {
    expect(cutAtSentence(text, lengthMax)).toBe(expected);
  });

  it('never exceeds the length, keeps the beginning, and breaks no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(200), (text, lengthMax) => {
        const cut = cutAtSentence(text, lengthMax);
        expect(cut.length).toBeLessThanOrEqual(lengthMax);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

it('cleans what no prompt may hold and leaves the rest', () => {
  expect(cleanText('  a\0b\u0007c\r\nd\te \ud800 ё😀 ')).toBe('abc\nd\te  ё😀');
});
