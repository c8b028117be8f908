import type { DataSource } from 'typeorm';
import type { Account, JobRow, LedgerRow, PaymentRow } from './protocol.js';

const LEDGER_ROWS_MAX = 60;
const JOBS_MAX = 20;
const EVENTS_MAX = 100;
const PAYMENTS_MAX = 20;

const LEDGER = `
  select h.id::text, h.created_at as at, h.operation_type as operation, h.amount, h.balance_after as "balanceAfter",
         h.job_id as "jobId", h.payment_id as "paymentId", h.description
    from credits_history h where h.user_id = $1 order by h.id desc limit ${LEDGER_ROWS_MAX}`;

const JOBS = `
  select j.id, j.order_id as "orderId", j.position, j.status, j.step, j.credits, j.model, j.prompt_source as "promptSource", j.prompt,
         j.failure_reason as "failureReason", j.created_at as "createdAt", j.finished_at as "finishedAt",
         (select coalesce(json_agg(e order by e.number), '[]') from (
            select e.id as number, e.at, e.event, e.details from job_events e where e.job_id = j.id order by e.id limit ${EVENTS_MAX}) e) as events,
         (select coalesce(json_agg(t order by t.attempt), '[]') from (
            select t.attempt, t.model, t.state, t.task_id as "taskId", t.error_text as "errorText", t.created_at as "createdAt",
                   t.finished_at as "finishedAt" from kie_tasks t where t.job_id = j.id) t) as tasks
    from jobs j where j.user_id = $1 order by j.created_at desc, j.position limit ${JOBS_MAX}`;

const PAYMENTS = `
  select p.id, p.provider, p.status, coalesce(p.amount_kopecks, p.amount_stars) as amount, p.currency, p.credits,
         p.created_at as "createdAt"
    from payments p where p.user_id = $1 order by p.created_at desc limit ${PAYMENTS_MAX}`;

/** The account of a person as the application's database has it now: all of it at one moment. */
export function readAccount(dataSource: DataSource, personId: number): Promise<Account> {
  return dataSource.transaction('REPEATABLE READ', async (at) => {
    const [user] = await at.query<{ id: string; credits: number }[]>(
      'select id, credits from users where tg_user_id = $1',
      [personId],
    );
    if (!user) return { personId, registered: false, balance: 0, ledger: [], jobs: [], payments: [] };
    const ledger = await at.query<LedgerRow[]>(LEDGER, [user.id]);
    const jobs = await at.query<JobRow[]>(JOBS, [user.id]);
    const payments = await at.query<PaymentRow[]>(PAYMENTS, [user.id]);
    return { personId, registered: true, balance: user.credits, ledger, jobs, payments };
  });
}
