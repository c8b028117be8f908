import type { LogLine } from './app-log.js';
import type { WalkFacts } from './facts.js';
import { isGood, type SeenUpdate } from './update-log.js';
import { findForbidden, findMissing, STEPS_FOR_VISITS_MIN, VISITS_MIN } from './visits.js';

/** Somebody whose process has just died still gets their answer. */
const ANSWER_MS_MAX = 25_000;

/** What the menu is for somebody: those who have not agreed, or not again, are asked to. */
const WAYS_ON: readonly string[] = ['menu', 'consent', 'banned'];

/** What may be logged as an error, because the weather wants a person to act. */
const EXPECTED: readonly { weather: string; part: string; msg: string }[] = [
  { weather: 'kie_has_no_money', part: 'kie-keys', msg: 'A key of KIE is out of use' },
];

/** What was promised and is not so, a sentence each; none: every promise was kept. */
export function findBroken(facts: WalkFacts): string[] {
  return [
    ...brokenByWalk(facts),
    ...brokenByTaps(facts),
    ...brokenBySessions(facts),
    ...brokenByUpdates(facts),
    ...brokenByRepeats(facts),
    ...brokenByLogs(facts),
    ...brokenByVisits(facts),
  ];
}

/** What was promised of updates and conversations only: none is lost, none acted on twice, nobody's chat is held. */
export function findBrokenUpdates(
  facts: Pick<WalkFacts, 'updates' | 'sessions' | 'logs' | 'orders' | 'helps'>,
): string[] {
  return [...brokenByChats(facts), ...brokenByUpdates(facts), ...brokenByRepeats(facts)];
}

function brokenByWalk({ steps, lost, audit, open }: WalkFacts): string[] {
  return [
    ...(steps.made < steps.wanted ? [`${steps.made} steps instead of ${steps.wanted}`] : []),
    ...lost,
    ...(audit.drift > 0 ? [`the audit finds ${audit.drift} rows that differ`] : []),
    ...open.map((what) => `${what} not over in the end`),
  ];
}

/** Every tap is answered, and soon. */
function brokenByTaps({ taps }: WalkFacts): string[] {
  return taps.flatMap(({ data, personId, answeredAfterMs }) => {
    if (answeredAfterMs === null) return [`the tap ${data} of person ${personId} was never answered`];
    if (answeredAfterMs <= ANSWER_MS_MAX) return [];
    return [`the tap ${data} of person ${personId} was answered after ${answeredAfterMs} ms`];
  });
}

/** Everybody's conversation is in a known state, nobody holds it, and there is a way on. */
function brokenBySessions({ sessions, farewells }: WalkFacts): string[] {
  const lost = farewells.filter(({ screen }) => screen === null || !WAYS_ON.includes(screen));
  return [
    ...brokenByChats({ sessions }),
    ...lost.map(
      ({ personId, screen }) => `person ${personId} asked for the menu and saw ${screen ?? 'nothing'}`,
    ),
  ];
}

function brokenByChats({ sessions }: Pick<WalkFacts, 'sessions'>): string[] {
  return sessions.flatMap(({ chatId, isUnderstood, isLocked }) => [
    ...(isUnderstood ? [] : [`the state of chat ${chatId} is not understood`]),
    ...(isLocked ? [`chat ${chatId} is locked`] : []),
  ]);
}

/** What was answered 2xx is done, and nothing else was given up. */
function brokenByUpdates({ updates, sessions }: Pick<WalkFacts, 'updates' | 'sessions'>): string[] {
  const done = new Map(sessions.map((session) => [session.chatId, new Set(session.done)]));
  const erasures = erasuresIn(updates);
  return updates.flatMap((update) => {
    const answeredAtMs = firstGoodAt(update);
    if (answeredAtMs === null) return [`update ${update.id} (${update.type}) was never answered 2xx`];
    // It takes no chat.
    if (update.type === 'pre_checkout_query' || done.get(update.personId)?.has(update.id)) return [];
    // Whoever erases themselves takes the memory of what was before along.
    if (erasuresOf(erasures, update).some((erasedAtMs) => answeredAtMs <= erasedAtMs)) return [];
    return [
      `update ${update.id} (${update.type}) of person ${update.personId} was answered 2xx and is not in done`,
    ];
  });
}

/** Nothing was acted on twice. */
function brokenByRepeats({
  updates,
  logs,
  orders,
  helps,
}: Pick<WalkFacts, 'updates' | 'logs' | 'orders' | 'helps'>): string[] {
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

/** No error that nobody planned, and nobody was apologised to. */
function brokenByLogs({ logs, weathers, visits }: WalkFacts): string[] {
  const isExpected = (line: LogLine) =>
    EXPECTED.some(
      ({ weather, part, msg }) => weathers.includes(weather) && part === line.part && msg === line.msg,
    );
  const unexpected = logs.errors.filter((line) => !isExpected(line));
  const apologies = visits.screens['apology'] ?? 0;
  return [
    ...unexpected.map(({ part, msg, error }) => `logged as an error: ${part}: ${msg} ${error}`.trimEnd()),
    ...(apologies > 0 ? [`the bot apologised ${apologies} times`] : []),
  ];
}

function brokenByVisits({ steps, visits }: WalkFacts): string[] {
  const forbidden = findForbidden(visits).map(
    ([kind, count]) => `button ${kind} of the operators was pressed ${count} times`,
  );
  if (steps.wanted < STEPS_FOR_VISITS_MIN) return forbidden;
  const { screens, buttons } = findMissing(visits);
  return [
    ...forbidden,
    ...screens.map(([name, count]) => `screen ${name} was shown ${count} times, not ${VISITS_MIN.screen}`),
    ...buttons.map(([kind, count]) => `button ${kind} was pressed ${count} times, not ${VISITS_MIN.button}`),
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
