import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHtml } from '../../sandbox/telegram/html.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import {
  PARTS_MAX,
  TEXT_LENGTH_MAX,
  TelegramClient,
  TelegramError,
} from '../../src/modules/telegram/index.js';
import { splitHtml } from '../../src/modules/telegram/split-message.js';
import { Metrics } from '../../src/platform/index.js';

const TAGS = ['b', 'i', 'u', 's', 'code', 'pre', 'blockquote', 'a href="https://x.example/?a=1&amp;b=2"'];
const words = fc
  .array(
    fc.constantFrom(
      ...[
        'слово',
        'a',
        'many words of it',
        'безединогопробелавсамомделе',
        '&amp;',
        '&lt;',
        '&quot;',
        '&#128512;',
      ],
      ...['😀', '👨‍👩‍👧', '\u00a0', ' ', ' ', ' ', '\n', '\n\n', '&unknown;', '&'],
    ),
    { maxLength: 12 },
  )
  .map((all) => all.join(''));
const markup = fc.letrec<{ text: string; element: string }>((tie) => ({
  element: fc
    .tuple(fc.constantFrom(...TAGS), tie('text'))
    .map(([tag, inner]) => `<${tag}>${inner}</${tag.split(' ')[0]}>`),
  text: fc
    .array(fc.oneof({ depthSize: 'small' }, words, tie('element')), { maxLength: 5 })
    .map((all) => all.join('')),
})).text;

/** Every character that is not white space, with what Telegram shows it as. */
function shown(html: string): string[] {
  const { text, entities } = parseHtml(html);
  return [...text.matchAll(/\S/gu)].map(({ 0: character, index }) => {
    const around = entities.filter(({ offset, length }) => offset <= index && index < offset + length);
    return [character, ...around.map(({ type, url = '' }) => type + url).sort()].join(' ');
  });
}

describe('the parts of any text, as Telegram reads them', () => {
  it('are within the limit, whole, and together what the text was', () => {
    fc.assert(
      fc.property(markup, fc.integer({ min: 4, max: 60 }), (html, lengthMax) => {
        const parts = splitHtml(html, { lengthMax, partsMax: 1_000 });
        const { text } = parseHtml(html);
        if (text.length <= lengthMax) expect(parts).toEqual([html]);
        else if (text.trim() !== '') {
          for (const part of parts) {
            const read = parseHtml(part).text;
            expect(read.length).toBeLessThanOrEqual(lengthMax);
            expect(read).toBe(read.trim());
            expect(read).not.toBe('');
          }
        }
        expect(parts.flatMap(shown)).toEqual(shown(html));
      }),
      { numRuns: 200 },
    );
  });

  it('are no more than so many, the last one ended with …', () => {
    fc.assert(
      fc.property(markup, fc.integer({ min: 4, max: 20 }), (html, lengthMax) => {
        const parts = splitHtml(html, { lengthMax, partsMax: 3 });
        const all = splitHtml(html, { lengthMax, partsMax: 1_000 });
        expect(parts.length).toBe(Math.min(3, all.length));
        if (all.length > 3) {
          const texts = parts.map((part) => parseHtml(part).text);
          expect(texts.every(({ length }) => length <= lengthMax)).toBe(true);
          expect(texts.at(-1)).toMatch(/…$/);
          const withoutEnd = parts.flatMap(shown).slice(0, -1);
          expect(shown(html).slice(0, withoutEnd.length)).toEqual(withoutEnd);
        } else expect(parts).toEqual(all);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a message that is too long', () => {
  const telegram = new FakeTelegram();
  const keyboard = [[{ text: 'Menu', callback: '1:menu' }]];
  const paragraph = `<b>${'длинное слово '.repeat(40)}</b>&amp; <i>ещё</i>`;
  const text = Array.from({ length: 20 }, () => paragraph).join('\n\n');
  let client: TelegramClient;
  let annaId = 0;

  beforeAll(async () => {
    await telegram.start();
    client = new TelegramClient(
      {
        BOT_TOKEN: telegram.token,
        TELEGRAM_API_ROOT: telegram.url,
        TELEGRAM_TIMEOUT_MS: 5_000,
        TELEGRAM_SEND_VIDEO_TIMEOUT_MS: 5_000,
      },
      new Metrics(),
    );
    annaId = telegram.addPerson({ firstName: 'Анна' }).id;
    telegram.sendText(annaId, '/start');
  });

  afterAll(() => telegram.stop());

  const received = () => telegram.chat(annaId).filter(({ from }) => from === 'bot');

  it('is sent in parts, in their order, with the buttons under the last', async () => {
    const before = received().length;
    const { messageId } = await client.sendMessage(annaId, { text, keyboard });
    const parts = received().slice(before);
    expect(parts).toHaveLength(3);
    expect(parts.every((part) => part.text.length <= TEXT_LENGTH_MAX)).toBe(true);
    expect(parts.map((part) => part.text).join('\n\n')).toBe(parseHtml(text).text);
    expect(parts.map((part) => part.keyboard?.length ?? 0)).toEqual([0, 0, 1]);
    expect(messageId).toBe(parts.at(-1)?.messageId);
  });

  it('is no more than so many messages', async () => {
    const before = received().length;
    await client.sendMessage(annaId, { text: Array.from({ length: 4 }, () => text).join('\n\n') });
    const parts = received().slice(before);
    expect(parts).toHaveLength(PARTS_MAX);
    expect(parts.at(-1)?.text).toMatch(/…$/);
  });

  it('fails as the part that fails; what went before it is there', async () => {
    const before = received().length;
    telegram.failNext('sendMessage', { status: 429, retryAfterS: 3, skip: 1 });
    const sending = client.sendMessage(annaId, { text, keyboard });
    await expect(sending).rejects.toBeInstanceOf(TelegramError);
    await expect(sending).rejects.toMatchObject({ meaning: 'rate_limited', retryAfterMs: 3_000 });
    expect(received()).toHaveLength(before + 1);
  });

  it('goes plain where Telegram cannot read the markup', async () => {
    const before = received().length;
    await client.sendMessage(annaId, { text: `<nonsense>${text}` });
    const parts = received().slice(before);
    expect(parts.map((part) => part.text).join('\n\n')).toBe(parseHtml(text).text);
  });

  it('that changes another one is shortened, and keeps its buttons', async () => {
    const { messageId } = await client.sendMessage(annaId, { text: 'short' });
    expect(await client.editMessage(annaId, messageId, { text, keyboard })).toBe('edited');
    const edited = received().at(-1);
    expect(edited).toMatchObject({ messageId });
    expect(edited?.text).toMatch(/…$/);
    expect(edited?.keyboard).toHaveLength(1);
    expect(await client.editMessage(annaId, messageId, { text, keyboard })).toBe('unchanged');
  });
});
