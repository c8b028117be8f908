import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, oneButton, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

// Every text here is the real server's (https://github.com/tdlib/telegram-bot-api and https://github.com/tdlib/td).
const NOT_MODIFIED =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a ' +
  'current content and reply markup of the message';

describe('what the fake Telegram refuses about messages that are there', () => {
  const telegram = new FakeTelegram();
  let anna = 0;

  beforeAll(async () => {
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterAll(() => telegram.stop());

  it.each<[what: string, method: string, args: Record<string, unknown>]>([
    [
      'the same text',
      'editMessageText',
      { text: ' Меню ', reply_markup: oneButton({ text: 'a', callback_data: 'a' }) },
    ],
    [
      'the same text as HTML',
      'editMessageText',
      { text: 'Меню', parse_mode: 'HTML', reply_markup: oneButton({ text: 'a', callback_data: 'a' }) },
    ],
    [
      'the same keyboard',
      'editMessageReplyMarkup',
      { reply_markup: oneButton({ text: 'a', callback_data: 'a' }) },
    ],
  ])('an edit to %s', async (_what, method, args) => {
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    const answer = await callApi(telegram, method, { chat_id: anna, message_id: messageId, ...args });
    expect(answer).toMatchObject({ status: 400, description: NOT_MODIFIED });
  });

  it('an edit without the keyboard takes it away, and a second one changes nothing', async () => {
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    const args = { chat_id: anna, message_id: messageId };
    expect((await callApi(telegram, 'editMessageReplyMarkup', args)).status).toBe(200);
    expect(telegram.chat(anna).at(-1)?.keyboard).toBeNull();
    expect((await callApi(telegram, 'editMessageReplyMarkup', args)).description).toBe(NOT_MODIFIED);
  });

  it('an edit of what cannot be edited', async () => {
    const { messageId: theirs } = telegram.sendText(anna, 'Привет');
    const withKeyboard = await sendText(telegram, anna, { reply_markup: { keyboard: [['a']] } });
    const text = await sendText(telegram, anna);
    const answers = [
      await callApi(telegram, 'editMessageText', { chat_id: anna, message_id: theirs, text: 'a' }),
      await callApi(telegram, 'editMessageText', { chat_id: anna, message_id: withKeyboard, text: 'a' }),
      await callApi(telegram, 'editMessageCaption', { chat_id: anna, message_id: text, caption: 'a' }),
      await callApi(telegram, 'editMessageText', {
        chat_id: anna,
        message_id: text,
        text: 'a',
        reply_markup: { remove_keyboard: true },
      }),
    ];
    expect(answers.map(({ description }) => description)).toEqual([
      "Bad Request: message can't be edited",
      "Bad Request: message can't be edited",
      'Bad Request: there is no caption in the message to edit',
      'Bad Request: inline keyboard expected',
    ]);
  });

  it('a deleted message: no edit, no second delete, gone from the chat', async () => {
    const messageId = await sendText(telegram, anna);
    const args = { chat_id: anna, message_id: messageId };
    expect(await resultOf(telegram, 'deleteMessage', args)).toBe(true);
    expect((await callApi(telegram, 'deleteMessage', args)).description).toBe(
      'Bad Request: message to delete not found',
    );
    expect((await callApi(telegram, 'editMessageText', { ...args, text: 'a' })).description).toBe(
      'Bad Request: message to edit not found',
    );
    expect(telegram.chat(anna).some((message) => message.messageId === messageId)).toBe(false);
    const [deleted] = telegram
      .chat(anna, { includeDeleted: true })
      .filter((message) => message.messageId === messageId);
    expect(deleted?.deleted).toBe(true);
  });
});
