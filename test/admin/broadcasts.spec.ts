import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buttonOf, DemoPerson } from '../../sandbox/demo/person.js';
import type { ChatMessage } from '../../sandbox/telegram/index.js';
import {
  BroadcastActions,
  BroadcastsService,
  type Audience,
  type BroadcastView,
  type OperatorRequest,
} from '../../src/modules/admin/index.js';
import { DELIVERIES_KEPT_MS } from '../../src/modules/admin/broadcasts/broadcast.types.js';
import { BroadcastsRepository } from '../../src/modules/admin/broadcasts/broadcasts.repository.js';
import { DeliveriesRepository } from '../../src/modules/admin/broadcasts/deliveries.repository.js';
import { NoticesService } from '../../src/modules/notifications/index.js';
import { TelegramClient } from '../../src/modules/telegram/index.js';
import { Metrics } from '../../src/platform/index.js';
import { JobsWorld } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';

const OPERATOR_ID = 5_100_000_001;
const PEOPLE = 24;
const WAIT_MS = 15_000;
/** The states of what a queue still has to do. */
const HELD = ['wait', 'prioritized', 'delayed', 'active'] as const;
const EVERYBODY: Audience = { who: 'everybody', language: null };

const wish = (): OperatorRequest => ({
  ...{ operator: `telegram:${OPERATOR_ID}`, reason: 'news of the shop', key: randomUUID() },
});

describe('a broadcast', () => {
  let world: JobsWorld;
  let olga: DemoPerson;
  let actions: BroadcastActions;
  let broadcasts: BroadcastsService;
  const people: DemoPerson[] = [];

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        ADMIN_IDS: String(OPERATOR_ID),
        BROADCAST_SENDS_PER_SECOND_MAX: '200',
        // Four at a time.
        BROADCAST_LOOK_INTERVAL_MS: '20',
        JOB_CRON_INTERVAL_MS: '100',
        JOB_WAKE_LOST_AFTER_MS: '300',
        NOTICE_ATTEMPTS_MAX: '3',
        PROGRESS_EDIT_INTERVAL_MS: '50',
        TELEGRAM_TIMEOUT_MS: '2000',
      },
    });
    [actions, broadcasts] = [world.get(BroadcastActions), world.get(BroadcastsService)];
    olga = DemoPerson.add(world.telegram, 'Olga', 'en', { id: OPERATOR_ID });
    await olga.join();
    for (let n = 0; n < PEOPLE; n++) people.push(DemoPerson.add(world.telegram, `Anna ${n}`, 'ru'));
    for (const person of people) person.say('/start');
    await waitFor(() => world.telegram.pendingUpdates() === 0, { what: 'everybody to have started' });
    for (const { id } of people) {
      await world.query(
        `select register_user($1, null, 'Anna', null, 'ru', p_tg_user_hmac => sha256($2), p_consented => true)`,
        [...[id, Buffer.from(String(id))]],
      );
    }
  });

  afterEach(async () => {
    await queue('send').resume();
    world.telegram.clearFaults();
    await world.query(`update users set blocked_at = null, banned_at = null`);
    await world.expectCleanAudit();
  });

  afterAll(() => world.stop());

  /** Olga's message, which is to be sent. */
  const written = (text: string) => world.telegram.sendText(olga.id, text).messageId;
  const copies = (person: DemoPerson, text: string) =>
    person.chat().filter((message) => message.from === 'bot' && message.text === text).length;
  const begin = async (text: string, audience: Audience = EVERYBODY): Promise<string> => {
    const message = { chatId: olga.id, messageId: written(text), button: null };
    const id = randomUUID();
    const result = await actions.start(wish(), { id, message, audience, progress: null });
    expect(result).toMatchObject({ outcome: 'done', repeated: false });
    return id;
  };
  const until = (id: string, condition: (view: BroadcastView) => boolean, what: string) =>
    waitFor(
      async () => {
        const view = await broadcasts.find(id);
        return view && condition(view) ? view : null;
      },
      { what, timeoutMs: WAIT_MS },
    );
  const done = (id: string) => until(id, ({ status }) => status === 'done', 'the end of the broadcast');
  const stopped = (id: string) => until(id, ({ status }) => status === 'stopped', 'the stop');
  const reached = (id: string, count: number) => until(id, ({ sent }) => sent >= count, `${count} sends`);
  const queue = (name: string) => world.test.app.get<Queue>(getQueueToken(name), { strict: false });
  const copyCalls = () => world.telegram.calls('copyMessage').length;

  it('goes from the message to the report, to everybody once, with its button', async () => {
    const text = 'New: three styles for every mug';
    const seen = (words: string) => olga.sees((message) => message.text.includes(words), WAIT_MS);
    const tapOn = (message: ChatMessage, data: string) =>
      world.telegram.tapData(olga.id, message.messageId, buttonOf(message, data) ?? data).answer();
    olga.say('/broadcast');
    await tapOn(await seen('There was no broadcast yet'), '1:op_broadcast_new');
    await seen('Send the message as people will see it');
    await world.telegram.sendOther(olga.id, 'sticker');
    await seen('That cannot be sent to people');
    olga.say(text);
    const choice = await seen('Who gets it?');
    expect(copies(olga, text)).toBe(1);
    expect(choice.text).toContain(`People: ${PEOPLE + 1}`);
    await tapOn(choice, '1:op_button');
    await seen('What does the button say');
    olga.say('Open the shop | https://shop.example/');
    await waitFor(() => copies(olga, text) === 2, { what: 'the preview with its button' });
    const again = await seen('Who gets it?');
    await tapOn(again, '1:op_who:bought');
    await olga.sees(
      ({ messageId, text: shown }) => messageId === again.messageId && shown.includes('There are no such'),
    );
    await tapOn(again, '1:op_who:everybody');
    await tapOn(again, '1:op_language:ru');
    await olga.sees(
      ({ messageId, text: shown }) => messageId === again.messageId && shown.includes(`People: ${PEOPLE}.`),
    );
    await tapOn(again, '1:op_chosen');
    await seen('Why? Write the reason');
    const blocked = { status: 403, description: 'Forbidden: bot was blocked by the user' };
    world.telegram.failNext('copyMessage', { ...blocked, chatId: people[0]?.id ?? 0 });
    olga.say('news of the shop');
    const asked = await seen('Do you confirm');
    expect(asked.text).toContain(`People who get the message: ${PEOPLE} (Everybody · 🇷🇺 Russian)`);
    const data = buttonOf(asked, '1:op_confirm:') ?? '';
    const taps = Array.from({ length: 10 }, () => world.telegram.tapData(olga.id, asked.messageId, data));
    await Promise.all(taps.map((tap) => tap.answer()));
    const report = await seen('The broadcast is over.');
    expect(report.text).toContain(`Got it: ${PEOPLE - 1}\nBlocked the bot: 1\nNot delivered: 0`);
    expect(people.map((person) => copies(person, text))).toEqual(people.map((_, n) => (n === 0 ? 0 : 1)));
    const copied = people[1]?.chat().at(-1);
    expect(copied?.keyboard).toEqual([[{ text: 'Open the shop', url: 'https://shop.example/' }]]);
    await olga.sees(
      ({ messageId, text: shown }) =>
        messageId === asked.messageId && shown.includes('The broadcast is over: 100%'),
      WAIT_MS,
    );
    const rows = await world.query<{ action: string; subject: string }>(
      `select action, subject from operator_actions where subject_kind = 'broadcast'`,
    );
    expect(rows).toHaveLength(1);
    const [person] = await world.query<{ blocked_at: Date | null }>(
      'select blocked_at from users where tg_user_id = $1',
      [people[0]?.id],
    );
    expect(person?.blocked_at).not.toBeNull();
  });

  it('goes to nobody who has blocked the bot, was banned, or is not in its audience', async () => {
    const count = (audience: Audience) => broadcasts.countPeople(audience);
    expect(await count(EVERYBODY)).toBe(PEOPLE + 1);
    expect(await count({ who: 'everybody', language: 'en' })).toBe(1);
    const customer = await world.customer();
    await world.over(await customer.orderOne());
    expect(await count({ who: 'ordered', language: null })).toBe(1);
    expect(await count({ who: 'never_ordered', language: null })).toBe(PEOPLE + 1);
    await world.query(`update users set blocked_at = now() where tg_user_id = $1`, [people[0]?.id]);
    await world.query(`update users set banned_at = now() where tg_user_id = $1`, [people[1]?.id]);
    expect(await count({ who: 'never_ordered', language: 'ru' })).toBe(PEOPLE - 2);
    const id = await begin('Only for those who order', { who: 'ordered', language: null });
    expect(await done(id)).toMatchObject({ people: 1, sent: 1 });
    expect(copies(customer.person, 'Only for those who order')).toBe(1);
    expect(
      (
        await actions.start(wish(), {
          ...{ id: randomUUID(), message: { chatId: olga.id, messageId: 1, button: null }, progress: null },
          audience: { who: 'bought', language: null },
        })
      ).outcome,
    ).toBe('not_found');
    // Nobody of the others' concern.
    await world.query('update users set consented_at = null where id = $1', [customer.user.id]);
  });

  it('stops within a send or two, and goes on without a repeat', async () => {
    const text = 'Stopped in the middle';
    const id = await begin(text);
    expect(
      (
        await actions.start(wish(), {
          ...{ id: randomUUID(), message: { chatId: olga.id, messageId: 1, button: null }, progress: null },
          audience: EVERYBODY,
        })
      ).outcome,
    ).toBe('under_way');
    await reached(id, 3);
    await queue('send').pause();
    await waitFor(async () => (await queue('send').getJobCountByTypes('active')) === 0, {
      what: 'no send at work',
    });
    const calls = copyCalls();
    expect(await actions.stop(wish(), id)).toMatchObject({ outcome: 'done' });
    expect(await actions.stop(wish(), id)).toMatchObject({ outcome: 'unchanged' });
    await queue('send').resume();
    await waitFor(async () => (await queue('send').getJobCountByTypes(...HELD)) === 0, {
      what: 'the rest to be let go',
    });
    // Not even what was queued already.
    expect(copyCalls()).toBe(calls);
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'done' });
    await done(id);
    expect(people.map((person) => copies(person, text))).toEqual(people.map(() => 1));
  });

  it('waits as Telegram asks, all of it, and no try is lost', async () => {
    const text = 'Slowly';
    world.telegram.failNext('copyMessage', { status: 429, retryAfterS: 1 });
    const startedAt = performance.now();
    const id = await begin(text);
    expect(await done(id)).toMatchObject({ sent: PEOPLE + 1, failed: 0, unknown: 0 });
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    const tries = await world.query(
      'select distinct attempts from broadcast_deliveries where broadcast_id = $1',
      [id],
    );
    expect(tries).toEqual([{ attempts: 1 }]);
    expect(people.map((person) => copies(person, text))).toEqual(people.map(() => 1));
  });

  it('sends nothing twice whose outcome is not known, and counts what was refused', async () => {
    const text = 'Perhaps';
    const calls = copyCalls();
    world.telegram.failNext('copyMessage', { reset: true, afterEffect: true });
    world.telegram.failNext('copyMessage', { status: 502 });
    world.telegram.failNext('copyMessage', { status: 400, description: 'Bad Request: CHAT_RESTRICTED' });
    const id = await begin(text);
    expect(await done(id)).toMatchObject({ sent: PEOPLE - 2, unknown: 2, failed: 1 });
    expect(copyCalls() - calls).toBe(PEOPLE + 1);
    const counts = [...people, olga].map((person) => copies(person, text));
    expect(counts.filter((count) => count === 1)).toHaveLength(PEOPLE - 1);
    expect(Math.max(...counts)).toBe(1);
  });

  it('stops and says so when Telegram does not answer at all, or its message is gone', async () => {
    world.telegram.failNext('copyMessage', { status: 502, times: PEOPLE });
    const away = await begin('Into the void');
    const { unknown, ...view } = await stopped(away);
    expect(view).toMatchObject({ stoppedBecause: 'telegram_away', sent: 0, failed: 0 });
    expect(unknown).toBeGreaterThanOrEqual(10);
    await olga.sees(({ text }) => text.includes('Telegram does not answer'), WAIT_MS);
    const isQuiet = async () => (await queue('send').getJobCountByTypes(...HELD)) === 0;
    await waitFor(isQuiet, { what: 'the rest to be let go' });
    const lost = (await broadcasts.find(away))?.unknown ?? 0;
    expect(lost).toBeLessThan(PEOPLE);
    world.telegram.clearFaults();
    expect(await actions.goOn(wish(), away, null)).toMatchObject({ outcome: 'done' });
    expect(await done(away)).toMatchObject({ sent: PEOPLE + 1 - lost, unknown: lost });

    const calls = copyCalls();
    await queue('send').pause();
    const messageId = written('Deleted again');
    const message = { chatId: olga.id, messageId, button: null };
    const gone = randomUUID();
    await actions.start(wish(), { id: gone, message, audience: EVERYBODY, progress: null });
    const token = world.telegram.token;
    await fetch(`${world.telegram.url}/bot${token}/deleteMessage?chat_id=${olga.id}&message_id=${messageId}`);
    await queue('send').resume();
    expect(await stopped(gone)).toMatchObject({
      stoppedBecause: 'message_gone',
      sent: 0,
      failed: 0,
      unknown: 0,
    });
    await olga.sees(({ text }) => text.includes('not in its chat any more'), WAIT_MS);
    expect(copyCalls() - calls).toBeLessThanOrEqual(4);
    expect(await actions.goOn(wish(), gone, null)).toMatchObject({ outcome: 'cannot_go_on' });
  });

  it('costs nobody the message while Telegram cannot be reached at all', async () => {
    const text = 'After the outage';
    const client = world.get(TelegramClient);
    // Nobody listens there.
    const settings = { ...world.test.env, TELEGRAM_API_ROOT: 'http://127.0.0.1:1' };
    const nowhere = new TelegramClient(settings, new Metrics());
    client.copyMessage = (...copy) => nowhere.copyMessage(...copy);
    const id = await begin(text);
    const view = await until(id, ({ status }) => status !== 'sending', 'its end').finally(() =>
      Reflect.deleteProperty(client, 'copyMessage'),
    );
    expect(view).toMatchObject({ stoppedBecause: 'telegram_away', sent: 0, failed: 0, unknown: 0 });
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'done' });
    expect(await done(id)).toMatchObject({ sent: PEOPLE + 1, failed: 0, unknown: 0 });
    expect(people.map((person) => copies(person, text))).toEqual(people.map(() => 1));
  });

  it('takes only an answer of Telegram for a sign that it is there', async () => {
    await queue('send').pause();
    const id = await begin('Four ends');
    await waitFor(async () => (await queue('send').getJobCountByTypes('prioritized')) >= 4, {
      what: 'full queue',
    });
    const { manager } = world.test.database.dataSource;
    const rows = await world.query<{ id: string }>(
      'select id from broadcast_deliveries where broadcast_id = $1 order by id limit 4',
      [id],
    );
    const inARow: number[] = [];
    for (const [n, end] of (['unknown', 'skipped', 'unknown', 'sent'] as const).entries()) {
      inARow.push(await world.get(DeliveriesRepository).end(manager, rows[n]?.id ?? '', end));
    }
    expect(inARow).toEqual([1, 1, 2, 0]);
    await queue('send').resume();
    await done(id);
  });

  it('is forgotten person by person when it was stopped long ago, and cannot go on then: they would get it twice', async () => {
    const id = await begin('Left alone');
    await reached(id, 3);
    await actions.stop(wish(), id);
    const stoppedAgo = (interval: string) =>
      world.query('update broadcasts set stopped_at = now() - $2::interval where id = $1', [id, interval]);
    const people = () => world.query('select 1 from broadcast_deliveries where broadcast_id = $1', [id]);
    await stoppedAgo('29 days');
    const { manager } = world.test.database.dataSource;
    await world.get(DeliveriesRepository).trim(manager, DELIVERIES_KEPT_MS, 1_000);
    expect((await people()).length).toBeGreaterThan(3);
    await stoppedAgo('31 days');
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'cannot_go_on' });
    await waitFor(async () => (await people()).length === 0, { what: 'the schedule to forget them' });
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'cannot_go_on' });
  });

  it('that stands still is woken once for each time that it is found so', async () => {
    await queue('send').pause();
    const id = await begin('Nobody looks');
    const { dataSource } = world.test.database;
    const found = await dataSource.transaction(async (manager) => {
      await manager.query(`update broadcasts set wake_at = now() - interval '1 hour' where id = $1`, [id]);
      const look = () => world.get(BroadcastsRepository).takeOverdue(manager, 60_000);
      return [await look(), await look()];
    });
    expect(found).toEqual([[expect.objectContaining({ id })], []]);
    await queue('send').resume();
    await done(id);
  });

  it('goes on after its worker was killed and its queues were emptied: nobody twice, nobody forgotten', async () => {
    const text = 'Though everything fell over';
    world.telegram.failNext('copyMessage', { hang: true });
    const id = await begin(text);
    await reached(id, 3);
    // As a worker leaves it that was killed during a send: nobody will ever tell how that ended.
    const [killed] = await waitFor(
      async () => {
        const rows = await world
          .query<{ user_id: string }>(
            `update broadcast_deliveries set claimed_at = now() - interval '1 hour'
            where broadcast_id = $1 and state = 'sending' returning user_id`,
            [id],
          )
          .then((answer) => (answer as unknown as [{ user_id: string }[]])[0]);
        return rows.length > 0 ? rows : null;
      },
      { what: 'a send that hangs' },
    );
    expect(killed?.user_id).toBeDefined();
    await world.query('delete from bullmq.job');
    const view = await done(id);
    expect(view.unknown).toBeGreaterThanOrEqual(1);
    expect(view.sent + view.unknown).toBe(PEOPLE + 1);
    const counts = [...people, olga].map((person) => copies(person, text));
    expect(Math.max(...counts)).toBe(1);
    // What was taken for killed may have been sent after all; all else was sent.
    expect(counts.filter((count) => count === 0).length).toBeLessThanOrEqual(view.unknown);
  });

  it('holds up no notice and no video', async () => {
    await queue('send').pause();
    const id = await begin('Last of all');
    await waitFor(async () => (await queue('send').getJobCountByTypes('prioritized')) >= 4, {
      what: 'full queue',
    });
    const calls = world.telegram.calls().length;
    const [user] = await world.query<{ id: string }>('select id from users where tg_user_id = $1', [
      people[5]?.id,
    ]);
    const notices = world.get(NoticesService);
    const noticeId = await notices.write(world.test.database.dataSource.manager, {
      ...{ userId: user?.id ?? '', cause: `test-${id}` },
      payload: { kind: 'credits_granted', credits: 1, balance: 3 },
    });
    await notices.wake(noticeId ?? '');
    // Never more than may be sent until the next look.
    expect(await queue('send').getJobCountByTypes('prioritized', 'delayed')).toBeLessThanOrEqual(4);
    await queue('send').resume();
    await done(id);
    const sends = world.telegram
      .calls()
      .slice(calls)
      .map(({ method }) => method)
      .filter((method) => /^(send|copy)/.test(method));
    // Ten are served at once: what came later and is no broadcast was taken first.
    expect(sends.indexOf('sendMessage')).toBeLessThan(4);
    expect(sends.filter((method) => method === 'copyMessage')).toHaveLength(PEOPLE + 1);
  });

  it('sends nothing to somebody who was erased, and nothing more of what they wrote', async () => {
    await queue('send').pause();
    const id = await begin('To be forgotten');
    await waitFor(async () => (await queue('send').getJobCountByTypes('prioritized')) >= 4, {
      what: 'full queue',
    });
    const [listed] = await world.query<{ user_id: string; chat_id: string }>(
      `select d.user_id, u.tg_user_id as chat_id from broadcast_deliveries d join users u on u.id = d.user_id
        where d.broadcast_id = $1 and u.tg_user_id <> $2 order by d.id limit 1`,
      [id, OPERATOR_ID],
    );
    const erase = (userId: string, chatId: number) =>
      world.test.database.dataSource.transaction((manager) => broadcasts.erase(manager, { userId, chatId }));
    await erase(listed?.user_id ?? '', Number(listed?.chat_id));
    const left = await world.query('select 1 from broadcast_deliveries where user_id = $1', [
      listed?.user_id,
    ]);
    expect(left).toEqual([]);
    await erase(randomUUID(), olga.id);
    await queue('send').resume();
    expect(await stopped(id)).toMatchObject({ stoppedBecause: 'erased', sent: 0 });
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'cannot_go_on' });
    const chats = await world.query('select 1 from broadcasts where from_chat_id = $1', [olga.id]);
    expect(chats).toEqual([]);
  });
});
