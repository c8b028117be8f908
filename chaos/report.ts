import type { Facts } from './facts.js';
import type { PostgresKiller } from './postgres-killer.js';
import type { Trade } from './shoppers.js';

/** What a run comes to; the JSON of it. */
export type Figures = Record<string, number | Record<string, number>>;

export interface RunParts {
  facts: Facts;
  trade: Trade;
  killer: Pick<PostgresKiller, 'kills' | 'downMs'>;
  /** From the last kill until nothing differed any more. */
  settledMs: number;
  tookMs: number;
}

const LISTED_MAX = 20;

/** The figures of a run. */
export function figuresOf({ facts, trade, killer, settledMs, tookMs }: RunParts): Figures {
  const attempts = facts.notifications.flatMap((record) => record.attempts);
  const count = (status: string) => facts.remote.filter((payment) => payment.status === status).length;
  return {
    payments_made: facts.remote.length,
    payments_succeeded: count('succeeded'),
    payments_canceled: count('canceled'),
    rows_of_ours: facts.rows.length,
    purchases: facts.purchases.length,
    found_by: tally(facts.rows.flatMap(({ found_by }) => found_by ?? [])),
    people: facts.balances.length,
    taps_i_have_paid: trade.told,
    began_again: trade.repeated,
    notifications: facts.notifications.length,
    notification_attempts: attempts.length,
    answered_200: attempts.filter(({ status }) => status === 200).length,
    answered_otherwise: attempts.filter(({ status }) => status !== null && status !== 200).length,
    not_answered: attempts.filter(({ status }) => status === null).length,
    redeliveries: attempts.length - facts.notifications.length,
    inbox_outcomes: tally(facts.kept.map(({ outcome }) => outcome ?? 'open')),
    database_kills: killer.kills,
    database_down_s: seconds(killer.downMs),
    ...delays(facts),
    settled_after_last_kill_s: seconds(settledMs),
    audit_rows: facts.audit.rows_checked,
    audit_drift: facts.audit.drift,
    took_s: seconds(tookMs),
  };
}

/** The figures as a table, and whether anything differs. */
export function formatRun(figures: Figures, differences: readonly string[]): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  const lines = Object.entries(figures).map(([name, value]) => {
    const text =
      typeof value === 'number'
        ? value
        : Object.entries(value)
            .map(([key, n]) => `${key} ${n}`)
            .join(', ');
    return `  ${name.replaceAll('_', ' ').padEnd(width)}  ${text}`;
  });
  const listed = differences.slice(0, LISTED_MAX).map((one) => `  ${one}`);
  const more = differences.length > LISTED_MAX ? [`  and ${differences.length - LISTED_MAX} more`] : [];
  const verdict =
    differences.length === 0 ? 'PASS: none lost, none doubled' : `FAIL: ${differences.length} differ`;
  return [...lines, verdict, ...listed, ...more].join('\n');
}

/** How long people waited for what they had paid. */
function delays({ remote, rows }: Facts): Figures {
  const paidAt = new Map(remote.map(({ id, paidAt: at }) => [id, at === null ? NaN : Date.parse(at)]));
  const waits = rows.flatMap(({ provider_payment_id: id, completed_at_ms: at }) =>
    id === null || at === null ? [] : Math.max(0, at - (paidAt.get(id) ?? NaN)),
  );
  const sorted = waits.filter((wait) => !Number.isNaN(wait)).sort((a, b) => a - b);
  const at = (share: number) =>
    seconds(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { credited_after_s: { median: at(0.5), p95: at(0.95), longest: at(1) } };
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
