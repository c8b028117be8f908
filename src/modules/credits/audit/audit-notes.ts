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
  {
    name: 'reconciliation_difference',
    sql: `select d.value ->> 'subject' as subject, format('%s: %s (report %s of %s)', d.value ->> 'kind', d.value ->> 'detail',
        r.id, r.provider) as detail
      from (select distinct on (provider) id, provider, differences from payment_reconciliations
        where finished_at is not null order by provider, finished_at desc) r cross join jsonb_array_elements(r.differences) d`,
  },
  {
    name: 'reconciliation_overdue',
    sql: `select 'payment_reconciliations' as subject, format('the last comparison with YooKassa ended %s',
        coalesce('at ' || max(r.finished_at), 'never')) as detail
      from payment_reconciliations r where r.provider = 'yookassa'
      having coalesce(max(r.finished_at), '-infinity') < now() - interval '2 days'
        and exists (select from payments where provider = 'yookassa' and created_at < now() - interval '2 days')`,
  },
];
