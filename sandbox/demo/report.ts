import type { DataSource } from 'typeorm';
import type { AuditReport } from '../../src/modules/credits/light.js';
import type { ScenarioResult } from './play.js';
import { formatLine } from './transcript.js';

/** The story as it went: the chat, the timeline of each job, the credit history. */
export async function formatScenario(result: ScenarioResult, dataSource: DataSource): Promise<string> {
  const parts = [
    `\n━━ ${result.name}: ${result.title}`,
    ...result.transcript.map(formatLine),
    ...(await timelines(result, dataSource)),
    ...(await ledger(result, dataSource)),
    result.ok
      ? `  ✔ ${result.name} in ${result.seconds.toFixed(1)} s`
      : `  ✘ ${result.name}: ${result.problem}`,
  ];
  return parts.join('\n');
}

/** The audit in one paragraph, and every row that differs. */
export function formatAudit(audit: AuditReport): string {
  const verdict = audit.drift === 0 ? 'no drift' : `${audit.drift} row(s) differ`;
  const found = audit.problems.map(({ check, row, detail }) => `    ${check}: ${row}: ${detail}`);
  return [
    `\nAudit: ${audit.rows_checked} rows checked by ${audit.checks.length} checks, ${verdict}`,
    ...found,
  ].join('\n');
}

async function timelines(result: ScenarioResult, dataSource: DataSource): Promise<string[]> {
  const lines: string[] = [];
  for (const job of result.jobs) {
    const events = await dataSource.query<{ at_s: string; event: string; details: { report?: string } }[]>(
      `select round(extract(epoch from e.at - j.created_at)::numeric, 2)::text as at_s, e.event, e.details
         from job_events e join jobs j on j.id = e.job_id where e.job_id = $1 order by e.id`,
      [job.id],
    );
    const steps = events.map(({ at_s, event }) => `${event} +${at_s}s`);
    lines.push(
      `  job ${job.id} ${job.status}${job.failure_reason ? ` (${job.failure_reason})` : ''}: ${steps.join(' → ')}`,
    );
  }
  return lines;
}

async function ledger(result: ScenarioResult, dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ operation_type: string; amount: number; balance_after: number }[]>(
    `select h.operation_type, h.amount, h.balance_after
       from credits_history h join users u on u.id = h.user_id where u.tg_user_id = $1 order by h.id`,
    [result.personId],
  );
  const postings = rows.map(
    (row) => `${row.operation_type} ${row.amount > 0 ? '+' : ''}${row.amount} = ${row.balance_after}`,
  );
  return [`  credits: ${postings.join(', ') || 'nothing'}`];
}
