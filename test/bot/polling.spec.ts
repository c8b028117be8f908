import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PollLock } from '../../src/modules/bot/poll-lock.js';
import { Readiness } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { BotWorld } from './bot-app.js';
import { CuttableProxy } from './cuttable-proxy.js';

const LEASE_MS = 1_000;

let world: BotWorld;
const apps = new Set<Awaited<ReturnType<BotWorld['startBot']>>['app']>();

beforeAll(async () => {
  world = await BotWorld.create();
});
afterAll(() => world.destroy());
afterEach(async () => {
  for (const app of apps) await world.stopBot(app);
  apps.clear();
  world.telegram.clearFaults();
});

async function startPoller(env: Record<string, string> = {}) {
  const { app } = await world.startBot({ mode: 'polling', env });
  apps.add(app);
  return app;
}

async function stop(app: Awaited<ReturnType<typeof startPoller>>) {
  apps.delete(app);
  await world.stopBot(app);
}

/** The connections that hold the right to poll. */
async function lockHolders(): Promise<number> {
  const rows = await world.database.query(
    `select 1 from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and a.application_name = 'neurocards-poll' and a.datname = current_database()`,
  );
  return rows.length;
}

const pollCalls = () => world.telegram.calls('getUpdates');
const oneHolder = () => waitFor(async () => (await lockHolders()) === 1, { what: 'a poller' });

describe('the right to poll', () => {
  it('is one process’s, and free as soon as it is given back', async () => {
    const first = await PollLock.tryAcquire(world.database.url, '42', LEASE_MS);
    expect(first).not.toBeNull();
    expect(await PollLock.tryAcquire(world.database.url, '42', LEASE_MS)).toBeNull();
    const otherBot = await PollLock.tryAcquire(world.database.url, '43', LEASE_MS);
    expect(otherBot).not.toBeNull();
    await first?.release();
    expect(first?.lost.aborted).toBe(true);
    const second = await PollLock.tryAcquire(world.database.url, '42', LEASE_MS);
    expect(second).not.toBeNull();
    await Promise.all([otherBot?.release(), second?.release()]);
  });

  it('is lost at once with its connection', async () => {
    const proxy = await CuttableProxy.to(world.database.url);
    const lock = await PollLock.tryAcquire(proxy.url, '42', LEASE_MS);
    proxy.cut();
    await waitFor(() => lock?.lost.aborted, { what: 'the lock to be lost' });
    await lock?.release();
    await proxy.close();
  });

  it('F-70 is lost by a holder of whom nothing is heard, who gives up first, and kept by one who lives', async () => {
    const proxy = await CuttableProxy.to(world.database.url);
    const silent = await PollLock.tryAcquire(proxy.url, '42', LEASE_MS);
    const alive = await PollLock.tryAcquire(world.database.url, '43', LEASE_MS);
    expect(await silent?.prove()).toBe(true);
    proxy.silence();
    const silentSince = performance.now();
    const next = await waitFor(() => PollLock.tryAcquire(world.database.url, '42', LEASE_MS), {
      what: 'the lock to be free',
    });
    expect(performance.now() - silentSince).toBeLessThan(2 * LEASE_MS);
    expect([silent?.lost.aborted, await silent?.prove()]).toEqual([true, false]);
    expect([alive?.lost.aborted, await alive?.prove()]).toEqual([false, true]);
    for (const lock of [silent, alive, next]) await lock?.release();
    await proxy.close();
  });

  it('cannot be asked for without a database', async () => {
    const proxy = await CuttableProxy.to(world.database.url);
    proxy.cut();
    await expect(PollLock.tryAcquire(proxy.url, '42', LEASE_MS)).rejects.toThrow();
    await proxy.close();
  });
});

describe('polling', () => {
  it('F-73 takes the webhook away without dropping what waits, and answers', async () => {
    const early = world.newcomer('en');
    world.telegram.sendText(early.id, '/start');
    await startPoller();
    await early.taken();
    await waitFor(() => early.seen.text.includes('Before we start'), { what: 'the answer' });
    const [call] = world.telegram.calls('deleteWebhook');
    expect(call?.args).toEqual({});
  });

  it('F-74 confirms an update only once it is done', async () => {
    const talker = world.newcomer('en');
    await startPoller();
    world.telegram.failNext('sendMessage', { delayMs: 300, chatId: talker.id });
    world.telegram.sendText(talker.id, '/start');
    await waitFor(
      () => world.telegram.calls('sendMessage').some(({ args }) => args['chat_id'] === talker.id),
      {
        what: 'the answer',
      },
    );
    await talker.taken();
    const [session] = await world.database.query<{ done: string[] }>(
      'select done from bot_sessions where chat_id = $1',
      [talker.id],
    );
    expect(session?.done).toHaveLength(1);
  });

  it('F-70 is done by one of two processes; when it goes, the other takes over and nothing is lost', async () => {
    const talker = world.newcomer('en');
    const first = await startPoller();
    await talker.says('/start');
    // The long poll that an earlier test broke off is counted when its successor comes.
    const conflicts = () => pollCalls().filter(({ status }) => status === 409).length;
    const before = conflicts();
    await startPoller();
    await talker.says('/help');
    expect([await lockHolders(), conflicts()]).toEqual([1, before]);
    const stopping = stop(first);
    for (let n = 0; n < 5; n++) world.telegram.sendText(talker.id, '/menu');
    await stopping;
    await talker.taken();
    await waitFor(() => talker.botMessages().length === 7, { what: 'every answer', timeoutMs: 10_000 });
    expect((await talker.session()).done).toHaveLength(7);
  });

  it('F-24 F-69 F-74 does not let a chat that takes long hold up the others, nor confirms it before it is done', async () => {
    const [slow, quick] = [world.newcomer('en'), world.newcomer('en')];
    await startPoller();
    await slow.says('/start');
    world.telegram.failNext('sendMessage', { delayMs: 2_500, chatId: slow.id });
    world.telegram.sendText(slow.id, '/menu');
    await waitFor(async () => (await slow.session()).lock_token, { what: 'the slow update to be in hand' });
    world.telegram.sendText(quick.id, '/start');
    const answer = world.telegram.preCheckout(quick.id, { invoicePayload: 'forged', totalAmount: 1 });
    expect(await answer).toMatchObject({ kind: 'refused' });
    await waitFor(() => quick.botMessages().length === 1, { what: 'the welcome' });
    expect([slow.botMessages().length, world.telegram.pendingUpdates()]).toEqual([1, 3]);
    await slow.taken();
    expect(slow.botMessages()).toHaveLength(2);
  });

  it('stops at once when the database goes, and goes on when it is back', async () => {
    const talker = world.newcomer('en');
    const proxy = await CuttableProxy.to(world.database.url);
    const app = await startPoller({ DATABASE_URL: proxy.url });
    await oneHolder();
    proxy.cut();
    await waitFor(async () => (await lockHolders()) === 0, { what: 'the lock to be free' });
    world.telegram.sendText(talker.id, '/start');
    const calls = pollCalls().length;
    proxy.mend();
    await oneHolder();
    await talker.taken();
    await waitFor(() => talker.botMessages().length === 1, { what: 'the welcome' });
    expect(pollCalls().length).toBeGreaterThan(calls);
    await stop(app);
    await proxy.close();
  });

  it('F-70 with another program on the token turns readiness red, tells operators, rests, and goes on when it is gone', async () => {
    const operator = world.newcomer('en');
    const app = await startPoller({ ADMIN_IDS: String(operator.id), TELEGRAM_CONFLICT_PAUSE_MS: '300' });
    await operator.joins();
    await waitFor(() => world.telegram.listening === 'polling', { what: 'our long poll' });
    const trouble = () => {
      const checks = app.get(Readiness).checks();
      try {
        void checks.find(({ name }) => name === 'telegram')?.check();
        return null;
      } catch (error) {
        return String(error);
      }
    };
    // It takes what comes and confirms nothing, as a program does that is ended soon.
    const stranger = () => fetch(`${world.telegram.url}/bot${world.telegram.token}/getUpdates?timeout=5`);
    const theirs = stranger();
    await waitFor(() => trouble()?.includes('another program'), { what: 'the alarm' });
    const before = operator.botMessages().length;
    world.telegram.sendText(operator.id, '/menu');
    await theirs;
    await operator.taken();
    await waitFor(() => operator.botMessages().length === before + 1, { what: 'the answer' });
    expect(trouble()).toBeNull();
    expect(await world.database.query('select kind, payload from notices')).toEqual([
      { kind: 'second_poller', payload: { kind: 'second_poller' } },
    ]);
  });
});
