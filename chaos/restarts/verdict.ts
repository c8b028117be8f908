import { findBrokenUpdates } from '../system/update-verdict.js';
import type { Customer } from './customers.js';
import type { Holdings, RestartFacts } from './facts.js';
import type { Restart } from './rolling.js';

/** In which a process must be gone after SIGTERM. */
const EXIT_MS_MAX = 25_000;
/** Less would show nothing. */
const UNDER_WAY_MIN = 1;

/** What was promised and is not so, a sentence each; none: every promise was kept. */
export function findBroken(facts: RestartFacts): string[] {
  return [
    ...facts.restarts.flatMap(brokenByRestart),
    ...brokenByLoad(facts),
    ...facts.lost,
    ...facts.open.map((what) => `${what} not over in the end`),
    ...facts.customers.flatMap((customer) => brokenByHoldings(customer, facts.holdings)),
    ...findBrokenUpdates({ ...facts, orders: [], helps: [] }),
    ...(facts.sendsAgain > 0 ? [`${facts.sendsAgain} videos had to be sent again`] : []),
    ...facts.logs.errors.map(({ part, msg, error }) =>
      `logged as an error: ${part}: ${msg} ${error}`.trimEnd(),
    ),
    ...(facts.audit.drift > 0 ? [`the audit finds ${facts.audit.drift} rows that differ`] : []),
  ];
}

function brokenByRestart({ name, exitCode, exitMs, greenAgain }: Restart): string[] {
  return [
    ...(exitCode === 0 ? [] : [`${name} ended with ${exitCode ?? 'a signal'} instead of 0`]),
    ...(exitMs <= EXIT_MS_MAX ? [] : [`${name} took ${exitMs} ms to end`]),
    ...(greenAgain ? [`${name} said that it is ready after it had said that it is not`] : []),
  ];
}

/** A restart beside which nothing happens shows nothing. */
function brokenByLoad({ restarts }: RestartFacts): string[] {
  const idle = restarts.filter(({ jobsUnderWay }) => jobsUnderWay < UNDER_WAY_MIN);
  const videos = restarts.reduce((sum, { finished }) => sum + finished.videos, 0);
  const updates = restarts.reduce((sum, { finished }) => sum + finished.updates, 0);
  return [
    ...idle.map(({ name }) => `no job was under way when ${name} was stopped`),
    ...(videos > 0 ? [] : ['no worker had a send in hand when it was stopped']),
    ...(updates > 0 ? [] : ['no bot had an update in hand when it was stopped']),
  ];
}

function brokenByHoldings(customer: Customer, holdings: readonly Holdings[]): string[] {
  const { personId, jobs, bills, credits } = customer;
  const found = holdings.find((one) => one.personId === personId);
  const expected: Holdings = {
    ...{ personId, completed: jobs, failed: 0, sends: jobs, videos: jobs, tasks: jobs },
    ...{ purchases: bills, refunds: 0, credits },
  };
  const names = Object.keys(expected) as (keyof Holdings)[];
  return names
    .filter((name) => found?.[name] !== expected[name])
    .map((name) => `person ${personId} has ${name} ${found?.[name] ?? 'none'}, not ${expected[name]}`);
}
