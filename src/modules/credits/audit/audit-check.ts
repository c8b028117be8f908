/**
 * One check of the audit. Its SQL selects every row that it looks at as `subject` (names the row), and `detail`: null
 * where all is well, else what differs. One pass over its tables, so that it stays usable at millions of rows: joins and
 * aggregates, no subquery per row.
 */
export interface AuditCheck {
  name: string;
  /** The invariant that it proves, as in docs/reliability.md. */
  invariant: 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I7';
  sql: string;
}

/** How the rows are named in findings. */
export const USER = `format('users %s (%s)', u.id, coalesce('Telegram ' || u.tg_user_id, 'erased'))`;
export const JOB = `format('jobs %s', j.id)`;
export const PAYMENT = `format('payments %s', p.id)`;
export const HISTORY_ROW = `format('credits_history %s', h.id)`;
