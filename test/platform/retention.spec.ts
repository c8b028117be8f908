import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SchedulerRegistry } from '@nestjs/schedule';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConversationStore } from '../../src/modules/bot/conversation.store.js';
import { SessionRetentionCron } from '../../src/modules/bot/session-retention.cron.js';
import { CreditsAudit } from '../../src/modules/credits/index.js';
import { JobEventsRepository } from '../../src/modules/jobs/job-events.repository.js';
import { JobRetentionCron } from '../../src/modules/jobs/job-retention.cron.js';
import { KieCallbacksRepository } from '../../src/modules/jobs/kie-callbacks.repository.js';
import { NoticeRetentionCron } from '../../src/modules/notifications/notice-retention.cron.js';
import { NoticesRepository } from '../../src/modules/notifications/notices.repository.js';
import { ProgressRepository } from '../../src/modules/notifications/progress.repository.js';
import type { Cron } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';

const DAY_MS = 24 * 3_600_000;
const env = testEnv();
const schedule = new SchedulerRegistry();
const TG_USER_ID = 42;

let db: TestDatabase;
let userId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.query(`select register_user($1, 'anna', 'Anna', null, 'ru', 10)`, [TG_USER_ID]);
  [{ id: userId }] = (await db.query<{ id: string }>('select id from users')) as [{ id: string }];
});
afterAll(() => db.drop());

/** In SQL: the instant that is `keptMs` and another day ago, or, for what is to stay, a day less. */
const agoOf = (keptMs: number) => ({
  old: `now() - interval '${keptMs + DAY_MS} ms'`,
  young: `now() - interval '${keptMs - DAY_MS} ms'`,
});

/** Looks twice; the second look must find nothing more to do than the first has left. */
async function look(cron: Cron, read: () => Promise<unknown>): Promise<unknown> {
  await cron.tick();
  const left = await read();
  await cron.tick();
  expect(await read()).toEqual(left);
  return left;
}

const namesOf = (sql: string) => async () =>
  (await db.query<{ name: string }>(sql)).map(({ name }) => name).sort();

describe('conversations', () => {
  const { old, young } = agoOf(env.SESSION_KEPT_MS);
  const chats = namesOf('select chat_id::text as name from bot_sessions');
  const store = () => new ConversationStore(db.dataSource, env);
  const idle = (chatId: number, at: string, lockedUntil = 'null') =>
    db.query(
      `insert into bot_sessions (chat_id, state, done, updated_at, lock_token, locked_until)
       values ($1, '{"v": 1}', '{1}', ${at}, case when ${lockedUntil} is not null then gen_random_uuid() end, ${lockedUntil})`,
      [chatId],
    );

  it('are forgotten when nobody goes on with them, and none that is in hand', async () => {
    await idle(1, old);
    await idle(2, young);
    await idle(3, old, `now() + interval '1 minute'`);
    await idle(4, old, `now() - interval '1 minute'`);
    expect(await look(new SessionRetentionCron(store(), schedule, env), chats)).toEqual(['2', '3']);
    // Who comes back is met as if for the first time.
    const outcome = await store().tryLock(1, 7);
    expect(outcome).toMatchObject({ kind: 'locked', stored: {} });
  });

  it('are walked through page by page, round and round', async () => {
    await db.query('delete from bot_sessions');
    for (const chatId of [-5, 1, 2, 3, 4]) await idle(chatId, chatId === -5 ? young : old);
    const forget = (afterChatId: string | null) =>
      store().forgetIdle({ keptMs: env.SESSION_KEPT_MS, afterChatId, limit: 2 });
    expect(await forget(null)).toEqual({ forgotten: 1, nextAfterChatId: '1' });
    expect(await forget('1')).toEqual({ forgotten: 2, nextAfterChatId: '3' });
    expect(await forget('3')).toEqual({ forgotten: 1, nextAfterChatId: null });
    expect(await forget(null)).toEqual({ forgotten: 0, nextAfterChatId: null });
    expect(await chats()).toEqual(['-5']);
  });
});

describe('what is known of a video that is over', () => {
  /** A job of one credit in the given state, with an old and a young event and callback, named after it. */
  async function aJob(name: string, { status, wakeAt = null }: { status: string; wakeAt?: string | null }) {
    const [events, callbacks] = [agoOf(env.JOB_EVENT_KEPT_MS), agoOf(env.KIE_CALLBACK_KEPT_MS)];
    await db.query(`select create_job_and_consume_credit($1, 'self', $2, null, 'text')`, [TG_USER_ID, name]);
    const jobs = await db.query<{ id: string }>('select id from jobs where idempotency_key = $1', [name]);
    const jobId = jobs[0]?.id;
    await db.query(
      `update jobs set status = $2, wake_at = ${wakeAt}, video_message_id = 1,
              finished_at = case when $2 = 'completed' then now() end where id = $1`,
      [jobId, status],
    );
    await db.query('delete from job_events where job_id = $1', [jobId]);
    await db.query(
      `insert into job_events (job_id, event, at) values ($1, $2 || ' old', ${events.old}), ($1, $2 || ' young', ${events.young})`,
      [jobId, name],
    );
    const tasks = await db.query<{ id: string }>(
      `insert into kie_tasks (job_id, attempt, model, key_fingerprint, state, task_id, deadline_at)
       values ($1, 1, 'm', 'k', case when $2 = 'completed' then 'succeeded' else 'running' end, $3, now()) returning id`,
      [jobId, status, name],
    );
    await db.query(
      `insert into kie_callbacks (kie_task_id, claimed_task_id, received_at, check_at)
       values ($1, $2 || ' old', ${callbacks.old}, null), ($1, $2 || ' young', ${callbacks.young}, null), ($1, $2 || ' open', ${callbacks.old}, now())`,
      [tasks[0]?.id, name],
    );
  }

  it('goes, and nothing of one that is not, and the books agree as before', async () => {
    await aJob('over', { status: 'completed' });
    await aJob('made', { status: 'processing', wakeAt: 'now()' });
    await aJob('sent again', { status: 'completed', wakeAt: 'now()' });
    const cron = new JobRetentionCron(
      db.dataSource,
      new JobEventsRepository(),
      new KieCallbacksRepository(),
      schedule,
      env,
    );
    const read = async () => ({
      events: await namesOf('select event as name from job_events')(),
      callbacks: await namesOf('select claimed_task_id as name from kie_callbacks')(),
    });
    expect(await look(cron, read)).toEqual({
      events: ['made old', 'made young', 'over young', 'sent again old', 'sent again young'],
      callbacks: [
        ...['made old', 'made open', 'made young', 'over open', 'over young'],
        ...['sent again open', 'sent again young'],
      ],
    });
    const { drift, problems } = await new CreditsAudit(db.dataSource).run();
    expect({ drift, problems }).toEqual({ drift: 0, problems: [] });
  });
});

describe('what people were told', () => {
  const { old, young } = agoOf(env.NOTICE_KEPT_MS);
  const cron = () =>
    new NoticeRetentionCron(db.dataSource, new NoticesRepository(), new ProgressRepository(), schedule, env);

  it('is forgotten, but not that it was; what is still to be told stays', async () => {
    const notice = (cause: string, over: string) =>
      db
        .query(
          `insert into notices (user_id, kind, cause, payload, created_at) values ($1, 'test', $2, '{"kind": "test"}', ${old})`,
          [userId, cause],
        )
        .then(() => db.query(`update notices set last_error = 'why', ${over} where cause = $1`, [cause]));
    await notice('sent', `sent_at = ${old}, message_id = 7`);
    await notice('sent lately', `sent_at = ${young}`);
    await notice('dropped', `dropped_at = ${old}`);
    await notice('parked', `parked_at = ${old}`);
    await notice('parked lately', `parked_at = ${young}`);
    await notice('due', 'attempts = 1');
    const read = () =>
      db.query(
        `select cause, payload ? 'kind' as is_kept, last_error is not null as has_error, sent_at is not null as is_sent,
                dropped_at is not null as is_dropped, parked_at is not null as is_parked, message_id
           from notices order by id`,
      );
    const [kept, gone] = [
      {
        is_kept: true,
        has_error: true,
        is_sent: false,
        is_dropped: false,
        is_parked: false,
        message_id: null,
      },
      {
        is_kept: false,
        has_error: false,
        is_sent: false,
        is_dropped: false,
        is_parked: false,
        message_id: null,
      },
    ];
    expect(await look(cron(), read)).toEqual([
      { ...gone, cause: 'sent', is_sent: true, message_id: '7' },
      { ...kept, cause: 'sent lately', is_sent: true },
      { ...gone, cause: 'dropped', is_dropped: true },
      { ...gone, cause: 'parked', is_dropped: true },
      { ...kept, cause: 'parked lately', is_parked: true },
      { ...kept, cause: 'due' },
    ]);
  });

  it('by progress messages goes with them once they are closed', async () => {
    const at = agoOf(env.PROGRESS_KEPT_MS);
    for (const [chatId, closedAt] of [
      [1, at.old],
      [2, at.young],
      [3, 'null'],
    ] as const)
      await db.query(
        `insert into progress_messages (order_id, user_id, chat_id, edited_at, closed_at) values (gen_random_uuid(), $1, $2, ${at.old}, ${closedAt})`,
        [userId, chatId],
      );
    expect(await look(cron(), namesOf('select chat_id::text as name from progress_messages'))).toEqual([
      '2',
      '3',
    ]);
  });
});

it('of every table docs/operations.md says how long it is kept', async () => {
  const text = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const section = text.split('## What is kept')[1]?.split('\n## ')[0] ?? '';
  const documented = section.split('\n').flatMap((line) => (line.startsWith('|') ? line.split('|')[1] : []));
  const tables = await db.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  const missing = tables.filter(({ name }) => !documented.some((cell) => cell?.includes(`\`${name}\``)));
  expect(missing).toEqual([]);
});

it('several schedulers may do it at once', async () => {
  await db.query('delete from bot_sessions');
  const { old } = agoOf(env.SESSION_KEPT_MS);
  await db.query(
    `insert into bot_sessions (chat_id, updated_at) select n, ${old} from generate_series(1, 200) n`,
  );
  const done = await Promise.all(
    [1, 2, 3].map(() =>
      new ConversationStore(db.dataSource, env).forgetIdle({
        ...{ keptMs: env.SESSION_KEPT_MS, afterChatId: null, limit: 500 },
      }),
    ),
  );
  expect(done.reduce((sum, { forgotten }) => sum + forgotten, 0)).toBe(200);
});
