import { HISTORY_ROW, JOB, type AuditCheck } from './audit-check.js';

/** Per job: how often it was charged or refunded, how much, and for whom. */
const summedByJob = (type: 'usage' | 'refund') => `(select job_id, count(*) as count, sum(amount) as total,
  min(user_id::text) as user_id from credits_history where operation_type = '${type}' group by job_id)`;

/** I3 and I4: every job ends, completed and charged once or failed and refunded once, never both, never neither. */
export const JOB_CHECKS: readonly AuditCheck[] = [
  {
    name: 'job_ends_by_its_deadline',
    invariant: 'I3',
    sql: `select ${JOB} as subject, case when j.deadline_at + interval '60 seconds' < now()
        then format('still %s, its deadline was %s', j.status, j.deadline_at) end as detail
      from jobs j where j.status in ('queued', 'processing')`,
  },
  {
    name: 'job_charged_once',
    invariant: 'I3',
    // A video of the Python system was charged there: its charge is in what was left of the balance when that was imported.
    sql: `select ${JOB} as subject, case
        when l.status = 'completed' and h.count is null then null
        when l.status = 'completed' then 'charged in the Python system, and here'
        when h.count is null then format('%s, but never charged', j.status)
        when h.count > 1 then format('charged %s times', h.count)
        when h.total <> -j.credits then format('takes %s credits, but %s were charged', j.credits, -h.total)
        when h.user_id <> j.user_id::text then format('charged to user %s', h.user_id) end as detail
      from jobs j left join ${summedByJob('usage')} h on h.job_id = j.id left join legacy_jobs l on l.job_id = j.id`,
  },
  {
    name: 'job_refunded_once_if_failed',
    invariant: 'I3',
    sql: `select ${JOB} as subject, case
        when j.status = 'failed' and h.count is null then 'failed, but its credit was not given back'
        when j.status <> 'failed' and h.count is not null then format('%s, but its credit was given back', j.status)
        when h.count > 1 then format('refunded %s times', h.count)
        when h.total <> j.credits then format('took %s credits, but %s were given back', j.credits, h.total)
        when h.user_id <> j.user_id::text then format('refunded to user %s', h.user_id) end as detail
      from jobs j left join ${summedByJob('refund')} h on h.job_id = j.id`,
  },
  {
    name: 'history_row_has_its_job',
    invariant: 'I3',
    sql: `select ${HISTORY_ROW} as subject, case
        when j.id is null then format('%s of %s without its job (%s)', h.operation_type, h.amount,
          coalesce(h.job_id::text, 'none named')) end as detail
      from credits_history h left join jobs j on j.id = h.job_id
      where h.operation_type = 'usage' or (h.operation_type = 'refund' and h.job_id is not null)`,
  },
  {
    name: 'failed_job_has_reason_and_end',
    invariant: 'I3',
    sql: `select ${JOB} as subject, case
        when j.failure_reason is null then 'failed without a reason'
        when j.finished_at is null then 'failed without a time' end as detail
      from jobs j where j.status = 'failed'`,
  },
  {
    name: 'completed_job_was_delivered',
    invariant: 'I4',
    // Which message holds a video of the Python system was not kept there.
    sql: `select ${JOB} as subject, case when j.video_message_id is null and j.parked_at is null and l.id is null
        then 'completed, but no message holds its video and it is not parked' end as detail
      from jobs j left join legacy_jobs l on l.job_id = j.id and l.status = 'completed' where j.status = 'completed'`,
  },
];

/** Per job: its generation tasks by state. */
const TASKS_OF_JOB = `select job_id as id, count(*) filter (where state in ('creating', 'unknown', 'running')) as active,
  count(*) filter (where state = 'succeeded') as succeeded from kie_tasks group by job_id`;

/** I5: one paid generation task per job, and a reason for each other attempt. */
export const TASK_CHECKS: readonly AuditCheck[] = [
  {
    name: 'one_task_in_flight',
    invariant: 'I5',
    sql: `select ${JOB} as subject, case when j.active > 1 then format('%s generation tasks in flight', j.active) end as detail
      from (${TASKS_OF_JOB}) j`,
  },
  {
    name: 'one_task_succeeded',
    invariant: 'I5',
    sql: `select ${JOB} as subject, case when j.succeeded > 1 then format('%s generation tasks succeeded', j.succeeded)
        end as detail
      from (${TASKS_OF_JOB}) j`,
  },
  {
    name: 'failed_task_has_reason',
    invariant: 'I5',
    sql: `select format('kie_tasks %s', t.id) as subject, case
        when coalesce(t.error_class, t.error_code, t.error_text) is null then format('%s without a reason', t.state) end as detail
      from kie_tasks t where t.state in ('failed', 'refused')`,
  },
];
