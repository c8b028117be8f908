import { percentileOf } from '../../bench/measurement.js';
import { seconds } from '../tell.js';
import type { WalkFacts } from './facts.js';
import { isGood } from '../system/update-log.js';
import type { Town } from './town.js';

/** What a run comes to; the JSON of it. */
export type Figures = Record<string, number | Record<string, number>>;

export interface RunParts {
  facts: WalkFacts;
  counts: Town['counts'];
  people: number;
  restarts: { kills: number; stops: number };
  weathers: ReadonlyMap<string, number>;
  /** From the last step until all was over. */
  settledMs: number;
  tookMs: number;
}

const LISTED_MAX = 30;
const COLUMNS = 4;
const COLUMN_WIDTH = 28;

/** The figures of a run. */
export function figuresOf({
  facts,
  counts,
  people,
  restarts,
  weathers,
  settledMs,
  tookMs,
}: RunParts): Figures {
  const deliveries = facts.updates.flatMap((update) => update.deliveries);
  const waits = facts.taps.flatMap(({ answeredAfterMs }) => answeredAfterMs ?? []);
  const waitAt = (share: number) => (waits.length === 0 ? 0 : percentileOf(waits, share));
  return {
    steps: facts.steps.made,
    people,
    updates: facts.updates.length,
    deliveries: deliveries.length,
    answered_otherwise: deliveries.filter(({ status }) => !isGood(status)).length,
    delivered_again: facts.updates.filter(
      (update) => update.deliveries.filter(({ status }) => isGood(status)).length > 1,
    ).length,
    in_another_order: counts.reordered,
    pressed_twice: counts.doubled,
    forged: counts.forged,
    paid: counts.paid,
    blocked: counts.blocked,
    banned: counts.banned,
    killed: restarts.kills,
    restarted: restarts.stops,
    weathers: Object.fromEntries(weathers),
    taps: facts.taps.length,
    answered_after_ms: { median: waitAt(0.5), p95: waitAt(0.95), p99: waitAt(0.99), longest: waitAt(1) },
    orders: facts.orders.reduce((sum, one) => sum + one.orders, 0),
    audit_rows: facts.audit.rows_checked,
    audit_drift: facts.audit.drift,
    errors_logged: facts.logs.errors.length,
    settled_after_s: seconds(settledMs),
    took_s: seconds(tookMs),
  };
}

/** The seed, the visits, the figures, and every promise that was broken. */
export function formatRun(
  { seed, bots }: { seed: number; bots: number },
  { visits }: WalkFacts,
  figures: Figures,
  broken: readonly string[],
): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  const lines = Object.entries(figures).map(
    ([name, value]) => `  ${name.replaceAll('_', ' ').padEnd(width)}  ${textOf(value)}`,
  );
  const listed = broken.slice(0, LISTED_MAX).map((one) => `  ${one}`);
  const more = broken.length > LISTED_MAX ? [`  and ${broken.length - LISTED_MAX} more`] : [];
  const verdict = broken.length === 0 ? 'PASS: every promise was kept' : `FAIL: ${broken.length} broken`;
  return [
    `Seed ${seed}, ${bots === 1 ? 'one process' : 'two processes'}`,
    'Shown, each screen:',
    ...tableOf(visits.screens),
    'Pressed, each kind of button:',
    ...tableOf(visits.buttons),
    ...lines,
    verdict,
    ...listed,
    ...more,
  ].join('\n');
}

function tableOf(counts: Readonly<Record<string, number>>): string[] {
  const cells = Object.entries(counts).map(([name, count]) =>
    `${String(count).padStart(6)} ${name}`.padEnd(COLUMN_WIDTH),
  );
  return Array.from({ length: Math.ceil(cells.length / COLUMNS) }, (_, row) =>
    cells
      .slice(row * COLUMNS, (row + 1) * COLUMNS)
      .join('')
      .trimEnd(),
  );
}

function textOf(value: Figures[string]): string {
  if (typeof value === 'number') return String(value);
  return Object.entries(value)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ');
}
