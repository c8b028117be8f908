import type { AuditCheck } from './audit-check.js';
import { AUDIT_NOTES } from './audit-notes.js';
import { BALANCE_CHECKS } from './balance.checks.js';
import { JOB_CHECKS, TASK_CHECKS } from './job.checks.js';
import { NOTIFICATION_CHECKS, PAYMENT_CHECKS } from './payment.checks.js';

/** Every check, in the order of the report. */
export const AUDIT_CHECKS: readonly AuditCheck[] = [
  ...BALANCE_CHECKS,
  ...PAYMENT_CHECKS,
  ...JOB_CHECKS,
  ...TASK_CHECKS,
  ...NOTIFICATION_CHECKS,
];

/** Findings of one check that the report names; the count stays exact. */
const FINDINGS_PER_CHECK_MAX = 100;

/** One row that the audit names. */
export interface AuditFinding {
  check: string;
  /** Table and id: `jobs 0198…`. */
  row: string;
  /** What differs. */
  detail: string;
}

/** What `npm run audit` prints as JSON; names in the spelling that its readers have. */
export interface AuditReport {
  /** Rows looked at by all checks together. */
  rows_checked: number;
  /** Rows that differ, over all checks; 0 is what is owed. */
  drift: number;
  checks: { name: string; invariant: string; rows_checked: number; problems: number }[];
  /** At most 100 per check. */
  problems: AuditFinding[];
  /** No drift, but to be known: operators' refunds, credits owed, what providers see otherwise. At most 100 each. */
  notes: AuditFinding[];
}

/** The rows of one statement. */
export type Query = <Row>(sql: string, parameters?: unknown[]) => Promise<Row[]>;

/**
 * Proves the invariants of the credit history, the jobs and the payments against each other, by SQL, and changes nothing.
 *
 * @param query in a transaction of its own at REPEATABLE READ: it reads one snapshot, so that work going on meanwhile is no drift.
 */
export async function auditSnapshot(query: Query): Promise<AuditReport> {
  await query('set transaction read only');
  // Its sums and sorts over millions of rows stay in memory: a third less time.
  await query(`set local work_mem = '64MB'`);
  const report: AuditReport = { rows_checked: 0, drift: 0, checks: [], problems: [], notes: [] };
  for (const check of AUDIT_CHECKS) await runCheck(query, check, report);
  for (const note of AUDIT_NOTES) report.notes.push(...(await listFindings(query, note)));
  return report;
}

async function runCheck(query: Query, check: AuditCheck, report: AuditReport): Promise<void> {
  // count() is a bigint, which arrives as text.
  const [row] = await query<{ rows: string; problems: string }>(
    `select count(*) as rows, count(detail) as problems from (${check.sql}) as checked`,
  );
  const rowsChecked = Number(row?.rows);
  const problems = Number(row?.problems);
  report.rows_checked += rowsChecked;
  report.drift += problems;
  report.checks.push({ name: check.name, invariant: check.invariant, rows_checked: rowsChecked, problems });
  if (problems > 0) report.problems.push(...(await listFindings(query, check)));
}

function listFindings(query: Query, source: { name: string; sql: string }): Promise<AuditFinding[]> {
  return query<AuditFinding>(
    `select $1 as "check", subject as "row", detail from (${source.sql}) as checked where detail is not null
     order by subject limit ${FINDINGS_PER_CHECK_MAX}`,
    [source.name],
  );
}
