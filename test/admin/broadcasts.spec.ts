import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buttonOf, type DemoPerson } from '../../sandbox/demo/person.js';
import type { ChatMessage } from '../../sandbox/telegram/index.js';
import type { Audience, BroadcastActions, BroadcastsService } from '../../src/modules/admin/index.js';
import { DELIVERIES_KEPT_MS } from '../../src/modules/admin/broadcasts/broadcast.types.js';
import { BroadcastsRepository } from '../../src/modules/admin/broadcasts/broadcasts.repository.js';
import { DeliveriesRepository } from '../../src/modules/admin/broadcasts/deliveries.repository.js';
import { JobWakeUps } from '../../src/modules/jobs/job-wake-ups.js';
import { NoticesService } from '../../src/modules/notifications/index.js';
import { TelegramClient, type Send } from '../../src/modules/telegram/index.js';
import { Metrics } from '../../src/platform/index.js';
import type { JobsWorld } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';
import {
  BroadcastWorld,
  EVERYBODY,
  OPERATOR_ID,
  PEOPLE,
  QUEUED_MAX,
  WAIT_MS,
  wish,
} from './broadcast-world.js';

describe('a broadcast', () => {
  let shop: BroadcastWorld;
  let world: JobsWorld;
  let olga: DemoPerson;
  let people: DemoPerson[];
  let actions: BroadcastActions;
  let broadcasts: BroadcastsService;

  beforeAll(async () => {
    shop = await BroadcastWorld.start();
    ({ jobs: world, olga, people, actions, broadcasts } = shop);
  });
  afterEach(() => shop.settle());
  afterAll(() => shop.stop());

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
    expect(shop.copies(olga, text)).toBe(1);
    expect(choice.text).toContain(`People: ${PEOPLE + 1}`);
    await tapOn(choice, '1:op_button');
    await seen('What does the button say');
    olga.say('Open the shop | https://shop.example/');
    await waitFor(() => shop.copies(olga, text) === 2, { what: 'the preview with its button' });
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
    expect(people.map((person) => shop.copies(person, text))).toEqual(
      people.map((_, n) => (n === 0 ? 0 : 1)),
    );
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
    const id = await shop.begin('Only for those who order', { who: 'ordered', language: null });
    expect(await shop.done(id)).toMatchObject({ people: 1, sent: 1 });
    expect(shop.copies(customer.person, 'Only for those who order')).toBe(1);
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
    const id = await shop.begin(text);
    expect(
      (
        await actions.start(wish(), {
          ...{ id: randomUUID(), message: { chatId: olga.id, messageId: 1, button: null }, progress: null },
          audience: EVERYBODY,
        })
      ).outcome,
    ).toBe('under_way');
    await shop.reached(id, 3);
    await shop.sends.pause();
    await waitFor(async () => (await shop.sends.getJobCountByTypes('active')) === 0, {
      what: 'no send at work',
    });
    const calls = shop.copyCalls();
    expect(await actions.stop(wish(), id)).toMatchObject({ outcome: 'done' });
    expect(await actions.stop(wish(), id)).toMatchObject({ outcome: 'unchanged' });
    await shop.sends.resume();
    await shop.emptyQueue();
    // Not even what was queued already.
    expect(shop.copyCalls()).toBe(calls);
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'done' });
    await shop.done(id);
    expect(people.map((person) => shop.copies(person, text))).toEqual(people.map(() => 1));
  });

  it('waits as Telegram asks, all of it, and no try is lost', async () => {
    const text = 'Slowly';
    world.telegram.failNext('copyMessage', { status: 429, retryAfterS: 1 });
    const startedAt = performance.now();
    const id = await shop.begin(text);
    expect(await shop.done(id)).toMatchObject({ sent: PEOPLE + 1, failed: 0, unknown: 0 });
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    const tries = await world.query(
      'select distinct attempts from broadcast_deliveries where broadcast_id = $1',
      [id],
    );
    expect(tries).toEqual([{ attempts: 1 }]);
    expect(people.map((person) => shop.copies(person, text))).toEqual(people.map(() => 1));
  });

  it('sends nothing twice whose outcome is not known, and counts what was refused', async () => {
    const text = 'Perhaps';
    const calls = shop.copyCalls();
    world.telegram.failNext('copyMessage', { reset: true, afterEffect: true });
    world.telegram.failNext('copyMessage', { status: 502 });
    world.telegram.failNext('copyMessage', { status: 400, description: 'Bad Request: CHAT_RESTRICTED' });
    const id = await shop.begin(text);
    expect(await shop.done(id)).toMatchObject({ sent: PEOPLE - 2, unknown: 2, failed: 1 });
    expect(shop.copyCalls() - calls).toBe(PEOPLE + 1);
    const counts = [...people, olga].map((person) => shop.copies(person, text));
    expect(counts.filter((count) => count === 1)).toHaveLength(PEOPLE - 1);
    expect(Math.max(...counts)).toBe(1);
  });

  it('stops and says so when Telegram does not answer at all, or its message is gone', async () => {
    world.telegram.failNext('copyMessage', { status: 502, times: PEOPLE });
    const away = await shop.begin('Into the void');
    const { unknown, ...view } = await shop.stopped(away);
    expect(view).toMatchObject({ stoppedBecause: 'telegram_away', sent: 0, failed: 0 });
    expect(unknown).toBeGreaterThanOrEqual(10);
    await olga.sees(({ text }) => text.includes('Telegram does not answer'), WAIT_MS);
    await shop.emptyQueue();
    const lost = (await broadcasts.find(away))?.unknown ?? 0;
    expect(lost).toBeLessThan(PEOPLE);
    world.telegram.clearFaults();
    expect(await actions.goOn(wish(), away, null)).toMatchObject({ outcome: 'done' });
    expect(await shop.done(away)).toMatchObject({ sent: PEOPLE + 1 - lost, unknown: lost });

    const calls = shop.copyCalls();
    await shop.sends.pause();
    const messageId = shop.write('Deleted again');
    const message = { chatId: olga.id, messageId, button: null };
    const gone = randomUUID();
    await actions.start(wish(), { id: gone, message, audience: EVERYBODY, progress: null });
    const token = world.telegram.token;
    await fetch(`${world.telegram.url}/bot${token}/deleteMessage?chat_id=${olga.id}&message_id=${messageId}`);
    await shop.sends.resume();
    expect(await shop.stopped(gone)).toMatchObject({
      stoppedBecause: 'message_gone',
      sent: 0,
      failed: 0,
      unknown: 0,
    });
    await olga.sees(({ text }) => text.includes('not in its chat any more'), WAIT_MS);
    expect(shop.copyCalls() - calls).toBeLessThanOrEqual(4);
    expect(await actions.goOn(wish(), gone, null)).toMatchObject({ outcome: 'cannot_go_on' });
  });

  it('costs nobody the message while Telegram cannot be reached at all', async () => {
    const text = 'After the outage';
    const client = world.get(TelegramClient);
    // Nobody listens there.
    const settings = { ...world.test.env, TELEGRAM_API_ROOT: 'http://127.0.0.1:1' };
    const nowhere = new TelegramClient(settings, new Metrics());
    client.copyMessage = (...copy) => nowhere.copyMessage(...copy);
    const id = await shop.begin(text);
    const view = await shop
      .until(id, ({ status }) => status !== 'sending', 'its end')
      .finally(() => Reflect.deleteProperty(client, 'copyMessage'));
    expect(view).toMatchObject({ stoppedBecause: 'telegram_away', sent: 0, failed: 0, unknown: 0 });
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'done' });
    expect(await shop.done(id)).toMatchObject({ sent: PEOPLE + 1, failed: 0, unknown: 0 });
    expect(people.map((person) => shop.copies(person, text))).toEqual(people.map(() => 1));
  });

  it('takes only an answer of Telegram for a sign that it is there', async () => {
    await shop.sends.pause();
    const id = await shop.begin('Four ends');
    await shop.fullQueue();
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
    await shop.sends.resume();
    await shop.done(id);
  });

  it('is forgotten person by person when it was stopped long ago, and cannot go on then: they would get it twice', async () => {
    const id = await shop.begin('Left alone');
    await shop.reached(id, 3);
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
    await shop.sends.pause();
    const id = await shop.begin('Nobody looks');
    const { dataSource } = world.test.database;
    const found = await dataSource.transaction(async (manager) => {
      await manager.query(`update broadcasts set wake_at = now() - interval '1 hour' where id = $1`, [id]);
      const look = () => world.get(BroadcastsRepository).takeOverdue(manager, 60_000);
      return [await look(), await look()];
    });
    expect(found).toEqual([[expect.objectContaining({ id })], []]);
    await shop.sends.resume();
    await shop.done(id);
  });

  it('goes on after its worker was killed and its queues were emptied: nobody twice, nobody forgotten', async () => {
    const text = 'Though everything fell over';
    world.telegram.failNext('copyMessage', { hang: true });
    const id = await shop.begin(text);
    await shop.reached(id, 3);
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
    const view = await shop.done(id);
    expect(view.unknown).toBeGreaterThanOrEqual(1);
    expect(view.sent + view.unknown).toBe(PEOPLE + 1);
    const counts = [...people, olga].map((person) => shop.copies(person, text));
    expect(Math.max(...counts)).toBe(1);
    // What was taken for killed may have been sent after all; all else was sent.
    expect(counts.filter((count) => count === 0).length).toBeLessThanOrEqual(view.unknown);
  });

  it('holds up no notice and no video', async () => {
    await shop.sends.pause();
    const id = await shop.begin('Last of all');
    await shop.fullQueue();
    const [user] = await world.query<{ id: string }>('select id from users where tg_user_id = $1', [
      people[5]?.id,
    ]);
    const notices = world.get(NoticesService);
    const noticeId = await notices.write(world.test.database.dataSource.manager, {
      ...{ userId: user?.id ?? '', cause: `test-${id}` },
      payload: { kind: 'credits_granted', credits: 1, balance: 3 },
    });
    await notices.wake(noticeId ?? '');
    await world.get(JobWakeUps).wake(randomUUID(), 'deliver', 0);
    const queued = await shop.sends.getJobs(['waiting', 'prioritized', 'delayed']);
    const prioritiesOf = (...kinds: Send['kind'][]) =>
      queued.filter(({ data }) => kinds.includes(data.kind)).map(({ opts }) => opts.priority ?? 0);
    const [copies, others] = [prioritiesOf('broadcast'), prioritiesOf('notice', 'video')];
    // Never more than may be sent until the next look.
    expect(copies).toHaveLength(QUEUED_MAX);
    expect(others).toHaveLength(2);
    // BullMQ serves what has none (0) first, then the lowest number. In which order they arrive says nothing: ten are served at once.
    expect(Math.max(...others)).toBeLessThan(Math.min(...copies));
    const calls = shop.copyCalls();
    await shop.sends.resume();
    await shop.done(id);
    expect(shop.copyCalls() - calls).toBe(PEOPLE + 1);
  });

  it('sends nothing to somebody who was erased, and nothing more of what they wrote', async () => {
    await shop.sends.pause();
    const id = await shop.begin('To be forgotten');
    await shop.fullQueue();
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
    await shop.sends.resume();
    expect(await shop.stopped(id)).toMatchObject({ stoppedBecause: 'erased', sent: 0 });
    expect(await actions.goOn(wish(), id, null)).toMatchObject({ outcome: 'cannot_go_on' });
    const chats = await world.query('select 1 from broadcasts where from_chat_id = $1', [olga.id]);
    expect(chats).toEqual([]);
  });
});
