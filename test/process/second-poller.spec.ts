import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../sandbox/free-port.js';
import { FakeTelegram } from '../../sandbox/telegram/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { build, isRunning, Program } from './programs.js';

/** Promised is half a minute; with the leases of this test it takes a few seconds. */
const TAKE_OVER_MS_MAX = 10_000;
const MESSAGE_INTERVAL_MS = 25;
const PEOPLE = 4;
/** Fewer than an update's chat remembers. */
const MESSAGES_PER_PERSON_MAX = 60;

let db: TestDatabase;
let telegram: FakeTelegram;
let storage: string;
const programs: Program[] = [];

beforeAll(async () => {
  await build();
  db = await createTestDatabase();
  telegram = await new FakeTelegram().start();
  storage = await mkdtemp(join(tmpdir(), 'neurocards-test-storage-'));
  await Promise.all([startBot(), startBot()]);
});

afterAll(async () => {
  await Promise.all(programs.map((program) => program.destroy()));
  await telegram.stop();
  await rm(storage, { recursive: true, force: true });
  await db.drop();
});

/** One more process of the role `bot`, ready. */
async function startBot(): Promise<Program> {
  const env = {
    ...{ APP_ENV: 'sandbox', ROLES: 'bot', HOST: '127.0.0.1', PORT: String(await freePort()) },
    ...{ DATABASE_URL: db.url, STORAGE_BASE_PATH: storage, BOT_TOKEN: telegram.token },
    ...{ TELEGRAM_API_ROOT: telegram.url, TELEGRAM_MODE: 'polling', TELEGRAM_POLL_TIMEOUT_S: '1' },
    ...{ TELEGRAM_POLL_LEASE_MS: '1500', SESSION_LEASE_MS: '1500', TELEGRAM_TIMEOUT_MS: '1000' },
    ...{ OPENAI_API_KEY: 'sk-test', KIE_API_KEY: 'kie-test', ADMIN_IDS: '4900000001' },
    ...{ YOOKASSA_SHOP_ID: '100500', YOOKASSA_API_KEY: 'test_shop-secret' },
  };
  const program = Program.start(['dist/app/main.js'], { env });
  programs.push(program);
  await program.says(/Neurocards is ready/);
  return program;
}

/** Whether the process is there and polls, by its own word. */
function isPolling(program: Program): boolean {
  const said = /.*This process polls (now|no longer)/s.exec(program.stdout)?.[1];
  return said === 'now' && isRunning(program.pid);
}

/** People who write to the bot all the time, and what became of it. */
class Crowd {
  readonly sent = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor() {
    for (let n = 0; n < PEOPLE; n++) this.sent.set(telegram.addPerson({ firstName: 'Anna' }).id, 0);
    for (const id of this.sent.keys()) this.write(id, '/start');
    const ids = [...this.sent.keys()];
    let turn = 0;
    this.timer = setInterval(() => this.write(ids[turn++ % PEOPLE] ?? 0, '/menu'), MESSAGE_INTERVAL_MS);
  }

  get total(): number {
    return [...this.sent.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Somebody whose update is being handled and will be for a while. */
  async inHand(): Promise<number> {
    const [id = 0] = this.sent.keys();
    telegram.failNext('sendMessage', { delayMs: 800, chatId: id });
    await waitFor(
      async () =>
        telegram.calls('sendMessage').length > PEOPLE &&
        (await db.query('select 1 from bot_sessions where chat_id = $1 and lock_token is not null', [id]))
          .length === 1,
      { what: 'an update in hand' },
    );
    return id;
  }

  /** Waits until so many more messages were written. */
  async more(count: number): Promise<void> {
    const goal = this.total + count;
    await waitFor(() => this.total >= goal, { what: 'more messages' });
  }

  /** Nobody writes any more; waits until Telegram has nothing left for the bot. */
  async rest(): Promise<void> {
    clearInterval(this.timer);
    await waitFor(() => telegram.pendingUpdates() === 0, { what: 'all updates', timeoutMs: 20_000 });
  }

  /** How many updates of each person are done, and how many messages beyond one for each they got. */
  async found() {
    const rows = await db.query<{ id: string; done: number }>(
      `select chat_id as id, cardinality(array(select distinct unnest(done))) as done from bot_sessions`,
    );
    const done = new Map(rows.map((row) => [Number(row.id), row.done]));
    return [...this.sent].map(([id, sent]) => ({
      lost: sent - (done.get(id) ?? 0),
      doubled: telegram.chat(id).filter(({ from }) => from === 'bot').length - sent,
    }));
  }

  private write(id: number, text: string): void {
    const count = (this.sent.get(id) ?? 0) + 1;
    if (count > MESSAGES_PER_PERSON_MAX) return;
    this.sent.set(id, count);
    telegram.sendText(id, text);
  }
}

/** Nothing lost; said twice at most what was in hand at that moment, one update of each chat. */
async function expectAllAnswered(crowd: Crowd): Promise<void> {
  await crowd.rest();
  const found = await crowd.found();
  expect(found.map(({ lost }) => lost)).toEqual(found.map(() => 0));
  for (const { doubled } of found) expect([0, 1]).toContain(doubled);
}

/** None of our own processes was taken for another program. */
async function expectNoAlarm(): Promise<void> {
  for (const { stdout } of programs) expect(stdout).not.toContain('Another program');
  expect(await db.query('select kind from notices')).toEqual([]);
}

/** Two processes at a time; the cases go on where the one before has ended. */
describe('of two processes that poll', () => {
  it('F-70 F-72 F-74 one does; it is killed in the middle of its work, and the other one takes over, with nothing lost', async () => {
    const first = await waitFor(() => programs.find(isPolling), { what: 'one that polls' });
    const [second] = programs.filter((program) => program !== first) as [Program];
    expect(isPolling(second)).toBe(false);
    const crowd = new Crowd();
    await crowd.inHand();
    first.kill('SIGKILL');
    const killedAt = performance.now();
    await second.says(/This process polls now/);
    expect(performance.now() - killedAt).toBeLessThan(TAKE_OVER_MS_MAX);
    await crowd.more(20);
    await expectAllAnswered(crowd);
    await expectNoAlarm();
  });

  it('F-70 F-72 F-74 one is frozen, loses the right to poll, and finds so when it wakes', async () => {
    const other = await startBot();
    const frozen = await waitFor(() => programs.find(isPolling), { what: 'one that polls' });
    const crowd = new Crowd();
    await crowd.inHand();
    frozen.kill('SIGSTOP');
    const frozenAt = performance.now();
    await other.says(/This process polls now/);
    expect(performance.now() - frozenAt).toBeLessThan(TAKE_OVER_MS_MAX);
    await crowd.more(20);
    frozen.kill('SIGCONT');
    await waitFor(() => !isPolling(frozen), { what: 'the frozen one to stop' });
    await crowd.more(20);
    expect(isPolling(other)).toBe(true);
    await expectAllAnswered(crowd);
    await expectNoAlarm();
  });
});
