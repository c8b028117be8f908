import type { KillResult } from './kill-run.js';

/** All runs of a command. */
export interface KillTotals {
  ok: boolean;
  runs: number;
  /** Jobs that ended with their video. */
  delivered: number;
  /** Jobs that ended with their credit back. */
  refunded: number;
  /** Rows that differ by the last audit. */
  drift: number;
  longest_recovery_s: number;
  /** Paid tasks that belong to no job. */
  stray_tasks: number;
  /** Commits and calls of the pipeline without a point of their own: a kill at them is not tried. */
  nameless: string[];
}

/** Sums up; without a single run nothing was shown. */
export function totalsOf(
  results: readonly KillResult[],
  { drift, nameless, strayTasks }: { drift: number; nameless: ReadonlySet<string>; strayTasks: number },
): KillTotals {
  const kept = results.length > 0 && results.every(({ ok }) => ok);
  return {
    ok: kept && drift === 0 && nameless.size === 0 && strayTasks === 0,
    runs: results.length,
    delivered: results.filter(({ status }) => status === 'completed').length,
    refunded: results.filter(({ status }) => status === 'failed').length,
    drift,
    longest_recovery_s: Math.max(0, ...results.map(({ recovered_in_s: seconds }) => seconds ?? 0)),
    stray_tasks: strayTasks,
    nameless: [...nameless].sort(),
  };
}

/** One run in a line. */
export function formatRun(result: KillResult): string {
  const { point, status, failure_reason: reason, ok, problem } = result;
  const outcome = [
    reason ? `${status} (${reason})` : status,
    `balance ${result.balance}`,
    `${result.paid_tasks} paid`,
    `${result.sends} sent`,
    result.recovered_in_s === null ? 'never over' : `over after ${result.recovered_in_s.toFixed(1)} s`,
  ];
  const words = `${String(result.run).padStart(4)}  ${point.padEnd(42)} ${outcome.join(', ')}`;
  return ok ? `  ✔ ${words}` : `  ✘ ${words}\n         ${problem}`;
}

/** The verdict in two lines. */
export function formatTotals(totals: KillTotals): string {
  const { ok, runs, delivered, refunded, drift, stray_tasks: stray, nameless } = totals;
  const lines = [
    `${ok ? '✔' : '✘'} ${runs} kills: ${delivered} delivered, ${refunded} refunded, audit drift ${drift}, ` +
      `longest recovery ${totals.longest_recovery_s.toFixed(1)} s`,
    ...(stray > 0 ? [`  ${stray} task(s) were paid for and belong to no job`] : []),
    ...nameless.map((what) => `  has no point of its own: ${what}`),
  ];
  return lines.join('\n');
}
