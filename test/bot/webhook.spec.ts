import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConversationStore } from '../../src/modules/bot/conversation.store.js';
import type { Talker } from './bot-app.js';
import { waitFor } from '../support/wait-for.js';
import { BotWorld, WEBHOOK_SECRET } from './bot-app.js';
import { CuttableProxy } from './cuttable-proxy.js';

let world: BotWorld;
let proxy: CuttableProxy;
let url: string;
let anna: Talker;
let nextUpdateId = 1;

beforeAll(async () => {
  world = await BotWorld.create();
  proxy = await CuttableProxy.to(world.database.url);
  ({ url } = await world.startBot({ env: { DATABASE_URL: proxy.url, SESSION_WAIT_MS: '300' } }));
});
afterAll(async () => {
  await world.destroy();
  await proxy.close();
});
beforeEach(async () => {
  world.telegram.clearFaults();
  anna = world.newcomer();
  await anna.joins();
});

/** An update of Anna's as Telegram would post it. */
function update(content: object = { text: '/menu' }) {
  const from = { id: anna.id, is_bot: false, first_name: 'Анна', language_code: 'ru' };
  const chat = { id: anna.id, type: 'private', first_name: 'Анна' };
  return { update_id: nextUpdateId++, message: { message_id: 1, date: 1, chat, from, ...content } };
}

async function post(body: unknown, secret: string | null = WEBHOOK_SECRET, baseUrl = url) {
  const response = await fetch(`${baseUrl}/telegram/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(secret === null ? {} : { 'x-telegram-bot-api-secret-token': secret }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, retryAfter: response.headers.get('retry-after') };
}

const doneUpdates = async () => (await anna.session()).done.map(Number);

describe('at the start', () => {
  it('F-73 the webhook is set with its secret and our kinds of updates, and what waits is kept', () => {
    const [call] = world.telegram.calls('setWebhook');
    expect(call?.args).toEqual({
      url: `${url}/telegram/webhook`,
      secret_token: expect.any(String) as unknown,
      allowed_updates: ['message', 'callback_query', 'pre_checkout_query', 'my_chat_member'],
    });
  });

  it('the commands are set in both languages', () => {
    const menu = (code?: string) => world.telegram.commands(code).map(({ description }) => description);
    expect(menu()).toContain('How it works');
    expect(menu('ru')).toContain('Как это работает');
    expect(menu('kk')).toEqual(menu('ru'));
  });
});

describe('the webhook refuses', () => {
  it.each([
    ['no secret', null],
    ['an empty secret', ''],
    ['a wrong secret', 'x'.repeat(WEBHOOK_SECRET.length)],
    ['the beginning of the secret', WEBHOOK_SECRET.slice(0, -1)],
    ['more than the secret', `${WEBHOOK_SECRET}x`],
  ])('%s with 401, and does nothing', async (_what, secret) => {
    const before = anna.botMessages().length;
    expect((await post(update(), secret)).status).toBe(401);
    expect(anna.botMessages()).toHaveLength(before);
  });

  it.each([
    ['what is no JSON', '{"update_id":'],
    ['a list', []],
    ['no id', { message: {} }],
    ['an id that is text', { update_id: '7' }],
    ['a message without a chat', { update_id: 7, message: { message_id: 1 } }],
    ['a tap of nobody', { update_id: 7, callback_query: { id: '1', data: 'x' } }],
  ])('%s with 400', async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe('the webhook takes', () => {
  it('F-72 an update, and it is done only with its effect', async () => {
    const body = update();
    expect((await post(body)).status).toBe(200);
    expect(anna.seen.text).toContain('Какой товар снимаем?');
    expect(await doneUpdates()).toContain(body.update_id);
  });

  it('F-71 an update once, however often and however parallel it comes', async () => {
    const body = update();
    const before = anna.botMessages().length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(body)));
    answers.push(await post(body));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(anna.botMessages()).toHaveLength(before + 1);
  });

  it.each([
    ['a group', { chat: { id: -5, type: 'group' } }],
    ['a channel', { chat: { id: -6, type: 'channel' }, from: undefined }],
  ])('what happens in %s, and says nothing there', async (_what, content) => {
    const calls = world.telegram.calls().length;
    expect((await post(update({ ...content, text: '/start' }))).status).toBe(200);
    expect(world.telegram.calls()).toHaveLength(calls);
  });

  it.each([
    ['of a kind that we do not know', { message_reaction: { user: { id: 1 } } }],
    ['that is a pre-checkout query', { pre_checkout_query: { id: '1', from: { id: 1 } } }],
  ])('an update %s', async (_what, content) => {
    expect((await post({ update_id: nextUpdateId++, ...content })).status).toBe(200);
  });

  it('a service message, and says nothing', async () => {
    const before = anna.botMessages().length;
    expect((await post(update({ pinned_message: {} }))).status).toBe(200);
    expect(anna.botMessages()).toHaveLength(before);
  });
});

describe('when something is broken', () => {
  it('F-68 a bug apologises to the person, keeps the state, and does not come again', async () => {
    const before = await anna.session();
    world.telegram.failNext('sendMessage', { status: 400, description: 'Bad Request: BUTTON_DATA_INVALID' });
    const body = update();
    expect((await post(body)).status).toBe(200);
    expect(anna.seen.text).toContain('Что-то пошло не так на нашей стороне');
    expect(anna.buttons()).toEqual(['🏠 Меню']);
    const after = await anna.session();
    expect(after.state).toEqual(before.state);
    expect(after.done.map(Number)).toContain(body.update_id);
  });

  it('a tap whose screen cannot be shown leaves the conversation where it was', async () => {
    const before = await anna.session();
    const refusal = { status: 400, description: 'Bad Request: BUTTON_DATA_INVALID' };
    world.telegram.failNext('editMessageText', refusal);
    expect(await anna.taps('Свежий контент')).toBe('');
    expect(anna.seen.text).toContain('Что-то пошло не так на нашей стороне');
    expect((await anna.session()).state).toEqual(before.state);
  });

  it('F-72 flood control that lasts makes the update come again in time', async () => {
    world.telegram.failNext('sendMessage', { status: 429, retryAfterS: 9 });
    const body = update();
    expect(await post(body)).toEqual({ status: 503, retryAfter: '9' });
    expect((await anna.session()).lock_token).toBeNull();
    expect(await doneUpdates()).not.toContain(body.update_id);
    expect((await post(body)).status).toBe(200);
    expect(await doneUpdates()).toContain(body.update_id);
  });

  it('a screen whose sending failed halfway is sent once more', async () => {
    world.telegram.failNext('sendMessage', { status: 502, body: 'Bad Gateway' });
    expect((await post(update())).status).toBe(200);
    expect(anna.seen.text).toContain('Какой товар снимаем?');
  });

  it('F-71 a busy chat is waited for, then the update must come again after a second', async () => {
    const holder = new ConversationStore(world.database.dataSource, { SESSION_LEASE_MS: 60_000 });
    const held = await holder.tryLock(anna.id, -1);
    expect(held.kind).toBe('locked');
    expect(await post(update())).toEqual({ status: 503, retryAfter: '1' });
    if (held.kind === 'locked') await holder.release(held.lock);
    expect((await post(update())).status).toBe(200);
  });

  it('a tap on a busy chat loses its waiting sign at once', async () => {
    const holder = new ConversationStore(world.database.dataSource, { SESSION_LEASE_MS: 60_000 });
    const held = await holder.tryLock(anna.id, -2);
    const tap = world.telegram.tap(anna.id, anna.seen.messageId, 'Свежий контент');
    expect((await tap.answer()).text ?? '').toBe('');
    if (held.kind === 'locked') await holder.release(held.lock);
    await anna.taken();
    expect(anna.seen.text).toContain('Куда пойдёт видео?');
  });

  it('F-72 a database that is away answers 503, and the update is handled when it is back', async () => {
    const body = update();
    proxy.cut();
    expect(await post(body)).toEqual({ status: 503, retryAfter: '1' });
    proxy.mend();
    expect((await post(body)).status).toBe(200);
    expect(await doneUpdates()).toContain(body.update_id);
  });

  it('F-78 a person who blocked the bot is remembered, and it is no failure', async () => {
    const body = update();
    world.telegram.failNext('sendMessage', {
      status: 403,
      description: 'Forbidden: bot was blocked by the user',
    });
    expect((await post(body)).status).toBe(200);
    expect((await anna.row()).blocked_at).not.toBeNull();
    expect((await post(update())).status).toBe(200);
    expect((await anna.row()).blocked_at).toBeNull();
  });
});

describe('at the end', () => {
  it('F-73 F-74 F-80 what is in hand is finished and answered, and what comes then must come again', async () => {
    const { app, url: leavingUrl } = await world.startBot();
    const body = update();
    world.telegram.failNext('sendMessage', { delayMs: 200, chatId: anna.id });
    const inHand = post(body, WEBHOOK_SECRET, leavingUrl);
    await waitFor(async () => (await anna.session()).lock_token, { what: 'the update to be in hand' });
    const stopping = world.stopBot(app);
    expect((await post(update(), WEBHOOK_SECRET, leavingUrl)).status).toBe(503);
    expect((await inHand).status).toBe(200);
    await stopping;
    expect(await doneUpdates()).toContain(body.update_id);
    expect((await anna.session()).lock_token).toBeNull();
    // A webhook taken away at the stop would let updates expire until the next start.
    expect(world.telegram.calls('deleteWebhook')).toEqual([]);
  });
});
