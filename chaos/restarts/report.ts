import { isGood } from '../system/update-log.js';
import type { RestartFacts } from './facts.js';
import type { RestartOptions } from './options.js';
import type { Restart } from './rolling.js';

const LISTED_MAX = 30;

/** The exits of the processes of one role. */
export interface Exits {
  median: number;
  longest: number;
}

/** The figures of a run; the JSON of it. */
export interface Figures {
  restarts: readonly Restart[];
  exit_ms: Record<string, Exits>;
  people: number;
  jobs: number;
  videos: number;
  purchases: number;
  updates: number;
  /** Deliveries of updates that were not answered 2xx, and came again. */
  answered_otherwise: number;
  answers: Readonly<Record<string, number>>;
  audit_drift: number;
  took_s: number;
}

/** The figures of a run. */
export function figuresOf(facts: RestartFacts, tookMs: number): Figures {
  const deliveries = facts.updates.flatMap((update) => update.deliveries);
  const sum = (key: 'completed' | 'videos' | 'purchases') =>
    facts.holdings.reduce((total, one) => total + one[key], 0);
  return {
    restarts: facts.restarts,
    exit_ms: exitsOf(facts.restarts),
    people: facts.customers.length,
    jobs: sum('completed'),
    videos: sum('videos'),
    purchases: sum('purchases'),
    updates: facts.updates.length,
    answered_otherwise: deliveries.filter(({ status }) => !isGood(status)).length,
    answers: facts.answers,
    audit_drift: facts.audit.drift,
    took_s: Math.round(tookMs / 100) / 10,
  };
}

/** Of each role, whatever its processes are called. */
function exitsOf(restarts: readonly Restart[]): Record<string, Exits> {
  const roleOf = ({ name }: Restart) => name.replace(/-\d+$/, '');
  const entries = [...new Set(restarts.map(roleOf))].map((role): [string, Exits] => {
    const ones = restarts.filter((one) => roleOf(one) === role);
    const sorted = ones.map(({ exitMs }) => exitMs).sort((a, b) => a - b);
    return [role, { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 }];
  });
  return Object.fromEntries(entries);
}

/** What a person reads. */
export function formatRun(
  { seed, ending }: RestartOptions,
  figures: Figures,
  broken: readonly string[],
): string {
  const signal = ending === 'kill' ? 'SIGKILL' : 'SIGTERM';
  const { people, jobs, videos, purchases, updates, answered_otherwise: again, answers } = figures;
  const head = [
    'process',
    'exit, ms',
    'code',
    'red, ms',
    'ready, ms',
    'jobs under way',
    'finished after the signal',
  ];
  const widths = [13, 10, 6, 9, 11, 16, 27];
  const row = (cells: readonly (string | number)[]) =>
    `  ${cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join('')}`.trimEnd();
  const rows = figures.restarts.map(({ finished, ...one }) =>
    row([
      ...[one.name, one.exitMs, one.exitCode ?? '-', one.redAfterMs ?? '-', one.readyMs, one.jobsUnderWay],
      `${finished.updates} updates, ${finished.steps} steps, ${finished.videos} videos`,
    ]),
  );
  const verdict =
    broken.length === 0
      ? 'PASS: every promise was kept'
      : [
          `FAIL: ${broken.length} promises were broken`,
          ...broken.slice(0, LISTED_MAX).map((line) => `  ${line}`),
        ].join('\n');
  return [
    `${signal} to each process in turn, seed ${seed}`,
    row(head),
    ...rows,
    `${people} people, ${jobs} jobs, ${videos} videos, ${purchases} purchases, ${updates} updates of which ${again} deliveries came again`,
    `answered: ${JSON.stringify(answers)}; audit drift ${figures.audit_drift}; ${figures.took_s} s in all`,
    verdict,
  ].join('\n');
}
