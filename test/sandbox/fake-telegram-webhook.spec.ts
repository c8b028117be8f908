import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { waitFor } from '../support/wait-for.js';
import { callApi, oneButton, resultOf, sendText, startedPerson } from './fake-telegram-api.js';

interface Update {
  update_id: number;
  message?: { text: string; chat: { id: number } };
  callback_query?: { id: string; data: string };
  my_chat_member?: { new_chat_member: { status: string } };
}

interface Delivery {
  update: Update;
  headers: http.IncomingHttpHeaders;
  atMs: number;
  answer: (status: number, options?: { body?: unknown; headers?: Record<string, string> }) => void;
  cut: () => void;
}

/** A bot's webhook that keeps every delivery until the test answers it. */
class Hook {
  readonly deliveries: Delivery[] = [];
  /** Answers on its own when set. */
  auto: ((delivery: Delivery) => void) | null = null;
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const delivery: Delivery = {
        update: JSON.parse(Buffer.concat(chunks).toString()) as Update,
        headers: request.headers,
        atMs: performance.now(),
        answer: (status, { body, headers } = {}) => {
          response.writeHead(status, { 'content-type': 'application/json', ...headers });
          response.end(body === undefined ? '' : JSON.stringify(body));
        },
        cut: () => request.socket.destroy(),
      };
      this.deliveries.push(delivery);
      this.auto?.(delivery);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async next(number: number): Promise<Delivery> {
    return waitFor(() => this.deliveries[number], { what: `delivery ${number}` });
  }
}

describe('the webhook of the fake Telegram', () => {
  let telegram: FakeTelegram;
  let hook: Hook;
  let url = '';
  let anna = 0;

  // A hundred times faster: 2 s between repeats are 20 ms, 60 s of patience 600 ms.
  beforeEach(async () => {
    telegram = new FakeTelegram({ clock: new SandboxClock(100), limitRealMsMin: 300 });
    hook = new Hook();
    url = await hook.start();
    await telegram.start();
    anna = startedPerson(telegram);
  });
  afterEach(async () => {
    await telegram.stop();
    await hook.stop();
  });

  const ok = (delivery: Delivery) => delivery.answer(200);
  const idle = () => waitFor(() => telegram.pendingUpdates() === 0, { what: 'an empty queue' });

  it('delivers what waited and what comes, with the secret', async () => {
    hook.auto = ok;
    await resultOf(telegram, 'setWebhook', { url, secret_token: 'a_secret-1' });
    telegram.sendText(anna, 'Привет');
    await idle();
    expect(hook.deliveries.map(({ update }) => update.message?.text)).toEqual(['/start', 'Привет']);
    expect(hook.deliveries[0]?.headers).toMatchObject({
      'x-telegram-bot-api-secret-token': 'a_secret-1',
      'content-type': 'application/json',
    });
    const [first, second] = hook.deliveries.map(({ update }) => update.update_id);
    expect(second).toBe((first ?? 0) + 1);
  });

  it("keeps a chat's messages in line, but lets taps and other chats through", async () => {
    await resultOf(telegram, 'setWebhook', { url });
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    telegram.sendText(anna, 'second');
    telegram.tap(anna, messageId, 'a');
    startedPerson(telegram);
    await hook.next(2);
    expect(
      hook.deliveries.map(({ update }) => update.message?.chat.id ?? update.callback_query?.data),
    ).toEqual(expect.arrayContaining([anna, 'a', anna + 1]));
    hook.auto = ok;
    for (const delivery of [...hook.deliveries]) delivery.answer(200);
    await idle();
    expect(hook.deliveries.at(-1)?.update.message?.text).toBe('second');
  });

  it('opens no more than max_connections', async () => {
    await resultOf(telegram, 'setWebhook', { url, max_connections: 2 });
    for (let number = 0; number < 4; number += 1) startedPerson(telegram);
    await hook.next(1);
    expect(hook.deliveries).toHaveLength(2);
    hook.auto = ok;
    for (const delivery of [...hook.deliveries]) delivery.answer(200);
    await idle();
    expect(hook.deliveries).toHaveLength(5);
  });

  it('repeats at once, then after 2, 4, 8 s, and says why in getWebhookInfo', async () => {
    hook.auto = (delivery) => delivery.answer(hook.deliveries.length < 5 ? 500 : 204);
    await resultOf(telegram, 'setWebhook', { url });
    await hook.next(1);
    expect(await resultOf(telegram, 'getWebhookInfo')).toMatchObject({
      url,
      has_custom_certificate: false,
      pending_update_count: 1,
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
      max_connections: 40,
    });
    await idle();
    const times = hook.deliveries.map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses).toHaveLength(4);
    expect(pauses[1]).toBeGreaterThan(15);
    expect(pauses[2]).toBeGreaterThan(35);
    expect(pauses[3]).toBeGreaterThan(75);
    expect(pauses[0]).toBeLessThan(pauses[3] ?? 0);
    expect(new Set(hook.deliveries.map(({ update }) => update.update_id)).size).toBe(1);
  });

  it('waits as Retry-After says', async () => {
    hook.auto = (delivery) =>
      delivery.answer(hook.deliveries.length === 1 ? 503 : 200, { headers: { 'retry-after': '20' } });
    await resultOf(telegram, 'setWebhook', { url });
    await idle();
    const [first, second] = hook.deliveries.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(190);
  });

  it('sends again when the connection closes and when no answer comes in time', async () => {
    await resultOf(telegram, 'setWebhook', { url });
    (await hook.next(0)).cut();
    await hook.next(1);
    const info = () => resultOf<{ last_error_message?: string }>(telegram, 'getWebhookInfo');
    expect((await info()).last_error_message).toBe('Connection closed');
    (await hook.next(2)).answer(200);
    await idle();
    expect((await info()).last_error_message).toBe('Read timeout expired');
  });

  it('drops a tap after 150 s and a message only after a day', async () => {
    telegram.setRateLimits({});
    const messageId = await sendText(telegram, anna, {
      reply_markup: oneButton({ text: 'a', callback_data: 'a' }),
    });
    hook.auto = (delivery) => delivery.answer(500);
    await resultOf(telegram, 'setWebhook', { url });
    telegram.tap(anna, messageId, 'a');
    expect(telegram.pendingUpdates()).toBe(2);
    await waitFor(() => telegram.pendingUpdates() === 1, { what: 'the drop of the tap' });
    const info = await resultOf<{ pending_update_count: number }>(telegram, 'getWebhookInfo');
    expect(info.pending_update_count).toBe(1);
    expect(telegram.expiredUpdates()).toHaveLength(1);
  });

  it('runs a call that comes as the answer, except those that would answer nothing', async () => {
    const calls = [
      { method: 'sendMessage', chat_id: anna, text: 'ответ' },
      { method: 'getMe' },
      { method: 'deleteWebhook' },
    ];
    hook.auto = (delivery) => delivery.answer(200, { body: calls[hook.deliveries.length - 1] });
    await resultOf(telegram, 'setWebhook', { url });
    telegram.sendText(anna, 'b');
    telegram.sendText(anna, 'c');
    await idle();
    await telegram.waitForMessage(anna, ({ text }) => text === 'ответ');
    expect(telegram.calls().filter(({ viaWebhook }) => viaWebhook)).toMatchObject([
      { method: 'sendMessage', status: 200 },
    ]);
  });

  it('honours allowed_updates, and keeps the setting when the next call is silent about it', async () => {
    hook.auto = ok;
    await resultOf(telegram, 'setWebhook', { url, allowed_updates: ['callback_query', 'my_chat_member'] });
    await idle();
    telegram.sendText(anna, 'not wanted');
    telegram.block(anna);
    telegram.unblock(anna);
    await idle();
    expect(
      hook.deliveries.slice(1).map(({ update }) => update.my_chat_member?.new_chat_member.status),
    ).toEqual(['kicked', 'member']);
    await resultOf(telegram, 'deleteWebhook');
    telegram.sendText(anna, 'still not');
    expect(telegram.pendingUpdates()).toBe(0);
    await resultOf(telegram, 'getUpdates', { allowed_updates: [] });
    telegram.sendText(anna, 'wanted');
    expect(telegram.pendingUpdates()).toBe(1);
  });

  it('sends copies, and held updates in another order with their ids', async () => {
    hook.auto = ok;
    await resultOf(telegram, 'setWebhook', { url });
    await idle();
    telegram.duplicateNext(1);
    telegram.sendText(anna, 'twice');
    telegram.sendText(anna, 'once');
    await idle();
    telegram.holdUpdates();
    telegram.sendText(anna, 'first');
    telegram.sendText(anna, 'second');
    expect(telegram.pendingUpdates()).toBe(2);
    telegram.releaseUpdates('reverse');
    await idle();
    const texts = hook.deliveries.map(({ update }) => update.message?.text);
    expect(texts).toEqual(['/start', 'twice', 'twice', 'once', 'second', 'first']);
    const ids = hook.deliveries.map(({ update }) => update.update_id);
    expect(ids[1]).toBe(ids[2]);
    expect(ids[4]).toBe((ids[5] ?? 0) + 1);
  });

  it('keeps undelivered updates when the webhook goes, and drops them when told', async () => {
    await resultOf(telegram, 'setWebhook', { url });
    await hook.next(0);
    expect((await callApi(telegram, 'deleteWebhook')).description).toBe('Webhook was deleted');
    expect(await resultOf(telegram, 'getUpdates')).toHaveLength(1);
    const again = await callApi(telegram, 'deleteWebhook', { drop_pending_updates: true });
    expect(again.description).toBe('Webhook is already deleted');
    expect(await resultOf(telegram, 'getUpdates')).toEqual([]);
  });

  it('says when nothing listens', async () => {
    await hook.stop();
    await resultOf(telegram, 'setWebhook', { url });
    const refused = async () => {
      const info = await resultOf<{ last_error_message?: string }>(telegram, 'getWebhookInfo');
      return info.last_error_message === 'Connection refused';
    };
    await waitFor(refused, { what: 'the error in getWebhookInfo' });
  });

  it('is set once a second, and says so when nothing changes', async () => {
    hook.auto = ok;
    const slow = new FakeTelegram();
    await slow.start();
    expect((await callApi(slow, 'setWebhook', { url })).description).toBe('Webhook was set');
    const hasty = await callApi(slow, 'setWebhook', { url });
    expect(hasty).toMatchObject({ status: 429, parameters: { retry_after: 1 } });
    expect(hasty.headers.get('retry-after')).toBe('1');
    await slow.stop();
    expect((await callApi(telegram, 'setWebhook', { url })).description).toBe('Webhook was set');
    const repeat = async () =>
      (await callApi(telegram, 'setWebhook', { url })).description === 'Webhook is already set';
    await waitFor(repeat, { what: 'a second later on the fast clock' });
  });

  it.each([
    ['http://bot.example/hook', 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook'],
    [
      'https://bot.example:8080/hook',
      'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
    ],
    ['https://127.0.0.1/hook', 'Bad Request: bad webhook: IP address 127.0.0.1 is reserved'],
    ['https://', 'Bad Request: invalid webhook URL specified'],
  ])('refuses the address %s', async (address, description) => {
    expect(await callApi(telegram, 'setWebhook', { url: address })).toMatchObject({
      status: 400,
      description,
    });
  });

  it.each([
    ['a b', 'Bad Request: secret token contains unallowed characters'],
    ['a'.repeat(257), 'Bad Request: secret token is too long'],
  ])('refuses a secret like that', async (secret, description) => {
    expect(await callApi(telegram, 'setWebhook', { url, secret_token: secret })).toMatchObject({
      status: 400,
      description,
    });
  });

  it('refuses this machine without https when told to be strict', async () => {
    const strict = new FakeTelegram({ allowHttpWebhook: false });
    await strict.start();
    expect((await callApi(strict, 'setWebhook', { url })).status).toBe(400);
    await strict.stop();
  });
});
