import { HISTORY_ROW, USER, type AuditCheck } from './audit-check.js';

/** I1: each balance is the sum of its history and its newest row's `balance_after`; none is below 0. */
export const BALANCE_CHECKS: readonly AuditCheck[] = [
  {
    name: 'balance_is_sum_of_history',
    invariant: 'I1',
    sql: `select ${USER} as subject, case when u.credits <> coalesce(h.total, 0)
        then format('the balance is %s, its history sums to %s', u.credits, coalesce(h.total, 0)) end as detail
      from users u left join (select user_id, sum(amount) as total from credits_history group by user_id) h
        on h.user_id = u.id`,
  },
  {
    name: 'balance_is_newest_balance_after',
    invariant: 'I1',
    sql: `select ${USER} as subject, case when u.credits <> coalesce(h.balance_after, 0)
        then format('the balance is %s, the newest row (%s) says %s', u.credits, coalesce(h.id::text, 'none'),
          coalesce(h.balance_after, 0)) end as detail
      from users u left join (select distinct on (user_id) user_id, id, balance_after from credits_history
        order by user_id, id desc) h on h.user_id = u.id`,
  },
  {
    name: 'balance_not_negative',
    invariant: 'I1',
    sql: `select ${USER} as subject, case when u.credits < 0 then format('the balance is %s', u.credits) end as detail
      from users u`,
  },
  {
    name: 'history_is_a_chain',
    invariant: 'I1',
    sql: `select ${HISTORY_ROW} as subject, case
        when h.balance_after <> h.before + h.amount
          then format('%s + %s is not %s: a row before it is gone or was changed', h.before, h.amount, h.balance_after)
        when h.balance_after < 0 then format('the balance after it is %s', h.balance_after) end as detail
      from (select id, amount, balance_after, coalesce(lag(balance_after) over (partition by user_id order by id), 0) as before
        from credits_history) h`,
  },
  {
    name: 'history_row_has_its_user',
    invariant: 'I1',
    sql: `select ${HISTORY_ROW} as subject, case when u.id is null then format('there is no user %s', h.user_id) end as detail
      from credits_history h left join users u on u.id = h.user_id`,
  },
  {
    name: 'welcome_at_most_once',
    invariant: 'I1',
    sql: `select ${USER} as subject, case when h.count > 1 then format('%s welcomes', h.count) end as detail
      from users u join (select user_id, count(*) as count from credits_history where operation_type = 'signup'
        group by user_id) h on h.user_id = u.id`,
  },
  {
    name: 'legacy_balance_imported_once',
    invariant: 'I1',
    sql: `select ${USER} as subject, case
        when l.id is null then format('%s credits imported for nobody of the Python system', h.total)
        when coalesce(h.count, 0) <> 1 then format('%s import rows', coalesce(h.count, 0))
        when h.total <> l.credits then format('%s credits imported, the ledger says %s', l.credits, h.total) end as detail
      from users u join (legacy_users l full join (select user_id, count(*) as count, sum(amount) as total from credits_history
        where operation_type = 'import' group by user_id) h on h.user_id = l.user_id) on u.id = coalesce(l.user_id, h.user_id)`,
  },
];
