import type { DataSource } from 'typeorm';
import type { AuditReport } from '../../src/modules/credits/light.js';
import type { ScenarioResult } from './play.js';
import { listPostings } from './traces.js';
import { formatLine } from './transcript.js';

/** A payment, as far as the report tells of it. */
interface PurchaseRow {
  id: string;
  plan_id: string;
  price: string;
  status: string;
  found_by: string | null;
  failure_reason: string | null;
  parked_reason: string | null;
  credits_owed: number;
  refunds: string[];
}

/** The story as it went: the chat, the timeline of each job, the purchases, the credit history. */
export async function formatScenario(result: ScenarioResult, dataSource: DataSource): Promise<string> {
  const parts = [
    `\n━━ ${result.name}: ${result.title}`,
    ...result.transcript.map(formatLine),
    ...(await timelines(result, dataSource)),
    ...(await purchases(result, dataSource)),
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

/** What the person bought, and what was given back. */
async function purchases(result: ScenarioResult, dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<PurchaseRow[]>(
    `select p.id, p.plan_id, p.status, p.found_by, p.failure_reason, p.parked_reason, p.credits_owed,
            coalesce((p.amount_kopecks / 100.0)::numeric(10, 2) || ' RUB', p.amount_stars || ' XTR') as price,
            array(select r.origin || ' ' || r.amount || ' ' || r.status from payment_refunds r
                   where r.payment_id = p.id order by r.created_at) as refunds
       from payments p join users u on u.id = p.user_id where u.tg_user_id = $1 order by p.created_at`,
    [result.personId],
  );
  return rows.map((row) => {
    const found = row.found_by && `found by ${row.found_by}`;
    const owed = row.credits_owed > 0 && `${row.credits_owed} credit(s) owed`;
    const refunds = row.refunds.map((refund) => `refund by ${refund}`);
    const more = [found, row.failure_reason, row.parked_reason, ...refunds, owed].filter(Boolean);
    return `  payment ${row.id} ${row.plan_id} ${row.price} ${row.status}${more.map((one) => `, ${one}`).join('')}`;
  });
}

async function ledger(result: ScenarioResult, dataSource: DataSource): Promise<string[]> {
  const postings = await listPostings(dataSource, result.personId);
  return [`  credits: ${postings.join(', ') || 'nothing'}`];
}
