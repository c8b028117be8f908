import { HISTORY_ROW, PAYMENT, type AuditCheck } from './audit-check.js';

/** I2: a completed payment granted its credits once, any other nothing; refunds took back what their sums bought. */
export const PAYMENT_CHECKS: readonly AuditCheck[] = [
  {
    name: 'completed_payment_granted_once',
    invariant: 'I2',
    sql: `select ${PAYMENT} as subject, case
        when p.status = 'completed' and h.count is null then 'completed, but its credits were not granted'
        when p.status <> 'completed' and h.count is not null then format('%s, but its credits were granted', p.status)
        when h.count > 1 then format('granted %s times', h.count)
        when h.total <> p.credits then format('sold %s credits, but %s were granted', p.credits, h.total)
        when h.user_id <> p.user_id::text then format('granted to user %s', h.user_id) end as detail
      from payments p left join (select payment_id, count(*) as count, sum(amount) as total, min(user_id::text) as user_id
        from credits_history where operation_type = 'purchase' group by payment_id) h on h.payment_id = p.id`,
  },
  {
    name: 'history_row_has_its_payment',
    invariant: 'I2',
    sql: `select ${HISTORY_ROW} as subject, case when p.id is null then format('%s of %s without its payment (%s)',
        h.operation_type, h.amount, coalesce(h.payment_id::text, 'none named')) end as detail
      from credits_history h left join payments p on p.id = h.payment_id
      where h.operation_type in ('purchase', 'payment_refund')`,
  },
  {
    name: 'payment_refunds_add_up',
    invariant: 'I2',
    sql: `select ${PAYMENT} as subject, case
        when p.refunded_kopecks <> coalesce(h.refunded, 0)
          then format('%s given back, its refunds sum to %s', p.refunded_kopecks, coalesce(h.refunded, 0))
        when p.credits::bigint * p.refunded_kopecks / coalesce(p.amount_kopecks, p.amount_stars)
             <> coalesce(h.taken, 0) + p.credits_owed
          then format('%s of %s given back, but %s of %s credits taken and %s owed', p.refunded_kopecks,
            coalesce(p.amount_kopecks, p.amount_stars), coalesce(h.taken, 0), p.credits, p.credits_owed) end as detail
      from payments p left join (select payment_id, sum(refunded_kopecks) as refunded, -sum(amount) as taken
        from credits_history where operation_type = 'payment_refund' group by payment_id) h on h.payment_id = p.id`,
  },
  {
    name: 'succeeded_refund_was_taken_back',
    invariant: 'I2',
    sql: `select format('payment_refunds %s', r.id) as subject, case
        -- A parked payment had granted nothing.
        when h.count is null and not coalesce(p.status = 'pending' and p.parked_reason is not null, false)
          then format('%s given back, but its credits were not taken back', r.amount)
        when h.count > 1 then format('taken back %s times', h.count)
        when h.payment_id <> r.payment_id::text then format('taken back from payment %s', h.payment_id)
        when h.refunded <> r.amount then format('%s given back, but credits for %s taken', r.amount, h.refunded) end as detail
      from payment_refunds r left join (select provider_refund_id, count(*) as count, min(payment_id::text) as payment_id,
        sum(refunded_kopecks) as refunded from credits_history where operation_type = 'payment_refund'
        group by provider_refund_id) h on h.provider_refund_id = r.provider_refund_id
        left join payments p on p.id = r.payment_id
      where r.status = 'succeeded' and r.origin <> 'surplus'`,
  },
];

/** I7: whatever a provider told us is handled, while it would still be told again. */
export const NOTIFICATION_CHECKS: readonly AuditCheck[] = [
  {
    name: 'notification_was_handled',
    invariant: 'I7',
    sql: `select format('payment_notifications %s', n.id) as subject, case
        when n.handled_at is null and n.received_at < now() - interval '25 hours'
          then format('%s of %s, received at %s, is not handled', n.event, n.object_id, n.received_at) end as detail
      from payment_notifications n`,
  },
];
