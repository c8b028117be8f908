import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ChatMessage,
  FakeTelegram,
  PeopleError,
  type TelegramEvent,
} from '../../sandbox/telegram/index.js';
import { oneButton, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

type Update = Record<
  'message' | 'callback_query' | 'my_chat_member' | 'edited_message',
  Record<string, unknown>
>;

const telegram = new FakeTelegram();
let anna = 0;

beforeAll(() => telegram.start());
afterAll(() => telegram.stop());
beforeEach(() => {
  anna = startedPerson(telegram);
});

async function newest(): Promise<Update> {
  const [update] = await resultOf<Update[]>(telegram, 'getUpdates', { offset: -1 });
  if (!update) throw new Error('There is no update');
  return update;
}

async function control(verb: string, body: unknown = {}): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${telegram.url}/_control/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('what people do in the fake Telegram', () => {
  it('gives ids above 32 bits and makes a command a command', async () => {
    expect(anna).toBeGreaterThan(2 ** 32);
    telegram.sendText(anna, '/start ref_5001');
    const { message } = await newest();
    expect(message).toMatchObject({
      text: '/start ref_5001',
      entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      from: { id: anna, is_bot: false, first_name: 'Анна', username: 'anna', language_code: 'ru' },
      chat: { id: anna, type: 'private' },
    });
  });

  it('splits a text that is too long, at a space and never inside an emoji', () => {
    const words = telegram.sendText(anna, 'слово '.repeat(1000));
    expect(words.messageIds).toHaveLength(2);
    const emoji = telegram.sendText(anna, `a${'😀'.repeat(3000)}`);
    const texts = telegram.chat(anna).filter(({ messageId }) => emoji.messageIds.includes(messageId));
    expect(texts.map(({ text }) => text.length)).toEqual([4095, 1906]);
  });

  it('sends an album, a file as it is, and no broken photo', async () => {
    const png = await sharp({ create: { width: 50, height: 40, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    await telegram.sendPhoto(anna, png, { mediaGroupId: '77', caption: 'один' });
    expect((await newest()).message).toMatchObject({
      media_group_id: '77',
      caption: 'один',
      photo: [{ width: 50, height: 40 }],
    });
    await telegram.sendPhoto(anna, png.toString('base64'), { asFile: true });
    expect((await newest()).message).toMatchObject({
      document: { mime_type: 'image/png', file_name: 'file.png', file_size: png.length },
    });
    await expect(telegram.sendPhoto(anna, Buffer.from('text'))).rejects.toThrow(PeopleError);
  });

  it('turns a photo upright, as apps do', async () => {
    const sideways = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#fff' } })
      .jpeg()
      .withExif({ IFD0: { Orientation: '6' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    await telegram.sendPhoto(anna, sideways);
    expect((await newest()).message).toMatchObject({ photo: [{ width: 30, height: 60 }] });
  });

  it.each([
    'sticker',
    'voice',
    'video',
    'video_note',
    'audio',
    'animation',
    'location',
    'contact',
    'dice',
    'poll',
  ] as const)('sends a %s', async (kind) => {
    await telegram.sendOther(anna, kind);
    expect((await newest()).message).toHaveProperty(kind);
    expect(telegram.chat(anna).at(-1)?.kind).toBe(kind);
  });

  it('changes a text, a name and a language', async () => {
    const { messageId } = telegram.sendText(anna, 'a');
    telegram.changePerson(anna, { firstName: 'Anna', languageCode: 'en' });
    telegram.editText(anna, messageId, 'b');
    expect((await newest()).edited_message).toMatchObject({
      text: 'b',
      from: { first_name: 'Anna', language_code: 'en' },
    });
  });

  it('taps by text, by a part of it, and by data', async () => {
    const keyboard = [
      [
        { text: '🎬 Видео', callback_data: 'v' },
        { text: 'Сайт', url: 'https://a.ru' },
      ],
    ];
    const messageId = await sendText(telegram, anna, { reply_markup: { inline_keyboard: keyboard } });
    for (const button of ['🎬 Видео', 'Видео', 'v']) {
      const { id } = telegram.tap(anna, messageId, button);
      expect((await newest()).callback_query).toMatchObject({
        id,
        data: 'v',
        from: { id: anna },
        message: {
          message_id: messageId,
          text: 'Меню',
          reply_markup: { inline_keyboard: [[{ text: '🎬 Видео' }, { url: 'https://a.ru/' }]] },
        },
      });
    }
    expect(() => telegram.tap(anna, messageId, 'Сайт')).toThrow('has no callback button "Сайт"');
    expect(() => telegram.tap(anna, 999_999, 'v')).toThrow('sees no message');
  });

  it('sends data of a button that is gone, with a message out of reach when it was deleted', async () => {
    const messageId = await sendText(telegram, anna);
    telegram.tapData(anna, messageId, 'old:1');
    expect((await newest()).callback_query).toMatchObject({ data: 'old:1', message: { text: 'Меню' } });
    await resultOf(telegram, 'deleteMessage', { chat_id: anna, message_id: messageId });
    telegram.tapData(anna, messageId, 'old:2');
    expect((await newest()).callback_query['message']).toEqual({
      chat: { id: anna, first_name: 'Анна', username: 'anna', type: 'private' },
      message_id: messageId,
      date: 0,
    });
  });

  it('sees the answer to a tap', async () => {
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    const tap = telegram.tap(anna, messageId, 'a');
    const answered = tap.answer();
    await resultOf(telegram, 'answerCallbackQuery', {
      callback_query_id: tap.id,
      text: 'Готово',
      show_alert: true,
    });
    expect(await answered).toMatchObject({
      text: 'Готово',
      showAlert: true,
      data: 'a',
      messageId,
      personId: anna,
    });
    expect(telegram.callbackAnswers(anna)).toHaveLength(1);
    const ignored = telegram.tap(anna, messageId, 'a');
    await expect(ignored.answer(20)).rejects.toThrow('was not answered within 20 ms');
  });

  it('blocks and comes back', async () => {
    telegram.block(anna);
    expect((await newest()).my_chat_member).toMatchObject({
      chat: { id: anna },
      old_chat_member: { status: 'member', user: { is_bot: true, id: 7_000_000_001 } },
      new_chat_member: { status: 'kicked', until_date: 0 },
    });
    expect(() => telegram.sendText(anna, 'a')).toThrow('unblock first');
    telegram.unblock(anna);
    expect((await newest()).my_chat_member).toMatchObject({ new_chat_member: { status: 'member' } });
    expect(await sendText(telegram, anna)).toBeGreaterThan(0);
  });

  it('waits for a message that is there, comes, or is edited into shape', async () => {
    const has = (text: string) => (message: ChatMessage) => message.text.includes(text);
    const first = await sendText(telegram, anna, { text: 'раз' });
    expect((await telegram.waitForMessage(anna, has('раз'))).messageId).toBe(first);
    const coming = telegram.waitForMessage(anna, has('раз'), 1000, { afterMessageId: first });
    const second = await sendText(telegram, anna, { text: 'ещё раз' });
    expect((await coming).messageId).toBe(second);
    const edited = telegram.waitForMessage(anna, has('готово'));
    await resultOf(telegram, 'editMessageText', { chat_id: anna, message_id: first, text: 'готово' });
    expect((await edited).messageId).toBe(first);
    await expect(telegram.waitForMessage(anna, has('нет'), 20)).rejects.toThrow(
      /within 20 ms; the chat ends: .*ещё раз/,
    );
  });

  it('tells what the apps would show', async () => {
    const events: TelegramEvent[] = [];
    const stop = telegram.onEvent((event) => events.push(event));
    telegram.sendText(anna, 'a');
    const messageId = await sendText(telegram, anna);
    await resultOf(telegram, 'editMessageText', { chat_id: anna, message_id: messageId, text: 'b' });
    await resultOf(telegram, 'deleteMessage', { chat_id: anna, message_id: messageId });
    telegram.block(anna);
    stop();
    expect(events.map(({ type }) => type)).toEqual([
      'message_new',
      'message_new',
      'message_edited',
      'message_deleted',
      'person_changed',
    ]);
  });
});

describe('the same over HTTP', () => {
  it('plays a whole conversation', async () => {
    const { body: person } = await control('addPerson', { firstName: 'Борис', languageCode: 'en' });
    const { id: personId } = person as { id: number };
    await control('sendText', { personId, text: '/start' });
    const messageId = await sendText(telegram, personId, {
      reply_markup: oneButton({ text: 'Go', callback_data: 'go' }),
    });
    const found = await control('waitForMessage', { personId, text: 'Меню', button: 'Go', timeoutMs: 1000 });
    expect(found.body).toMatchObject({ messageId, from: 'bot', kind: 'text' });
    const { body: tap } = await control('tap', { personId, messageId, button: 'Go' });
    const { id } = tap as { id: string };
    await resultOf(telegram, 'answerCallbackQuery', { callback_query_id: id, text: 'ok' });
    expect((await control('waitForCallbackAnswer', { id })).body).toMatchObject({ text: 'ok' });
    const png = await sharp({ create: { width: 50, height: 40, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect((await control('sendPhoto', { personId, bytes: png.toString('base64') })).status).toBe(200);
    expect((await control('sendOther', { personId, kind: 'sticker' })).status).toBe(200);
    const { body: chat } = await control('chat', { personId });
    expect((chat as ChatMessage[]).map(({ kind }) => kind)).toEqual(['text', 'text', 'photo', 'sticker']);
    const { fileUniqueId, bytes } = (chat as ChatMessage[])[2]?.media ?? {};
    const file = await fetch(`${telegram.url}/_control/file/${fileUniqueId}`, {
      headers: { range: 'bytes=0-9' },
    });
    expect([file.status, file.headers.get('content-type'), file.headers.get('content-range')]).toEqual([
      206,
      'image/jpeg',
      `bytes 0-9/${bytes}`,
    ]);
    expect((await control('block', { personId })).status).toBe(200);
    expect((await control('people')).body).toContainEqual(
      expect.objectContaining({ id: personId, blocked: true }),
    );
  });

  it('scripts faults and deliveries', async () => {
    await control('failNext', { method: 'sendMessage', status: 429, retryAfterS: 3 });
    await expect(sendText(telegram, anna)).rejects.toThrow('retry after 3');
    for (const [verb, body] of [
      ['failNext', { method: '*', status: 500 }],
      ['clearFaults', {}],
      ['holdUpdates', {}],
      ['sendText', { personId: anna, text: 'held' }],
      ['releaseUpdates', { order: 'reverse' }],
      ['duplicateNext', {}],
      ['duplicateNext', { count: 1 }],
      ['copyEachUpdate', { copies: 1 }],
      ['setRateLimits', { perChatPerS: 1 }],
      ['setRateLimits', {}],
      ['listening', {}],
      ['pendingUpdates', {}],
      ['commands', { languageCode: 'ru' }],
      ['commandsFor', { personId: anna }],
      ['calls', { method: 'sendMessage' }],
      ['callbackAnswers', { personId: anna }],
      ['sentVideos', { personId: anna }],
    ] as const) {
      expect({ verb, ...(await control(verb, body)) }).toMatchObject({ verb, status: 200 });
    }
    telegram.sendText(anna, 'uses the copy');
  });

  it.each<[verb: string, body: unknown, status: number, error: RegExp]>([
    ['dance', {}, 404, /There is no verb dance/],
    ['toString', {}, 404, /There is no verb/],
    ['addPerson', {}, 400, /firstName/],
    ['addPerson', { firstName: 'a', age: 3 }, 400, /age/],
    ['sendText', { personId: 1, text: 'a' }, 400, /There is no person 1/],
    ['sendText', { personId: 'x', text: 'a' }, 400, /personId/],
    ['sendOther', { personId: 1, kind: 'elephant' }, 400, /kind/],
    ['failNext', { method: 'sendMessage', status: 200 }, 400, /status/],
    ['releaseUpdates', { order: 'random' }, 400, /order/],
  ])('refuses %s %j', async (verb, body, status, error) => {
    const answer = await control(verb, body);
    expect(answer.status).toBe(status);
    expect((answer.body as { error: string }).error).toMatch(error);
  });

  it('streams events', async () => {
    const stream = await fetch(`${telegram.url}/_control/events`);
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    telegram.sendText(anna, 'seen live');
    const { value } = await reader.read();
    expect(Buffer.from(value ?? []).toString()).toMatch(/^data: \{"type":"message_new".*seen live/);
    await reader.cancel();
  });
});
