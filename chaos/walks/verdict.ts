import type { LogLine } from '../system/app-log.js';
import type { WalkFacts } from './facts.js';
import { findBrokenUpdates } from '../system/update-verdict.js';
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
    ...findBrokenUpdates(facts),
    ...brokenByLogs(facts),
    ...brokenByVisits(facts),
  ];
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

/** Everybody's conversation has a way on. */
function brokenBySessions({ farewells }: WalkFacts): string[] {
  const lost = farewells.filter(({ screen }) => screen === null || !WAYS_ON.includes(screen));
  return [
    ...lost.map(
      ({ personId, screen }) => `person ${personId} asked for the menu and saw ${screen ?? 'nothing'}`,
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
