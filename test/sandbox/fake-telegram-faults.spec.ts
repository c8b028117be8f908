import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { callApi, oneButton, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

describe('the faults of the fake Telegram', () => {
  let telegram: FakeTelegram;
  let anna = 0;

  beforeEach(async () => {
    telegram = new FakeTelegram({ clock: new SandboxClock(100), limitRealMsMin: 0 });
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterEach(() => telegram.stop());

  const send = (text = 'a') => callApi(telegram, 'sendMessage', { chat_id: anna, text });
  const texts = () => telegram.chat(anna).flatMap(({ from, text }) => (from === 'bot' ? [text] : []));

  it('answers 429 with the seconds in the body and the header, then goes on', async () => {
    telegram.failNext('sendMessage', { status: 429, retryAfterS: 5 });
    const refused = await send();
    expect(refused).toMatchObject({
      status: 429,
      error_code: 429,
      description: 'Too Many Requests: retry after 5',
      parameters: { retry_after: 5 },
    });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await send('b')).status).toBe(200);
    expect(texts()).toEqual(['b']);
  });

  it('meets only what one person has sent or tapped', async () => {
    const boris = startedPerson(telegram);
    for (const method of ['getFile', 'answerCallbackQuery'])
      telegram.failNext(method, { status: 500, chatId: anna, times: 9 });
    const statusesOf = async (person: number) => {
      await telegram.sendPhoto(person, readAsset('photos/mug.jpg'));
      const fileId = telegram.chat(person).find(({ media }) => media)?.media?.fileId;
      const tap = telegram.tapData(person, 1, 'x');
      const file = await callApi(telegram, 'getFile', { file_id: fileId });
      return [
        file.status,
        (await callApi(telegram, 'answerCallbackQuery', { callback_query_id: tap.id })).status,
      ];
    };
    expect(await statusesOf(anna)).toEqual([500, 500]);
    expect(await statusesOf(boris)).toEqual([200, 200]);
  });

  it('stores the message and answers 500, or cuts the connection', async () => {
    telegram.failNext('sendmessage', { status: 500, afterEffect: true });
    expect(await send('stored')).toMatchObject({ status: 500, description: 'Internal Server Error' });
    telegram.failNext('sendMessage', { reset: true, afterEffect: true });
    await expect(send('cut')).rejects.toThrow('fetch failed');
    telegram.failNext('sendMessage', { reset: true });
    await expect(send('never seen')).rejects.toThrow('fetch failed');
    expect(texts()).toEqual(['stored', 'cut']);
    expect(telegram.calls('sendMessage').map(({ status }) => status)).toEqual([500, 0, 0]);
  });

  it('keeps the real refusal when there was no effect to follow', async () => {
    telegram.failNext('sendMessage', { status: 500, afterEffect: true });
    expect((await send('')).description).toBe('Bad Request: message text is empty');
  });

  it('meets the n-th call, several calls, one chat, any method', async () => {
    telegram.failNext('sendMessage', { status: 500, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let number = 0; number < 4; number += 1) statuses.push((await send(`${number}`)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    const boris = startedPerson(telegram);
    telegram.failNext('*', {
      status: 403,
      description: 'Forbidden: bot was blocked by the user',
      chatId: boris,
    });
    expect((await send()).status).toBe(200);
    const blocked = await callApi(telegram, 'sendChatAction', { chat_id: boris, action: 'typing' });
    expect(blocked.description).toBe('Forbidden: bot was blocked by the user');
  });

  it('can be slow, silent, or speak HTML', async () => {
    telegram.failNext('sendMessage', { delayMs: 10_000 });
    const startedAt = performance.now();
    expect((await send()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(90);
    telegram.failNext('getMe', { hang: true });
    const silent = fetch(`${telegram.url}/bot${telegram.token}/getMe`, { signal: AbortSignal.timeout(100) });
    await expect(silent).rejects.toThrow('timeout');
    telegram.failNext('getMe', { status: 502, body: '<html>Bad Gateway</html>' });
    const html = await fetch(`${telegram.url}/bot${telegram.token}/getMe`);
    expect([html.status, await html.text()]).toEqual([502, '<html>Bad Gateway</html>']);
  });

  it('forgets its faults', async () => {
    telegram.failNext('sendMessage', { status: 500, times: 9 });
    telegram.clearFaults();
    expect((await send()).status).toBe(200);
  });

  it('fails a download', async () => {
    await telegram.sendPhoto(anna, Buffer.from('no picture'), { asFile: true });
    const fileId = telegram.chat(anna).at(-1)?.media?.fileId;
    const { file_path: path } = await resultOf<{ file_path: string }>(telegram, 'getFile', {
      file_id: fileId,
    });
    telegram.failNext('download', { status: 500 });
    const link = `${telegram.url}/file/bot${telegram.token}/${path}`;
    expect((await fetch(link)).status).toBe(500);
    expect(await (await fetch(link)).text()).toBe('no picture');
  });

  it('takes no answer to a tap after 15 s', async () => {
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    const { id } = telegram.tap(anna, messageId, 'a');
    telegram.failNext('answerCallbackQuery', { delayMs: 16_000 });
    expect(await callApi(telegram, 'answerCallbackQuery', { callback_query_id: id })).toMatchObject({
      status: 400,
      description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
    });
  });
});

describe('the rate limits of the fake Telegram', () => {
  // In real time: a second must not pass between two lines of the test.
  const telegram = new FakeTelegram();

  beforeAll(() => telegram.start());
  afterAll(() => telegram.stop());

  it('count per chat and in all, when asked to', async () => {
    const [anna, boris, ivan] = [startedPerson(telegram), startedPerson(telegram), startedPerson(telegram)];
    const send = (chatId: number) => callApi(telegram, 'sendMessage', { chat_id: chatId, text: 'a' });
    telegram.setRateLimits({ perChatPerS: 1, totalPerS: 2 });
    expect((await send(anna)).status).toBe(200);
    expect(await send(anna)).toMatchObject({ status: 429, parameters: { retry_after: 1 } });
    expect((await send(boris)).status).toBe(200);
    expect((await send(ivan)).status).toBe(429);
    telegram.setRateLimits({});
    expect((await send(anna)).status).toBe(200);
  });
});
