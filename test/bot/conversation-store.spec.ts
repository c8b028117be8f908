import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConversationStore, DONE_UPDATES_MAX } from '../../src/modules/bot/conversation.store.js';
import { createDataSource } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { CuttableProxy } from './cuttable-proxy.js';

const LEASE_MS = 60_000;
const WAIT_MS = 20_000;
const nothing = () => undefined;

let database: TestDatabase;
let nextChatId = 5_000_000_001;

/** Two stores stand for two processes: they share nothing but the database. */
function storeWith(leaseMs = LEASE_MS): ConversationStore {
  return new ConversationStore(database.dataSource, { SESSION_LEASE_MS: leaseMs });
}

async function locked(store: ConversationStore, chatId: number, updateId: number, waitMs = WAIT_MS) {
  const outcome = await store.lock(chatId, updateId, waitMs, nothing);
  if (outcome.kind !== 'locked') throw new Error(`The chat is ${outcome.kind}`);
  return outcome;
}

async function rowOf(chatId: number) {
  const [row] = await database.query<{
    state: { count?: number };
    done: string[];
    lock_token: string | null;
  }>('select state, done, lock_token from bot_sessions where chat_id = $1', [chatId]);
  if (!row) throw new Error('The chat has no row');
  return row;
}

const range = (length: number) => Array.from({ length }, (_, index) => index + 1);

beforeAll(async () => {
  database = await createTestDatabase({ poolMax: 20 });
});
afterAll(() => database.drop());

describe('the lock of a chat', () => {
  it('brings the state and the person, and is given to one at a time', async () => {
    const chatId = nextChatId++;
    await database.query('select register_user($1, $2, $3, $4, $5)', [chatId, 'anna', 'Анна', null, 'ru']);
    const store = storeWith();
    const first = await locked(store, chatId, 1);
    expect(first).toMatchObject({
      stored: {},
      user: { tgUserId: chatId, firstName: 'Анна', language: 'ru', credits: 2, blockedAt: null },
    });
    expect(first.user?.createdAt).toBeInstanceOf(Date);
    expect(await store.tryLock(chatId, 2)).toEqual({ kind: 'busy' });
    expect(await storeWith().tryLock(chatId, 2)).toEqual({ kind: 'busy' });
    expect(await store.save(first.lock, { count: 1 })).toBe(true);
    expect((await locked(storeWith(), chatId, 2)).stored).toEqual({ count: 1 });
  });

  it('knows nobody where nobody is registered', async () => {
    expect((await locked(storeWith(), nextChatId++, 1)).user).toBeNull();
  });

  it('tells once that it has to wait, and gives up after the time', async () => {
    const chatId = nextChatId++;
    const store = storeWith();
    await locked(store, chatId, 1);
    let told = 0;
    expect(await store.lock(chatId, 2, 50, () => (told += 1))).toEqual({ kind: 'busy' });
    expect(told).toBe(1);
  });

  it('F-72 is free again once it was released without an effect, and the update is not done', async () => {
    const chatId = nextChatId++;
    const store = storeWith();
    const { lock } = await locked(store, chatId, 1);
    await store.release(lock);
    expect(await rowOf(chatId)).toMatchObject({ done: [], lock_token: null });
    expect((await store.tryLock(chatId, 1)).kind).toBe('locked');
  });
});

describe('a chat that could not be given back because PostgreSQL went away', () => {
  async function leaveBehind(store: ConversationStore, chatId: number, proxy: CuttableProxy) {
    const { lock } = await locked(store, chatId, 1);
    proxy.cut();
    await expect(store.save(lock, { count: 1 })).rejects.toThrow();
    await expect(store.release(lock)).rejects.toThrow();
    proxy.mend();
  }

  async function withCuttableStore(play: (store: ConversationStore, proxy: CuttableProxy) => Promise<void>) {
    const proxy = await CuttableProxy.to(database.url);
    const dataSource = await createDataSource({ url: proxy.url, applicationName: 'cut' }).initialize();
    const store = new ConversationStore(dataSource, { SESSION_LEASE_MS: LEASE_MS });
    try {
      await play(store, proxy);
    } finally {
      await dataSource.destroy();
      await proxy.close();
    }
  }

  it('F-72 is free at once for the process that had it, and not for another', () =>
    withCuttableStore(async (store, proxy) => {
      const chatId = nextChatId++;
      await leaveBehind(store, chatId, proxy);
      expect(await storeWith().tryLock(chatId, 1)).toEqual({ kind: 'busy' });
      const again = await waitFor(() => store.tryLock(chatId, 1), { what: 'a connection that works' });
      expect(again).toMatchObject({ kind: 'locked', stored: {} });
      // It is nobody's but the new holder's.
      expect(await store.tryLock(chatId, 2)).toEqual({ kind: 'busy' });
    }));

  it('is another process’s once that has taken it after the lease', () =>
    withCuttableStore(async (store, proxy) => {
      const chatId = nextChatId++;
      await leaveBehind(store, chatId, proxy);
      await database.query('update bot_sessions set locked_until = clock_timestamp() where chat_id = $1', [
        chatId,
      ]);
      await locked(storeWith(), chatId, 1);
      const asked = await waitFor(() => store.tryLock(chatId, 1), { what: 'a connection that works' });
      expect(asked).toEqual({ kind: 'busy' });
    }));
});

describe('updates of one chat', () => {
  it('F-71 lose nothing and double nothing when two processes race for 200 of them, each delivered twice', async () => {
    const chatId = nextChatId++;
    const stores = [storeWith(), storeWith()];
    const handle = async (store: ConversationStore, updateId: number) => {
      const outcome = await store.lock(chatId, updateId, WAIT_MS, nothing);
      if (outcome.kind !== 'locked') return outcome.kind;
      const { count = 0 } = outcome.stored as { count?: number };
      expect(await store.save(outcome.lock, { count: count + 1 })).toBe(true);
      return 'locked';
    };
    // In four waves, so that a repeated update is still among the 64 that are remembered.
    const outcomes: string[] = [];
    for (const wave of [0, 50, 100, 150]) {
      const deliveries = range(50).flatMap((id) => stores.map((store) => handle(store, wave + id)));
      outcomes.push(...(await Promise.all(deliveries)));
    }
    expect(outcomes.filter((kind) => kind === 'locked')).toHaveLength(200);
    expect(outcomes.filter((kind) => kind === 'duplicate')).toHaveLength(200);
    expect((await rowOf(chatId)).state).toEqual({ count: 200 });
  });

  it('are recognised when they come again, the last 64 of them', async () => {
    const chatId = nextChatId++;
    const store = storeWith();
    for (const updateId of range(DONE_UPDATES_MAX + 6)) {
      const { lock } = await locked(store, chatId, updateId);
      await store.save(lock, {});
    }
    const { done } = await rowOf(chatId);
    expect(done.map(Number)).toEqual(range(DONE_UPDATES_MAX + 6).slice(-DONE_UPDATES_MAX));
    expect((await store.tryLock(chatId, 70)).kind).toBe('duplicate');
    expect((await store.tryLock(chatId, 7)).kind).toBe('duplicate');
  });

  it('may come in any order: a lower number is not an old one', async () => {
    const chatId = nextChatId++;
    const store = storeWith();
    await store.save((await locked(store, chatId, 900)).lock, {});
    expect((await store.tryLock(chatId, 5)).kind).toBe('locked');
  });
});

describe('a process that dies', () => {
  it('keeps its chat for the lease and no longer, and its late save changes nothing', async () => {
    const chatId = nextChatId++;
    const dead = await locked(storeWith(80), chatId, 1);
    const survivor = storeWith();
    const taken = await locked(survivor, chatId, 1);
    expect(await survivor.save(taken.lock, { count: 7 })).toBe(true);
    expect(await survivor.save(dead.lock, { count: 1 })).toBe(false);
    await survivor.release(dead.lock);
    expect(await rowOf(chatId)).toMatchObject({ state: { count: 7 }, done: ['1'] });
  });

  it('does not undo a save by a late release', async () => {
    const chatId = nextChatId++;
    const dead = await locked(storeWith(20), chatId, 1);
    const holder = await locked(storeWith(), chatId, 2);
    await storeWith().release(dead.lock);
    expect((await rowOf(chatId)).lock_token).toBe(holder.lock.token);
  });
});

describe('the state', () => {
  it('may hold whatever people write', async () => {
    const chatId = nextChatId++;
    const store = storeWith();
    const { lock } = await locked(store, chatId, 1);
    const text = `NUL \0, half \ud83d, \\u0000, "quotes", 👍`;
    expect(await store.save(lock, { text })).toBe(true);
    expect((await rowOf(chatId)).state).toEqual({ text: 'NUL , half \ufffd, \\u0000, "quotes", 👍' });
  });
});
