import { CreditsAudit } from '../../src/modules/credits/light.js';
import { readLogs, type LogFacts } from '../system/app-log.js';
import type { Tap, Town } from './town.js';
import { readSessions } from '../system/sessions.js';
import type { UpdateFacts } from '../system/update-verdict.js';

/** What is true in the end: in the database, in the logs, in the chats and on the way between Telegram and the bot. */
export interface WalkFacts extends UpdateFacts {
  steps: { made: number; wanted: number };
  /** Steps that were not taken in time. */
  lost: readonly string[];
  taps: readonly (Tap & { answeredAfterMs: number | null })[];
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
