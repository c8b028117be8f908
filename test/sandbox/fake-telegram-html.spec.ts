import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Entity, FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, resultOf, startedPerson } from './fake-telegram-api.js';

type Row = [html: string, text: string, entities: Entity[]];

describe("Telegram's HTML in the fake", () => {
  const telegram = new FakeTelegram();
  let anna = 0;

  beforeAll(async () => {
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterAll(() => telegram.stop());

  it.each<Row>([
    ['<b>жир</b>', 'жир', [{ type: 'bold', offset: 0, length: 3 }]],
    ['<STRONG>a</STRONG>', 'a', [{ type: 'bold', offset: 0, length: 1 }]],
    ['😀<i>a</i>', '😀a', [{ type: 'italic', offset: 2, length: 1 }]],
    ['a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27;', 'a <b> & "c" \'d\'', []],
    ['a & b &unknown; c', 'a & b &unknown; c', []],
    [
      '<b><i>a</i> b</b>',
      'a b',
      [
        { type: 'bold', offset: 0, length: 3 },
        { type: 'italic', offset: 0, length: 1 },
      ],
    ],
    [
      '<a href="https://a.ru/?a=1&amp;b=2">тут</a>',
      'тут',
      [{ type: 'text_link', offset: 0, length: 3, url: 'https://a.ru/?a=1&b=2' }],
    ],
    ['<a href="nonsense">тут</a>', 'тут', []],
    ['<span class="tg-spoiler">a</span>', 'a', [{ type: 'spoiler', offset: 0, length: 1 }]],
    [
      '<pre><code class="language-js">a</code></pre>',
      'a',
      [{ type: 'pre', offset: 0, length: 1, language: 'js' }],
    ],
    ['<blockquote expandable>a</blockquote>', 'a', [{ type: 'expandable_blockquote', offset: 0, length: 1 }]],
    ['  <b>a</b>\n\n', 'a', [{ type: 'bold', offset: 0, length: 1 }]],
    ['a\r\nb\tc', 'a\nb c', []],
    [
      'см. https://a.ru/b, @annabot и /menu #тег',
      'см. https://a.ru/b, @annabot и /menu #тег',
      [
        { type: 'url', offset: 4, length: 14 },
        { type: 'mention', offset: 20, length: 8 },
        { type: 'bot_command', offset: 31, length: 5 },
        { type: 'hashtag', offset: 37, length: 4 },
      ],
    ],
  ])('%s', async (html, text, entities) => {
    const message = await resultOf<{ text: string; entities?: Entity[] }>(telegram, 'sendMessage', {
      chat_id: anna,
      text: html,
      parse_mode: 'HTML',
    });
    expect(message.text).toBe(text);
    expect(message.entities ?? []).toEqual(entities);
  });

  it.each([
    ['<b>a', 'Can\'t find end tag corresponding to start tag "b"'],
    ['a < b', 'Unsupported start tag "" at byte offset 2'],
    ['я<br>', 'Unsupported start tag "br" at byte offset 2'],
    ['I <3 you', 'Unsupported start tag "3" at byte offset 2'],
    ['<b>a</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ['a</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>a</b', 'Unclosed end tag at byte offset 4'],
    ['<b', 'Unclosed start tag at byte offset 0'],
    ['<a ', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<a href=x/>', 'Unexpected end of name token at byte offset 8'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<span>a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<tg-emoji>a</tg-emoji>', 'Invalid custom emoji identifier specified'],
    [
      '&#xd83d;',
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    ],
  ])('refuses %s', async (html, problem) => {
    const answer = await callApi(telegram, 'sendMessage', { chat_id: anna, parse_mode: 'HTML', text: html });
    expect(answer).toMatchObject({
      status: 400,
      description: `Bad Request: can't parse entities: ${problem}`,
    });
  });

  it.each([
    ['<b>a &lt; b</b>', '<b>a &lt; b</b>'],
    ['<b><i>a</i> b</b> c', '<b><i>a</i> b</b> c'],
    ['<a href="https://a.ru/?q=%22&amp;b">тут</a>', '<a href="https://a.ru/?q=%22&amp;b">тут</a>'],
    ['<span class="tg-spoiler">a</span>', '<tg-spoiler>a</tg-spoiler>'],
    ['<pre><code class="language-js">a</code></pre>', '<pre><code class="language-js">a</code></pre>'],
    ['https://a.ru', '<a href="https://a.ru">https://a.ru</a>'],
  ])('shows %s as it was meant', async (html, shown) => {
    await resultOf(telegram, 'sendMessage', { chat_id: anna, text: html, parse_mode: 'HTML' });
    expect(telegram.chat(anna).at(-1)?.html).toBe(shown);
  });

  it('counts the limit after parsing', async () => {
    const text = `<b>${'&amp;'.repeat(4096)}</b>`;
    const answer = await callApi(telegram, 'sendMessage', { chat_id: anna, text, parse_mode: 'HTML' });
    expect(answer.status).toBe(200);
  });

  it('takes ready entities instead of markup', async () => {
    const entities = [{ type: 'bold', offset: 0, length: 1 }];
    const message = await resultOf<{ entities: Entity[] }>(telegram, 'sendMessage', {
      chat_id: anna,
      text: 'a<b',
      entities,
    });
    expect(message.entities).toEqual(entities);
  });
});
