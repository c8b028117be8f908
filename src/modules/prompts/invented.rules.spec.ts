import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropInvented } from './invented.rules.js';

const MUG = { productText: 'Кружка 350 мл, 990 ₽, наш сайт kruzhka.ru', wishes: 'Покажите @kruzhka_shop' };
const SCENE = 'A teal mug (350 ml) stands on a table at 9:16. The light is soft.';

describe('what a language model adds by itself', () => {
  it.each([
    'Letters say: buy at https://evil.example/win now!',
    'A sign shows www.evil.example in red.',
    'The cup says «Заходи на evil-shop.ru» in gold.',
    'A voice says: "Write to @evil_shop today".',
    'A price tag of 99 ₽ hangs on it.',
    'It costs only $5 today.',
    'Only 1 500 рублей, says the voice.',
    'A banner promises 20 euros back.',
  ])('goes with its sentence: %s', (sentence) => {
    expect(dropInvented(`${SCENE} ${sentence} The camera stops.`, MUG)).toBe(`${SCENE} The camera stops.`);
    expect(dropInvented(sentence, MUG)).toBe('');
  });

  it.each([
    'A tag says 990₽.',
    'The wall says Kruzhka.ru!',
    'They say: "Find us, @kruzhka_shop".',
    'The camera moves 3.5 cm to the left, then 10 cm up.',
    'Steam rises at f/2.8, 24 fps, ISO 100.',
    'A magnet.on the door and a fine me.',
  ])('stays when the seller said it, or it is nothing of that kind: %s', (sentence) => {
    expect(dropInvented(`${SCENE} ${sentence}`, MUG)).toBe(`${SCENE} ${sentence}`);
  });

  it('is looked for in any text without adding to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const kept = dropInvented(text, { productText: '', wishes: null });
        expect(kept.length).toBeLessThanOrEqual(text.length);
        expect(dropInvented(kept, { productText: '', wishes: null })).toBe(kept);
      }),
    );
  });

  it('takes no time to speak of, however long a text is', () => {
    const startedAt = performance.now();
    for (const part of ['a.', 'a. ', '9 ', '@a ', 'http://', '1,', '-a'])
      dropInvented(part.repeat(15_000), MUG);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
