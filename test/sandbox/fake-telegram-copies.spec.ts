import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, oneButton, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

describe('copies of messages in the fake Telegram', () => {
  const telegram = new FakeTelegram();
  let anna = 0;
  let boris = 0;

  beforeAll(async () => {
    await telegram.start();
    anna = startedPerson(telegram);
    boris = startedPerson(telegram);
  });
  afterAll(() => telegram.stop());

  const copy = (messageId: number, args: Record<string, unknown> = {}) =>
    callApi(telegram, 'copyMessage', {
      ...{ chat_id: boris, from_chat_id: anna, message_id: messageId, ...args },
    });

  it('hold the text with its formatting, and only the keyboard that they bring themselves', async () => {
    const markup = oneButton({ text: 'a', callback_data: 'a' });
    const original = await sendText(telegram, anna, {
      ...{ text: '<b>Sale</b> of &lt;mugs&gt;', parse_mode: 'HTML', reply_markup: markup },
    });
    const plain = await resultOf<object>(telegram, 'copyMessage', {
      ...{ chat_id: boris, from_chat_id: anna, message_id: original },
    });
    expect(Object.keys(plain)).toEqual(['message_id']);
    expect(telegram.chat(boris).at(-1)).toMatchObject({
      ...{ from: 'bot', html: '<b>Sale</b> of &lt;mugs&gt;', keyboard: null },
    });
    const link = oneButton({ text: 'Open', url: 'https://shop.example/' });
    expect((await copy(original, { reply_markup: link })).status).toBe(200);
    expect(telegram.chat(boris).at(-1)?.keyboard).toEqual(link.inline_keyboard);
  });

  it('hold a photo with its caption, or with another one', async () => {
    const { messageId } = await telegram.sendPhoto(anna, readAsset('photos/mug.jpg'), { caption: 'A mug' });
    await copy(messageId);
    const copied = telegram.chat(boris).at(-1);
    expect(copied).toMatchObject({ kind: 'photo', text: 'A mug', from: 'bot' });
    expect(copied?.media?.fileUniqueId).toBe(telegram.chat(anna).at(-1)?.media?.fileUniqueId);
    await copy(messageId, { caption: 'Another' });
    expect(telegram.chat(boris).at(-1)).toMatchObject({ kind: 'photo', text: 'Another' });
  });

  // Every text here is the real server's (https://github.com/tdlib/telegram-bot-api, Client.cpp).
  it('are refused with the texts of the real server', async () => {
    const { messageId } = telegram.sendText(anna, 'Hello');
    const descriptionOf = async (args: Record<string, unknown>) => (await copy(messageId, args)).description;
    expect(await descriptionOf({ message_id: 999_999 })).toBe('Bad Request: message to copy not found');
    expect(await descriptionOf({ message_id: '' })).toBe('Bad Request: message identifier is not specified');
    expect(await descriptionOf({ from_chat_id: '' })).toBe('Bad Request: chat_id is empty');
    expect(await descriptionOf({ from_chat_id: 42 })).toBe('Bad Request: chat not found');
    expect(await descriptionOf({ chat_id: 42 })).toBe('Bad Request: chat not found');
    await resultOf(telegram, 'deleteMessage', { chat_id: anna, message_id: messageId });
    expect(await descriptionOf({})).toBe('Bad Request: message to copy not found');
    telegram.block(boris);
    const kept = telegram.sendText(anna, 'Hello').messageId;
    expect(await descriptionOf({ message_id: kept })).toBe('Forbidden: bot was blocked by the user');
    telegram.unblock(boris);
  });

  it('are not made of what is sold or secret', async () => {
    const secret = await sendText(telegram, anna, { protect_content: true });
    expect((await copy(secret)).description).toBe("Bad Request: message can't be copied");
  });
});
