import type { DataSource } from 'typeorm';
import { readState } from '../../src/modules/bot/index.js';
import { CreditsAudit } from '../../src/modules/credits/light.js';
import { readLogs, type LogFacts } from './app-log.js';
import type { Tap, Town } from './town.js';
import type { SeenUpdate } from './update-log.js';

/** What the bot remembers of a chat. */
export interface Session {
  chatId: number;
  done: readonly number[];
  /** Whether this build understands its state. */
  isUnderstood: boolean;
  isLocked: boolean;
}

/** Somebody's orders and the taps that could have started them. */
export interface Orders {
  personId: number;
  orders: number;
}

/** What is true in the end: in the database, in the logs, in the chats and on the way between Telegram and the bot. */
export interface WalkFacts {
  steps: { made: number; wanted: number };
  /** Steps that were not taken in time. */
  lost: readonly string[];
  taps: readonly (Tap & { answeredAfterMs: number | null })[];
  updates: readonly SeenUpdate[];
  sessions: readonly Session[];
  orders: readonly Orders[];
  /** How often each person was sent the screen that explains the bot. */
  helps: readonly { personId: number; sent: number }[];
  /** What each person saw who asked for the menu when all was over. */
  farewells: readonly { personId: number; screen: string | null }[];
  logs: LogFacts;
  /** What trouble there was outside. */
  weathers: readonly string[];
  visits: { screens: Readonly<Record<string, number>>; buttons: Readonly<Record<string, number>> };
  audit: { rows_checked: number; drift: number };
  /** What was not over when everything should have been, such as `2 jobs`. */
  open: readonly string[];
}

interface SessionRow {
  chat_id: string;
  done: string[];
  state: unknown;
  is_locked: boolean;
}

/** Reads it all. */
export async function readFacts(
  town: Town,
  {
    logFiles,
    weathers,
    open,
  }: { logFiles: readonly string[]; weathers: readonly string[]; open: readonly string[] },
): Promise<WalkFacts> {
  const { db, chats } = town;
  const orders = await db.query<{ tg_user_id: string; orders: number }[]>(
    `select u.tg_user_id, count(distinct j.order_id)::int as orders from jobs j join users u on u.id = j.user_id
      where u.tg_user_id is not null group by u.tg_user_id`,
  );
  return {
    steps: { made: town.steps, wanted: town.stepsWanted },
    lost: town.lost,
    taps: town.taps.map((tap) => ({ ...tap, answeredAfterMs: chats.answers.get(tap.queryId) ?? null })),
    updates: town.updates.list(),
    sessions: await readSessions(db),
    orders: orders.map((row) => ({ personId: Number(row.tg_user_id), orders: row.orders })),
    helps: town.people.map(({ id, chat }) => ({ personId: id, sent: chat.sent.get('help') ?? 0 })),
    farewells: town.people.map(({ id, chat }) => ({ personId: id, screen: chat.screen })),
    logs: await readLogs(logFiles),
    weathers,
    visits: town.visits,
    audit: await new CreditsAudit(db).run(),
    open,
  };
}

/** What the bot remembers of all chats. */
export async function readSessions(db: DataSource): Promise<Session[]> {
  const rows = await db.query<SessionRow[]>(
    `select chat_id, done, state, lock_token is not null as is_locked from bot_sessions`,
  );
  return rows.map((row) => ({
    chatId: Number(row.chat_id),
    done: row.done.map(Number),
    isUnderstood: readState(row.state).understood,
    isLocked: row.is_locked,
  }));
}

/** What is under way and must come to an end by itself, in words; none: all is over. */
export async function findOpen({ db, world }: Pick<Town, 'db' | 'world'>): Promise<string[]> {
  const [row = {}] = await db.query<Record<string, number>[]>(
    `select (select count(*) from jobs where status in ('queued', 'processing'))::int as jobs,
            (select count(*) from notices n join users u on u.id = n.user_id
              where n.sent_at is null and n.dropped_at is null and u.blocked_at is null)::int as notices,
            (select count(*) from payments where provider = 'yookassa' and status = 'pending')::int as payments,
            (select count(*) from payment_notifications where check_at is not null)::int as notifications`,
  );
  const counts = { ...row, updates: world.telegram.pendingUpdates() };
  return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
}
