import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, oneButton, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

// Every text here is the real server's (https://github.com/tdlib/telegram-bot-api and https://github.com/tdlib/td).
const TOO_OLD = 'Bad Request: query is too old and response timeout expired or query ID is invalid';

describe('what the fake Telegram refuses', () => {
  const telegram = new FakeTelegram();
  let anna = 0;

  beforeAll(async () => {
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterAll(() => telegram.stop());

  it.each<[what: string, method: string, args: Record<string, unknown>, description: string]>([
    ['no text', 'sendMessage', { text: '' }, 'Bad Request: message text is empty'],
    ['an empty text', 'sendMessage', { text: ' \n ' }, 'Bad Request: text must be non-empty'],
    [
      'only tags',
      'sendMessage',
      { text: '<b></b>', parse_mode: 'HTML' },
      'Bad Request: text must be non-empty',
    ],
    ['4097 characters', 'sendMessage', { text: 'я'.repeat(4097) }, 'Bad Request: message is too long'],
    ['2049 emoji', 'sendMessage', { text: '😀'.repeat(2049) }, 'Bad Request: message is too long'],
    [
      'half an emoji',
      'sendMessage',
      { text: '😀'.slice(0, 1) },
      'Bad Request: strings must be encoded in UTF-8',
    ],
    [
      'an unknown way to parse',
      'sendMessage',
      { text: 'a', parse_mode: 'X' },
      'Bad Request: unsupported parse_mode',
    ],
    ['no chat', 'sendMessage', { chat_id: '', text: 'a' }, 'Bad Request: chat_id is empty'],
    ['a stranger', 'sendMessage', { chat_id: 42, text: 'a' }, 'Bad Request: chat not found'],
    [
      'a caption of 1025',
      'sendVideo',
      { video: 'x', caption: 'a'.repeat(1025) },
      'Bad Request: message caption is too long',
    ],
    ['no video', 'sendVideo', {}, 'Bad Request: there is no video in the request'],
    [
      'an unknown file id',
      'sendVideo',
      { video: 'BAACx' },
      "Bad Request: wrong remote file identifier specified: can't unserialize it",
    ],
    [
      'a URL that cannot be fetched',
      'sendVideo',
      { video: 'https://example.com/a.mp4' },
      'Bad Request: failed to get HTTP URL content',
    ],
    ['no photo', 'sendPhoto', {}, 'Bad Request: there is no photo in the request'],
    [
      'an album of one',
      'sendMediaGroup',
      { media: [{ type: 'photo', media: 'x' }] },
      'Bad Request: media group must include 2-10 items',
    ],
    [
      'an unknown action',
      'sendChatAction',
      { action: 'dance' },
      'Bad Request: wrong parameter action in request',
    ],
    [
      'an edit of nothing',
      'editMessageText',
      { message_id: 999_999, text: 'a' },
      'Bad Request: message to edit not found',
    ],
    [
      'a delete of nothing',
      'deleteMessage',
      { message_id: 999_999 },
      'Bad Request: message to delete not found',
    ],
    ['a delete without id', 'deleteMessage', {}, 'Bad Request: message identifier is not specified'],
    [
      'a reply to nothing',
      'sendMessage',
      { text: 'a', reply_parameters: { message_id: 999_999 } },
      'Bad Request: message to be replied not found',
    ],
    ['a made-up tap', 'answerCallbackQuery', { callback_query_id: '1' }, TOO_OLD],
    ['no file id', 'getFile', {}, 'Bad Request: file_id not specified'],
    ['an unknown file', 'getFile', { file_id: 'x' }, 'Bad Request: invalid file_id'],
    [
      'a command in capitals',
      'setMyCommands',
      { commands: [{ command: 'Menu', description: 'm' }] },
      'Bad Request: BOT_COMMAND_INVALID',
    ],
    [
      'a command without words',
      'setMyCommands',
      { commands: [{ command: 'menu', description: '' }] },
      'Bad Request: BOT_COMMAND_DESCRIPTION_INVALID',
    ],
    [
      'commands in no language',
      'setMyCommands',
      { commands: [], language_code: 'russian' },
      'Bad Request: invalid language code specified',
    ],
    [
      'commands for no object',
      'setMyCommands',
      { commands: [], scope: null },
      "Bad Request: can't parse BotCommandScope: BotCommandScope must be an Object",
    ],
    [
      'commands for nobody',
      'setMyCommands',
      { commands: [], scope: {} },
      'Bad Request: can\'t parse BotCommandScope: Can\'t find field "type"',
    ],
    [
      'commands for a planet',
      'setMyCommands',
      { commands: [], scope: { type: 'planet' } },
      "Bad Request: can't parse BotCommandScope: Unsupported type specified",
    ],
    [
      'commands for no chat',
      'setMyCommands',
      { commands: [], scope: { type: 'chat' } },
      'Bad Request: can\'t parse BotCommandScope: Can\'t find field "chat_id"',
    ],
    [
      'commands for an empty chat',
      'setMyCommands',
      { commands: [], scope: { type: 'chat', chat_id: '' } },
      "Bad Request: can't parse BotCommandScope: Empty chat_id specified",
    ],
    [
      'commands for an unknown chat',
      'setMyCommands',
      { commands: [], scope: { type: 'chat', chat_id: 999_999 } },
      'Bad Request: chat not found',
    ],
    [
      'commands for a group that is not there',
      'setMyCommands',
      { commands: [], scope: { type: 'chat_administrators', chat_id: -100 } },
      'Bad Request: chat not found',
    ],
    [
      'commands for a member who is none',
      'setMyCommands',
      { commands: [], scope: { type: 'chat_member', chat_id: 1, user_id: 0 } },
      "Bad Request: can't parse BotCommandScope: Invalid user_id specified",
    ],
    [
      'commands for a member who is not named',
      'setMyCommands',
      { commands: [], scope: { type: 'chat_member', chat_id: 1 } },
      'Bad Request: can\'t parse BotCommandScope: Can\'t find field "user_id"',
    ],
  ])('%s', async (_what, method, args, description) => {
    const answer = await callApi(telegram, method, { chat_id: anna, ...args });
    expect(answer).toMatchObject({ ok: false, status: 400, error_code: 400, description });
  });

  it('a method it does not have', async () => {
    const answer = await callApi(telegram, 'sendPoem');
    expect(answer).toMatchObject({
      status: 404,
      error_code: 404,
      description: 'Not Found: method not found',
    });
  });

  it.each<[what: string, button: Record<string, unknown>, description: string]>([
    [
      '65 bytes of data',
      { text: 'a', callback_data: 'я'.repeat(32) + 'a' },
      'Bad Request: BUTTON_DATA_INVALID',
    ],
    [
      'no action',
      { text: 'a' },
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'two actions',
      { text: 'a', callback_data: 'a', url: 'https://a.ru' },
      "Bad Request: can't parse inline keyboard button: Exactly one action must be specified for the button",
    ],
    [
      'no text',
      { callback_data: 'a' },
      'Bad Request: can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'an empty text',
      { text: '', callback_data: 'a' },
      'Bad Request: inline keyboard button text must be non-empty',
    ],
    [
      'a number as data object',
      { text: 'a', callback_data: {} },
      'Bad Request: can\'t parse inline keyboard button: Field "callback_data" must be of type String',
    ],
    [
      'localhost',
      { text: 'a', url: 'http://localhost:3000/a' },
      "Bad Request: inline keyboard button URL 'http://localhost:3000/a' is invalid: Wrong HTTP URL",
    ],
    [
      'an odd protocol',
      { text: 'a', url: 'ftp://a.ru' },
      "Bad Request: inline keyboard button URL 'ftp://a.ru' is invalid: Unsupported URL protocol",
    ],
    [
      'an odd style',
      { text: 'a', callback_data: 'a', style: 'pink' },
      "Bad Request: can't parse inline keyboard button: invalid button style specified",
    ],
    ['a pay button without an invoice', { text: 'a', pay: true }, 'Bad Request: BUTTON_TYPE_INVALID'],
  ])('a button with %s', async (_what, button, description) => {
    const answer = await callApi(telegram, 'sendMessage', {
      chat_id: anna,
      text: 'a',
      reply_markup: oneButton(button),
    });
    expect(answer).toMatchObject({ status: 400, description });
  });

  it('takes 64 bytes of data, 4096 characters and 100 buttons, and not 101', async () => {
    const row = [{ text: 'a', callback_data: 'я'.repeat(32) }];
    const hundred = Array.from({ length: 100 }, () => row);
    const args = { chat_id: anna, text: 'я'.repeat(4096) };
    const fits = await callApi(telegram, 'sendMessage', {
      ...args,
      reply_markup: { inline_keyboard: hundred },
    });
    expect(fits.status).toBe(200);
    const refused = await callApi(telegram, 'sendMessage', {
      ...args,
      reply_markup: { inline_keyboard: [...hundred, row] },
    });
    expect(refused.description).toBe('Bad Request: reply markup is too long');
  });

  it.each([
    ['not an object', '[]', 'Bad Request: object expected as reply markup'],
    ['broken', '{', "Bad Request: can't parse reply keyboard markup JSON object"],
    [
      'rows that are no arrays',
      '{"inline_keyboard":[{}]}',
      'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
  ])('a reply markup that is %s', async (_what, markup, description) => {
    const answer = await callApi(telegram, 'sendMessage', { chat_id: anna, text: 'a', reply_markup: markup });
    expect(answer.description?.toLowerCase()).toBe(description.toLowerCase());
  });

  it('people who cannot be written to', async () => {
    const shy = telegram.addPerson({ firstName: 'Shy' }).id;
    const seen = telegram.addPerson({ firstName: 'Seen', knownToBot: true }).id;
    const blocker = startedPerson(telegram);
    const gone = startedPerson(telegram);
    const messageId = await sendText(telegram, blocker);
    telegram.block(blocker);
    telegram.deactivate(gone);
    const descriptions: (string | undefined)[] = [];
    for (const chatId of [shy, seen, blocker, gone]) {
      descriptions.push((await callApi(telegram, 'sendMessage', { chat_id: chatId, text: 'a' })).description);
    }
    expect(descriptions).toEqual([
      'Bad Request: chat not found',
      "Forbidden: bot can't initiate conversation with a user",
      'Forbidden: bot was blocked by the user',
      'Forbidden: user is deactivated',
    ]);
    const edit = await callApi(telegram, 'editMessageText', {
      chat_id: blocker,
      message_id: messageId,
      text: 'b',
    });
    expect(edit).toMatchObject({ status: 403, description: 'Forbidden: bot was blocked by the user' });
  });

  it('a second answer to a tap, and one that is too long', async () => {
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    const { id } = telegram.tap(anna, messageId, 'a');
    const long = await callApi(telegram, 'answerCallbackQuery', {
      callback_query_id: id,
      text: 'a'.repeat(201),
    });
    expect(long.description).toBe('Bad Request: MESSAGE_TOO_LONG');
    expect(await resultOf(telegram, 'answerCallbackQuery', { callback_query_id: id })).toBe(true);
    expect((await callApi(telegram, 'answerCallbackQuery', { callback_query_id: id })).description).toBe(
      TOO_OLD,
    );
  });

  it.each([
    ['a wrong token', '7000000001:AAother_token_that_looks_like_one_000', 'Unauthorized'],
    ['no token at all', 'nonsense', 'Unauthorized: invalid token specified'],
  ])('%s', async (_what, token, description) => {
    const answer = await fetch(`${telegram.url}/bot${token}/getMe`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ ok: false, error_code: 401, description });
  });

  it('any other path', async () => {
    const answer = await fetch(`${telegram.url}/hello`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ ok: false, error_code: 404, description: 'Not Found' });
  });
});
