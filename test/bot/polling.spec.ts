import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PollLock } from '../../src/modules/bot/poll-lock.js';
import { Readiness } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { BotWorld } from './bot-app.js';
import { CuttableProxy } from './cuttable-proxy.js';

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
    const first = await PollLock.tryAcquire(world.database.url, '42');
    expect(first).not.toBeNull();
    expect(await PollLock.tryAcquire(world.database.url, '42')).toBeNull();
    const otherBot = await PollLock.tryAcquire(world.database.url, '43');
    expect(otherBot).not.toBeNull();
    await first?.release();
    expect(first?.lost.aborted).toBe(true);
    const second = await PollLock.tryAcquire(world.database.url, '42');
    expect(second).not.toBeNull();
    await Promise.all([otherBot?.release(), second?.release()]);
  });

  it('is lost at once with its connection', async () => {
    const proxy = await CuttableProxy.to(world.database.url);
    const lock = await PollLock.tryAcquire(proxy.url, '42');
    proxy.cut();
    await waitFor(() => lock?.lost.aborted, { what: 'the lock to be lost' });
    await lock?.release();
    await proxy.close();
  });

  it('cannot be asked for without a database', async () => {
    const proxy = await CuttableProxy.to(world.database.url);
    proxy.cut();
    await expect(PollLock.tryAcquire(proxy.url, '42')).rejects.toThrow();
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

  it('F-70 with another program on the token turns readiness red and rests', async () => {
    const app = await startPoller();
    await oneHolder();
    const conflict = 'Conflict: terminated by other getUpdates request';
    world.telegram.failNext('getUpdates', { status: 409, description: conflict });
    const readiness = () =>
      app
        .get(Readiness)
        .checks()
        .find(({ name }) => name === 'telegram')
        ?.check();
    await waitFor(
      () => {
        try {
          void readiness();
          return false;
        } catch (error) {
          return String(error).includes('another program');
        }
      },
      { what: 'the alarm' },
    );
    const calls = pollCalls().length;
    await stop(app);
    expect(pollCalls()).toHaveLength(calls);
  });
});
