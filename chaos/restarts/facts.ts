import type { DataSource } from 'typeorm';
import { CreditsAudit } from '../../src/modules/credits/light.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import { readLogs, type LogFacts } from '../system/app-log.js';
import { readSessions, type Session } from '../system/sessions.js';
import type { SeenUpdate } from '../system/update-log.js';
import type { Customer } from './customers.js';
import type { Restart } from './rolling.js';

/** What somebody has in the end. */
export interface Holdings {
  personId: number;
  completed: number;
  failed: number;
  /** Calls of sendVideo with a finished video, and what came of them in the chat. */
  sends: number;
  videos: number;
  /** Tasks that KIE made and was paid for. */
  tasks: number;
  purchases: number;
  refunds: number;
  credits: number;
}

/** What is true in the end. */
export interface RestartFacts {
  restarts: readonly Restart[];
  customers: readonly Customer[];
  holdings: readonly Holdings[];
  /** What somebody waited for in vain. */
  lost: readonly string[];
  updates: readonly SeenUpdate[];
  sessions: readonly Session[];
  logs: LogFacts;
  /** How calls to the public address were answered, by status. */
  answers: Readonly<Record<string, number>>;
  /** Sends that were begun more than once. */
  sendsAgain: number;
  audit: { rows_checked: number; drift: number };
  /** What was not over when everything should have been, such as `2 jobs`. */
  open: readonly string[];
}

interface Parts {
  db: DataSource;
  world: OutsideWorld;
  logFiles: readonly string[];
}

/** Reads what the database, the logs and the outside world know. */
export async function readFacts(
  { db, world, logFiles }: Parts,
  seen: Omit<RestartFacts, 'holdings' | 'sessions' | 'logs' | 'sendsAgain' | 'audit'>,
): Promise<RestartFacts> {
  const [again] = await db.query<{ n: number }[]>(
    'select count(*)::int as n from jobs where delivery_attempts > 1',
  );
  return {
    ...seen,
    holdings: await readHoldings(db, world),
    sessions: await readSessions(db),
    logs: await readLogs(logFiles),
    sendsAgain: again?.n ?? 0,
    audit: await new CreditsAudit(db).run(),
  };
}

async function readHoldings(db: DataSource, { telegram, kie }: OutsideWorld): Promise<Holdings[]> {
  const rows = await db.query<
    (Omit<Holdings, 'personId' | 'sends' | 'videos' | 'tasks'> & { id: string; task_rows: string[] })[]
  >(
    `select u.tg_user_id as id, u.credits,
            (select count(*) from jobs j where j.user_id = u.id and j.status = 'completed')::int as completed,
            (select count(*) from jobs j where j.user_id = u.id and j.status = 'failed')::int as failed,
            (select count(*) from credits_history h where h.user_id = u.id and h.operation_type = 'purchase')::int as purchases,
            (select count(*) from credits_history h where h.user_id = u.id and h.operation_type = 'refund')::int as refunds,
            array(select t.id::text from kie_tasks t join jobs j on j.id = t.job_id where j.user_id = u.id) as task_rows
       from users u where u.tg_user_id is not null`,
  );
  const paid = kie.tasks().filter(({ paidCredits }) => paidCredits > 0);
  const sends = telegram.calls('sendVideo').filter(({ args }) => Boolean(args['caption']));
  return rows.map(({ id, task_rows: taskRows, ...counts }) => ({
    ...counts,
    personId: Number(id),
    sends: sends.filter(({ args }) => args['chat_id'] === Number(id)).length,
    videos: telegram.sentVideos(Number(id)).filter(({ text }) => text !== '').length,
    tasks: paid.filter(({ callBackUrl }) => taskRows.some((row) => callBackUrl?.endsWith(row))).length,
  }));
}
