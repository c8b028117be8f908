import type { LogFacts } from './app-log.js';
import type { Session } from './sessions.js';
import { isGood, type SeenUpdate } from './update-log.js';

/** So many updates of a chat the bot remembers. */
const REMEMBERED_MAX = 64;

/** Somebody's orders and the taps that could have started them. */
export interface Orders {
  personId: number;
  orders: number;
}

/** What is known of updates in the end: on their way, in the sessions and in the logs. */
export interface UpdateFacts {
  updates: readonly SeenUpdate[];
  sessions: readonly Session[];
  logs: Pick<LogFacts, 'over'>;
  orders: readonly Orders[];
  /** How often each person was sent the screen that explains the bot. */
  helps: readonly { personId: number; sent: number }[];
}

/** What was promised of updates and conversations only: none is lost, none acted on twice, nobody's chat is held. */
export function findBrokenUpdates(facts: UpdateFacts): string[] {
  return [
    ...brokenByChats(facts),
    ...brokenByUpdates(facts),
    ...brokenByLogs(facts),
    ...brokenByRepeats(facts),
  ];
}

/** Everybody's conversation is in a known state, and nobody holds it. */
function brokenByChats({ sessions }: Pick<UpdateFacts, 'sessions'>): string[] {
  return sessions.flatMap(({ chatId, isUnderstood, isLocked }) => [
    ...(isUnderstood ? [] : [`the state of chat ${chatId} is not understood`]),
    ...(isLocked ? [`chat ${chatId} is locked`] : []),
  ]);
}

/** What was answered 2xx is done, and nothing else was given up. */
function brokenByUpdates({ updates, sessions }: Pick<UpdateFacts, 'updates' | 'sessions'>): string[] {
  const done = new Map(sessions.map((session) => [session.chatId, new Set(session.done)]));
  const oldest = new Map(sessions.map((session) => [session.chatId, oldestRemembered(session)]));
  const erasures = erasuresIn(updates);
  return updates.flatMap((update) => {
    const answeredAtMs = firstGoodAt(update);
    if (answeredAtMs === null) return [`update ${update.id} (${update.type}) was never answered 2xx`];
    // It takes no chat.
    if (update.type === 'pre_checkout_query' || done.get(update.personId)?.has(update.id)) return [];
    // Of somebody who has done very much the bot remembers only what came last.
    if (update.id < (oldest.get(update.personId) ?? 0)) return [];
    // Whoever erases themselves takes the memory of what was before along.
    if (erasuresOf(erasures, update).some((erasedAtMs) => answeredAtMs <= erasedAtMs)) return [];
    return [
      `update ${update.id} (${update.type}) of person ${update.personId} was answered 2xx and is not in done`,
    ];
  });
}

/** The first update that a chat's full memory holds; 0 where it has room, and so holds all. */
function oldestRemembered({ done }: Session): number {
  return done.length < REMEMBERED_MAX ? 0 : Math.min(...done);
}

/** Where no log tells of an update, none can be seen that was acted on twice. */
function brokenByLogs({ updates, logs }: UpdateFacts): string[] {
  const isTold = logs.over.size > 0 || !updates.some((update) => update.type === 'message');
  return isTold ? [] : ['no log tells of an update that is over'];
}

/** Nothing was acted on twice. */
function brokenByRepeats({ updates, logs, orders, helps }: UpdateFacts): string[] {
  const erasures = erasuresIn(updates);
  const twice = updates.filter((update) => {
    if ((logs.over.get(update.id) ?? 0) < 2) return false;
    const cameAtMs = update.deliveries[0]?.cameAtMs ?? 0;
    return !erasuresOf(erasures, update).some((erasedAtMs) => cameAtMs <= erasedAtMs);
  });
  const ordersTooMany = orders.filter(
    ({ personId, orders: made }) =>
      made > countOf(updates, personId, (content) => content.startsWith('1:confirm:')),
  );
  const helpsTooMany = helps.filter(({ personId, sent }) => sent > attemptsAtHelp(updates, personId));
  return [
    ...twice.map(({ id, type }) => `update ${id} (${type}) was acted on ${logs.over.get(id)} times`),
    ...ordersTooMany.map(
      ({ personId, orders: made }) => `person ${personId} has ${made} orders, more than they started`,
    ),
    ...helpsTooMany.map(
      ({ personId, sent }) => `person ${personId} was sent help ${sent} times, more than they asked`,
    ),
  ];
}

/** When each person may have erased themselves: when the tap that does it was answered. */
function erasuresIn(updates: readonly SeenUpdate[]): Map<number, number[]> {
  const erasures = new Map<number, number[]>();
  for (const update of updates) {
    const atMs = update.content.startsWith('1:erase:') ? firstGoodAt(update) : null;
    if (atMs !== null) erasures.set(update.personId, [...(erasures.get(update.personId) ?? []), atMs]);
  }
  return erasures;
}

function erasuresOf(erasures: Map<number, number[]>, { personId }: SeenUpdate): number[] {
  return erasures.get(personId) ?? [];
}

function firstGoodAt({ deliveries }: SeenUpdate): number | null {
  return deliveries.find(({ status }) => isGood(status))?.answeredAtMs ?? null;
}

function countOf(
  updates: readonly SeenUpdate[],
  personId: number,
  fits: (content: string) => boolean,
): number {
  return updates.filter((update) => update.personId === personId && fits(update.content)).length;
}

/** Each way to the bot may have shown it, unless it was a repeat of one that was over. */
function attemptsAtHelp(updates: readonly SeenUpdate[], personId: number): number {
  const asked = updates.filter(
    ({ personId: id, content }) => id === personId && (content.startsWith('/help') || content === '1:help'),
  );
  return asked.reduce(
    (sum, { deliveries }) => sum + 1 + deliveries.filter(({ status }) => !isGood(status)).length,
    0,
  );
}
