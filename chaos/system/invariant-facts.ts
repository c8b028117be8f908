import type { DataSource } from 'typeorm';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import type { BotCall } from '../../sandbox/telegram/index.js';
import { CreditsAudit } from '../../src/modules/credits/light.js';
import { readFacts as readPaymentFacts, type Facts as PaymentFacts } from '../payments/facts.js';
import { readLogs, type LogFacts } from './app-log.js';
import { readSessions } from './sessions.js';
import type { System } from './system.js';
import type { UpdateFacts } from './update-verdict.js';

/** A job as the database knows it, and what the outside world saw of it. */
export interface JobFacts {
  id: string;
  status: string;
  failureReason: string | null;
  /** Credits that its charge took and its refunds gave back. */
  charged: number;
  refunded: number;
  hasMessage: boolean;
  isParked: boolean;
  isPresented: boolean;
  deliveryAttempts: number;
  /** Tasks that KIE made for it and keeps credits for. */
  paidTasks: number;
  /** Rows of tasks that KIE made more than one task for. */
  doubledTasks: number;
  /** When Telegram took each video of it, in Unix milliseconds, oldest first. */
  videosAtMs: readonly number[];
}

/** What somebody has, counted from what they did. */
export interface PurseFacts {
  personId: number;
  credits: number;
  /** Welcome and gifts, purchases, what completed jobs took. */
  owed: number;
}

/** What is true after a round. */
export interface InvariantFacts {
  jobs: readonly JobFacts[];
  purses: readonly PurseFacts[];
  payments: PaymentFacts;
  updates: UpdateFacts;
  logs: LogFacts;
  audit: Awaited<ReturnType<CreditsAudit['run']>>;
  /** What was not over when everything should have been. */
  open: readonly string[];
}

interface JobRow {
  id: string;
  status: string;
  failure_reason: string | null;
  charged: number;
  refunded: number;
  has_message: boolean;
  is_parked: boolean;
  is_presented: boolean;
  delivery_attempts: number;
  task_rows: string[];
}

/** Reads what the database, the logs and the outside world know. */
export async function readInvariantFacts(system: System, open: readonly string[]): Promise<InvariantFacts> {
  const { db, world, sandbox } = system;
  const logs = await readLogs(sandbox.logFiles);
  return {
    ...{ open, logs },
    jobs: await readJobs(db, world),
    purses: await readPurses(db),
    payments: await readPaymentFacts(world, db),
    updates: {
      ...{ logs, orders: [], helps: [] },
      updates: system.updates.list(),
      sessions: await readSessions(db),
    },
    audit: await new CreditsAudit(db).run(),
  };
}

async function readJobs(db: DataSource, { kie, telegram }: OutsideWorld): Promise<JobFacts[]> {
  const rows = await db.query<JobRow[]>(
    `select j.id, j.status, j.failure_reason, j.video_message_id is not null as has_message,
            j.parked_at is not null as is_parked, j.presented_at is not null as is_presented, j.delivery_attempts,
            coalesce(h.charged, 0)::int as charged, coalesce(h.refunded, 0)::int as refunded,
            array(select t.id::text from kie_tasks t where t.job_id = j.id) as task_rows
       from jobs j
       left join lateral (select -sum(amount) filter (where operation_type = 'usage') as charged,
                                 sum(amount) filter (where operation_type = 'refund') as refunded
                            from credits_history where job_id = j.id) h on true`,
  );
  const tasks = countBy(kie.tasks().map(({ callBackUrl }) => callBackUrl?.split('/').at(-1) ?? ''));
  const paid = countBy(kie.paidTasks().map(({ callBackUrl }) => callBackUrl?.split('/').at(-1) ?? ''));
  const videos = readVideos(telegram.calls('sendVideo'));
  return rows.map((row) => ({
    ...{ id: row.id, status: row.status, failureReason: row.failure_reason },
    ...{ charged: row.charged, refunded: row.refunded, deliveryAttempts: row.delivery_attempts },
    ...{ hasMessage: row.has_message, isParked: row.is_parked, isPresented: row.is_presented },
    paidTasks: row.task_rows.reduce((sum, task) => sum + (paid.get(task) ?? 0), 0),
    doubledTasks: row.task_rows.filter((task) => (tasks.get(task) ?? 0) > 1).length,
    videosAtMs: videos.get(row.id) ?? [],
  }));
}

/** When videos were taken, by job: a video's buttons carry it. What people ask to see again is sent by Telegram's id of the file. */
function readVideos(calls: readonly BotCall[]): Map<string, number[]> {
  const videos = new Map<string, number[]>();
  for (const { args, result, at } of calls) {
    if (result === null || !args['caption'] || typeof args['video'] === 'string') continue;
    const jobId = /"1:another:([^"]+)"/.exec(JSON.stringify(args['reply_markup']))?.[1] ?? '';
    videos.set(jobId, [...(videos.get(jobId) ?? []), Date.parse(at)]);
  }
  return videos;
}

async function readPurses(db: DataSource): Promise<PurseFacts[]> {
  const rows = await db.query<{ id: string; credits: number; owed: number }[]>(
    `select u.tg_user_id as id, u.credits,
            (coalesce((select sum(h.amount) from credits_history h
                        where h.user_id = u.id and h.operation_type not in ('usage', 'refund')), 0)
             - coalesce((select sum(j.credits) from jobs j where j.user_id = u.id and j.status = 'completed'), 0))::int as owed
       from users u where u.tg_user_id is not null`,
  );
  return rows.map(({ id, ...purse }) => ({ personId: Number(id), ...purse }));
}

function countBy(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
