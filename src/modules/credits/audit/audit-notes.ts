import { HISTORY_ROW, PAYMENT } from './audit-check.js';

/** What is no drift, yet somebody should know: the same SQL shape as a check, with only the rows to name. */
export const AUDIT_NOTES: readonly { name: string; sql: string }[] = [
  {
    name: 'refund_by_operator',
    sql: `select ${HISTORY_ROW} as subject, format('%s credit to user %s at %s, without a job', h.amount, h.user_id,
        h.created_at) as detail
      from credits_history h where h.operation_type = 'refund' and h.job_id is null`,
  },
  {
    name: 'credits_owed',
    sql: `select ${PAYMENT} as subject, format('user %s owes %s credits that were spent before the refund', p.user_id,
        p.credits_owed) as detail
      from payments p where p.credits_owed > 0`,
  },
];
