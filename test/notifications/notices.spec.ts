import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { NoticesService, type NewNotice } from '../../src/modules/notifications/index.js';
import { SendHandlers } from '../../src/modules/telegram/index.js';
import { runInTransaction } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld, type Customer } from '../jobs/jobs-world.js';

const TRIES_MAX = 3;
const SEND_INTERVAL_MS = 150;
const SLOW_SEND_MS = 60_000;
const ENV = {
  NOTICE_ATTEMPTS_MAX: String(TRIES_MAX),
  NOTICE_RETRY_DELAY_MS: '20',
  TELEGRAM_CHAT_SEND_INTERVAL_MS: String(SEND_INTERVAL_MS),
};

function noticeOf(
  customer: Customer,
  changes: Partial<Extract<NewNotice['payload'], { kind: 'job_failed' }>> = {},
): NewNotice {
  const jobId = randomUUID();
  return {
    userId: customer.user.id,
    cause: `job-failed-${jobId}`,
    payload: {
      kind: 'job_failed',
      jobId,
      reason: 'temporary',
      credits: 1,
      balance: 2,
      position: 1,
      count: 1,
      ...changes,
    },
  };
}

/** Notices of one world, and what Telegram saw of them. */
class Outbox {
  constructor(private readonly world: JobsWorld) {}

  write(notice: NewNotice): Promise<string | null> {
    return runInTransaction(this.world.get(DataSource), (manager) =>
      this.world.get(NoticesService).write(manager, notice),
    );
  }

  /** Written, committed and rung for. */
  async tell(notice: NewNotice): Promise<string> {
    const id = (await this.write(notice)) ?? '';
    await this.world.get(NoticesService).wake(id);
    return id;
  }

  async row(id: string) {
    const [row] = await this.world.query<{
      attempts: number;
      sent_at: Date | null;
      dropped_at: Date | null;
      parked_at: Date | null;
      last_error: string | null;
      message_id: string | null;
    }>('select * from notices where id = $1', [id]);
    if (!row) throw new Error(`There is no notice ${id}`);
    return row;
  }

  over(id: string) {
    return waitFor(
      async () => {
        const row = await this.row(id);
        return row.sent_at || row.dropped_at ? row : null;
      },
      { what: `the end of notice ${id}`, timeoutMs: 10_000 },
    );
  }

  parked(id: string) {
    return waitFor(async () => (await this.row(id)).parked_at, { what: `notice ${id} to be put aside` });
  }

  /** Times of the messages to this person, the answer to /start left out. */
  sends(customer: Customer): number[] {
    return this.world.telegram
      .calls('sendMessage')
      .filter(({ args }) => args['chat_id'] === customer.person.id && String(args['text']).includes('<b>'))
      .map(({ at }) => Date.parse(at));
  }
}

describe('notices, without the cron', () => {
  let world: JobsWorld;
  let outbox: Outbox;

  beforeAll(async () => {
    world = await JobsWorld.start({ roles: 'bot,worker', env: ENV });
    outbox = new Outbox(world);
  });

  afterEach(() => world.telegram.clearFaults());

  afterAll(() => world.stop());

  it.each(['ru', 'en'])("are sent in the person's language (%s), once", async (language) => {
    const customer = await world.customer({ language });
    const id = await outbox.tell(noticeOf(customer));
    const message = await customer.reads('notice.failed.temporary');
    expect(await outbox.over(id)).toMatchObject({
      attempts: 1,
      dropped_at: null,
      last_error: null,
      message_id: String(message.messageId),
    });
    expect(customer.count('notice.failed.temporary')).toBe(1);
  });

  it('F-79 are written once per cause, however many write at once', async () => {
    const customer = await world.customer();
    const notice = noticeOf(customer);
    const ids = await Promise.all(Array.from({ length: 20 }, () => outbox.write(notice)));
    const [id, ...more] = ids.filter((one) => one !== null);
    expect(more).toEqual([]);
    await Promise.all(Array.from({ length: 20 }, () => world.get(NoticesService).wake(id ?? '')));
    await outbox.over(id ?? '');
    expect(customer.count('notice.failed.temporary')).toBe(1);
    expect(await outbox.write(notice)).toBeNull();
  });

  it('are not sent when their transaction was rolled back', async () => {
    const customer = await world.customer();
    const written = runInTransaction(world.get(DataSource), async (manager) => {
      await world.get(NoticesService).write(manager, noticeOf(customer));
      throw new Error('no commit');
    });
    await expect(written).rejects.toThrow('no commit');
    expect(await world.notices(customer.user.id)).toEqual([]);
  });

  it('are sent once by ten processes with the same wake-up in hand', async () => {
    const customer = await world.customer();
    const id = (await outbox.write(noticeOf(customer))) ?? '';
    // So long that the pace of the chat would let a second one through.
    world.telegram.failNext('sendMessage', { delayMs: SLOW_SEND_MS, chatId: customer.person.id });
    const send = world.get(SendHandlers).get('notice');
    const isOver = async () => (await send({ kind: 'notice', id, wakeNumber: 0 })) === undefined;
    await Promise.all(Array.from({ length: 10 }, () => waitFor(isOver, { what: 'the notice is sent' })));
    expect(await outbox.over(id)).toMatchObject({ attempts: 1 });
    expect(customer.count('notice.failed.temporary')).toBe(1);
  });

  it('wait as Telegram asks, which is no try, and let no other message into that chat', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendMessage', { status: 429, retryAfterS: 1, chatId: customer.person.id });
    const first = await outbox.tell(noticeOf(customer));
    await waitFor(async () => (await outbox.row(first)).last_error === 'rate_limited', { what: 'the 429' });
    const heldAtMs = Date.now();
    const second = await outbox.tell(noticeOf(customer));
    const rows = [await outbox.over(first), await outbox.over(second)];
    expect(rows.map(({ attempts }) => attempts)).toEqual([1, 1]);
    const sentAtMs = outbox.sends(customer).filter((atMs) => atMs > heldAtMs);
    expect(Math.min(...sentAtMs) - heldAtMs).toBeGreaterThan(850);
  });

  it('F-78 are put aside when the person has blocked the bot, and come when they are back', async () => {
    const customer = await world.customer();
    const blocked = { status: 403, description: 'Forbidden: bot was blocked by the user' };
    world.telegram.failNext('sendMessage', { ...blocked, chatId: customer.person.id });
    const first = await outbox.tell(noticeOf(customer));
    await outbox.parked(first);
    // The next one does not even try.
    const sends = outbox.sends(customer).length;
    const second = await outbox.tell(noticeOf(customer, { reason: 'stuck' }));
    await outbox.parked(second);
    expect(outbox.sends(customer)).toHaveLength(sends);
    customer.person.say('/start');
    for (const id of [first, second]) expect(await outbox.over(id)).toMatchObject({ dropped_at: null });
    expect([customer.count('notice.failed.temporary'), customer.count('notice.failed.stuck')]).toEqual([
      1, 1,
    ]);
  });

  it('F-76 are tried again when the outcome is not known, and given up after the last try', async () => {
    const customer = await world.customer();
    world.telegram.failNext('sendMessage', { status: 500, chatId: customer.person.id });
    const recovers = await outbox.tell(noticeOf(customer));
    expect(await outbox.over(recovers)).toMatchObject({ attempts: 2, dropped_at: null });
    world.telegram.failNext('sendMessage', { status: 500, times: 10, chatId: customer.person.id });
    const givenUp = await outbox.tell(noticeOf(customer));
    expect(await outbox.over(givenUp)).toMatchObject({ attempts: TRIES_MAX, sent_at: null });
  });

  it('are given up after the last try when nothing here knows how to show them', async () => {
    const customer = await world.customer();
    const unknown = { kind: 'of_a_newer_version' } as unknown as NewNotice['payload'];
    const id = await outbox.tell({ ...noticeOf(customer), payload: unknown });
    expect(await outbox.over(id)).toMatchObject({ attempts: TRIES_MAX, sent_at: null });
  });

  it("come when they are due by the database's clock, though this process's clock is ahead", async () => {
    const customer = await world.customer();
    const id = (await outbox.write(noticeOf(customer))) ?? '';
    await world.query(`update notices set next_attempt_at = now() + interval '300 ms' where id = $1`, [id]);
    await world.get(NoticesService).wake(id);
    expect(await outbox.over(id)).toMatchObject({ attempts: 1 });
    expect(customer.count('notice.failed.temporary')).toBe(1);
  });

  it('keep their distance within a chat, and wait for no other chat', async () => {
    const [busy, other] = [await world.customer(), await world.customer()];
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(await outbox.tell(noticeOf(busy)));
    ids.push(await outbox.tell(noticeOf(other)));
    for (const id of ids) await outbox.over(id);
    const times = outbox.sends(busy);
    expect(times).toHaveLength(4);
    // Each message takes its own time to the record, the slots themselves are exact: so the sum is looked at.
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(3 * SEND_INTERVAL_MS - 60);
    expect(outbox.sends(other)[0]).toBeLessThan(times[3] ?? 0);
  });
});

describe('notices whose wake-up was lost', () => {
  let world: JobsWorld;
  let outbox: Outbox;

  beforeAll(async () => {
    const net = { JOB_CRON_INTERVAL_MS: '50', JOB_WAKE_LOST_AFTER_MS: '150' };
    world = await JobsWorld.start({ env: { ...ENV, ...net } });
    outbox = new Outbox(world);
  });

  afterAll(() => world.stop());

  it('F-82 are found when the process died between its commit and the wake-up', async () => {
    const customer = await world.customer();
    const id = (await outbox.write(noticeOf(customer))) ?? '';
    expect(await outbox.over(id)).toMatchObject({ attempts: 1, dropped_at: null });
    expect(customer.count('notice.failed.temporary')).toBe(1);
  });

  it('F-82 are found when the queue was emptied before the next try', async () => {
    const customer = await world.customer();
    const id = (await outbox.write(noticeOf(customer))) ?? '';
    await world.query(`update notices set next_attempt_at = now() + interval '100 ms' where id = $1`, [id]);
    await world.get(NoticesService).wake(id);
    await world.query('delete from bullmq.job');
    expect(await outbox.over(id)).toMatchObject({ dropped_at: null });
    expect(customer.count('notice.failed.temporary')).toBe(1);
  });

  it('F-78 F-82 are found when the return of their person was cut short', async () => {
    const customer = await world.customer();
    world.telegram.block(customer.person.id);
    await waitFor(() => isBlocked(world, customer), { what: 'the block to be known' });
    const id = await outbox.tell(noticeOf(customer));
    await outbox.parked(id);
    // As after a crash right behind it: the block is forgotten, and nothing else was done.
    world.telegram.unblock(customer.person.id);
    await world.query('update users set blocked_at = null where id = $1', [customer.user.id]);
    expect(await outbox.over(id)).toMatchObject({ dropped_at: null });
    expect(customer.count('notice.failed.temporary')).toBe(1);
  });
});

async function isBlocked(world: JobsWorld, { user }: Customer): Promise<boolean> {
  const rows = await world.query('select 1 from users where id = $1 and blocked_at is not null', [user.id]);
  return rows.length > 0;
}
