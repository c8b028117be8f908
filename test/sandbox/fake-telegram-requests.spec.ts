import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../sandbox/fake-server.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

describe('how the fake Telegram reads a call', () => {
  const telegram = new FakeTelegram();
  let anna = 0;

  beforeAll(async () => {
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterAll(() => telegram.stop());

  const markup = JSON.stringify({ inline_keyboard: [[{ text: 'a', callback_data: 'a' }]] });
  const multipart = () => {
    const form = new FormData();
    form.set('chat_id', String(anna));
    form.set('text', 'multipart');
    form.set('reply_markup', markup);
    return form;
  };

  it.each<[form: string, query: () => string, init: () => RequestInit]>([
    [
      'query string',
      () =>
        `?${new URLSearchParams({ chat_id: String(anna), text: 'query string', reply_markup: markup }).toString()}`,
      () => ({}),
    ],
    [
      'urlencoded',
      () => '',
      () => ({
        method: 'POST',
        body: new URLSearchParams({ chat_id: String(anna), text: 'urlencoded', reply_markup: markup }),
      }),
    ],
    ['multipart', () => '', () => ({ method: 'POST', body: multipart() })],
    [
      'json',
      () => '',
      () => ({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: anna, text: 'json', reply_markup: JSON.parse(markup) as unknown }),
      }),
    ],
  ])('as %s', async (form, query, init) => {
    const answer = await fetch(`${telegram.url}/bot${telegram.token}/SENDmessage${query()}`, init());
    expect(answer.status).toBe(200);
    expect(telegram.chat(anna).at(-1)).toMatchObject({
      text: form,
      keyboard: [[{ text: 'a', callback_data: 'a' }]],
    });
  });

  it.each([
    ['{"chat_id":', "Bad Request: can't parse parameter value: Unexpected symbol"],
    ['[1]', 'Bad Request: JSON object expected'],
  ])('refuses the body %s', async (body, description) => {
    const answer = await fetch(`${telegram.url}/bot${telegram.token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await answer.json()).toEqual({ ok: false, error_code: 400, description });
  });

  it('answers getMe as a bot', async () => {
    expect(await resultOf(telegram, 'getMe')).toMatchObject({
      id: 7_000_000_001,
      is_bot: true,
      first_name: 'Neurocards',
      username: 'neurocards_sandbox_bot',
    });
  });

  it('keeps command menus by language', async () => {
    const ru = [{ command: 'menu', description: 'Меню' }];
    const en = [{ command: 'menu', description: 'Menu' }];
    await resultOf(telegram, 'setMyCommands', { commands: ru });
    await resultOf(telegram, 'setMyCommands', { commands: en, language_code: 'en' });
    expect(await resultOf(telegram, 'getMyCommands', { language_code: 'en' })).toEqual(en);
    expect(telegram.commands('en')).toEqual(en);
    expect(telegram.commands('de')).toEqual(ru);
    await resultOf(telegram, 'deleteMyCommands', { language_code: 'en' });
    expect(await resultOf(telegram, 'getMyCommands', { language_code: 'en' })).toEqual([]);
  });

  it('shows a person the narrowest menu there is, in their language where it has one', async () => {
    const { id } = telegram.addPerson({ firstName: 'Zoë', languageCode: 'pt-br' });
    telegram.sendText(id, '/start');
    const other = startedPerson(telegram);
    const chat = { type: 'chat', chat_id: id };
    const seen = () => telegram.commandsFor(id).map(({ description }) => description);
    const menus = [
      ['for all', {}],
      ['for all in Portuguese', { language_code: 'pt' }],
      ['for private chats', { scope: { type: 'all_private_chats' } }],
      ['for private chats in Portuguese', { scope: { type: 'all_private_chats' }, language_code: 'pt' }],
      ['for Zoë', { scope: chat }],
      ['for Zoë in Portuguese', { scope: { ...chat, chat_id: String(id) }, language_code: 'pt' }],
    ] as const;
    for (const [description, menu] of menus) {
      await resultOf(telegram, 'setMyCommands', { commands: [{ command: 'menu', description }], ...menu });
      expect(seen()).toEqual([description]);
    }
    expect(await resultOf(telegram, 'getMyCommands', { scope: chat })).toEqual([
      { command: 'menu', description: 'for Zoë' },
    ]);
    expect(telegram.commandsFor(other).map(({ description }) => description)).toEqual(['for private chats']);
    for (const [description, menu] of menus.toReversed()) {
      expect(seen()).toEqual([description]);
      await resultOf(telegram, 'deleteMyCommands', menu);
    }
    expect(telegram.commandsFor(id)).toEqual([]);
    expect(() => telegram.commandsFor(1)).toThrow('There is no person 1');
  });

  it('has no menu for administrators of a private chat', async () => {
    const answer = await callApi(telegram, 'setMyCommands', {
      commands: [],
      scope: { type: 'chat_administrators', chat_id: anna },
    });
    expect(answer).toMatchObject({
      status: 400,
      description: "Bad Request: can't use specified scope in private chats",
    });
  });

  it('records calls with the token and the secret masked and files as sizes', async () => {
    const recorded: RecordedCall[] = [];
    const stop = telegram.onCall((call) => recorded.push(call));
    await callApi(telegram, 'setWebhook', { url: 'https://bot.example/hook', secret_token: 'top-secret' });
    await callApi(telegram, 'deleteWebhook');
    const form = multipart();
    form.set('document', new File(['12345'], 'a.txt', { type: 'text/plain' }));
    await fetch(`${telegram.url}/bot${telegram.token}/sendMessage`, { method: 'POST', body: form });
    stop();
    const text = JSON.stringify(recorded);
    expect(text).not.toContain('top-secret');
    expect(text).not.toContain(telegram.token);
    expect(recorded.map(({ url, status }) => [url.replace(telegram.url, ''), status])).toEqual([
      ['/bot<token>/setWebhook', 200],
      ['/bot<token>/deleteWebhook', 200],
      ['/bot<token>/sendMessage', 200],
    ]);
    expect(recorded[2]?.request).toMatchObject({
      text: 'multipart',
      chat_id: anna,
      document: { file: 'a.txt', bytes: 5, mimeType: 'text/plain' },
    });
    expect(telegram.calls('setwebhook')[0]?.args).toEqual({
      url: 'https://bot.example/hook',
      secret_token: '***',
    });
  });

  it('shows a reply, an edit and a protected message in the answer', async () => {
    const { messageId } = telegram.sendText(anna, 'Вопрос');
    const message = await resultOf<{ message_id: number }>(telegram, 'sendMessage', {
      chat_id: anna,
      text: 'Ответ',
      protect_content: true,
      reply_parameters: { message_id: messageId },
    });
    expect(message).toMatchObject({
      from: { is_bot: true },
      chat: { id: anna, type: 'private', first_name: 'Анна', username: 'anna' },
      reply_to_message: { message_id: messageId, text: 'Вопрос' },
      has_protected_content: true,
    });
    const edited = await resultOf(telegram, 'editMessageText', {
      chat_id: anna,
      message_id: message.message_id,
      text: 'Нет',
    });
    expect(edited).toMatchObject({ text: 'Нет', edit_date: expect.any(Number) as number });
  });

  it('counts message ids up through all chats', async () => {
    const boris = startedPerson(telegram);
    const first = await sendText(telegram, anna);
    const second = await sendText(telegram, boris);
    expect(second).toBe(first + 1);
  });
});
