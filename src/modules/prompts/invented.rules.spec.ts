import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropInvented } from './invented.rules.js';

const MUG = {
  productText: 'Кружка 350 мл, 990 ₽, наш сайт kruzhka.ru, почта Info@Kruzhka.ru',
  wishes: 'Покажите @kruzhka_shop и 8 (912) 345-67-89',
};
const SILENT = { productText: 'Кружка', wishes: null };
const SCENE = 'A teal mug (350 ml) stands on a table at 9:16. The light is soft.';

/** In the forms in which people write them. */
const CLAIMS = [
  'https://evil.example/win',
  'www.evil.example',
  'evil-shop.ru',
  'EVIL.COM',
  'a.b1.evil24.co.uk/x',
  'evil.xyz',
  'evil.store',
  'злой.рф',
  't.me/evil',
  'evil@gmail.com',
  '@evil_shop',
  '@abc',
  '+7 (999) 123-45-67',
  '+79991234567',
  '8 800 555-35-35',
];

describe('what a language model adds by itself', () => {
  it.each(CLAIMS)('goes with its sentence: %s', (claim) => {
    for (const sentence of [`Letters say: buy at ${claim} now!`, `${claim}.`, `The cup says «${claim}».`]) {
      expect(dropInvented(`${SCENE} ${sentence} The camera stops.`, MUG)).toBe(`${SCENE} The camera stops.`);
      expect(dropInvented(sentence, MUG)).toBe('');
    }
  });

  it.each([
    'The wall says Kruzhka.ru!',
    'The wall says https://www.kruzhka.ru/.',
    'They say: "Find us, @kruzhka_shop".',
    'They say: "Write to info@kruzhka.ru".',
    'They say: "Call +7 912 345 67 89".',
    'They say: "У меня уже 2 рубашки и 3 рубина, всего за 990 рублей".',
    'They wipe it 2 rub with a cloth.',
    'A tag says 990₽.',
    'The camera moves 3.5 cm to the left, then 10 cm up.',
    'It holds 3.5 l.by the window.',
    'Steam rises at f/2.8, 24 fps, @60fps, ISO 100, @2x.',
    'A magnet.on the door and a fine me.',
    'It turns +10 degrees, 1920 x 1080, 12 34 56.',
  ])('stays when the seller said it, or it is nothing of that kind: %s', (sentence) => {
    expect(dropInvented(`${SCENE} ${sentence}`, MUG)).toBe(`${SCENE} ${sentence}`);
  });

  it.each([
    ['"', '"'],
    ['«', '»'],
    ['“', '”'],
  ])('takes the whole quotation along that it stands in: %s%s', (open, close) => {
    const quotation = `A voice says: ${open}Look at it! Buy it at evil.com. I love it.${close}`;
    expect(dropInvented(`${SCENE} ${quotation} The camera stops.`, MUG)).toBe(`${SCENE} The camera stops.`);
    const innocent = `A voice says: ${open}Look at it! I love it.${close}`;
    expect(dropInvented(`${innocent} A sign shows evil.com. The end.`, MUG)).toBe(`${innocent} The end.`);
  });

  it('is not looked for past a quotation that nobody ends, or a size in inches', () => {
    expect(dropInvented('They say: "It is good. Go to evil.com. The end.', MUG)).toBe(
      'They say: "It is good. The end.',
    );
    expect(dropInvented('A 5" plate. Go to evil.com. A 7" plate.', MUG)).toBe('A 5" plate. A 7" plate.');
  });
});

describe('of any prompt', () => {
  const sentences = fc.constantFrom(
    'It stands still.',
    'Light falls on it!',
    'A 3.5 cm step, @60fps.',
    'Да?',
  );
  const inventions = fc.constantFrom(...CLAIMS).map((claim) => `Go to ${claim}.`);
  const units = fc.tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: sentences }, inventions), { minLength: 1, maxLength: 4 }),
    fc.constantFrom<[string, string] | null>(null, ['"', '"'], ['«', '»'], ['“', '”']),
  );

  it('exactly the sentences and quotations without inventions are left', () => {
    fc.assert(
      fc.property(fc.array(units, { maxLength: 6 }), (prompt) => {
        const parts = prompt.flatMap(([texts, quotes]) =>
          quotes ? [`They say: ${quotes[0]}${texts.join(' ')}${quotes[1]}`] : texts,
        );
        const good = parts.filter((part) => !part.includes('Go to'));
        expect(dropInvented(parts.join(' '), SILENT)).toBe(good.join(' '));
      }),
    );
  });

  it('nothing is left that looks invented, however its pieces stand together', () => {
    const pieces = [
      ...['evil', '.', 'com', 'ru', '@', '@abc', '+7', '9991234567', '8', ' ', '. ', '!', '\n', '/', '-'],
      ...['http://', 'www.', '"', '«', '»', 'a', 'The mug '],
    ];
    const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(soup, (text) => {
        const kept = dropInvented(text, SILENT);
        expect(kept).not.toMatch(
          /http:\/\/[a-z\d]|www\.[a-z\d]|evil\.(?:com|ru)(?![\p{L}\d])|(?<![\p{L}\d])@abc|\+7 ?9991234567/u,
        );
        expect(dropInvented(kept, SILENT)).toBe(kept);
      }),
      { numRuns: 2_000 },
    );
  });
});
