import type { EntityManager } from 'typeorm';
import type { TestDatabase } from '../support/database.js';
import {
  aPayment,
  aUser,
  complete,
  completePayment,
  fail,
  order,
  refund,
  refundPayment,
  type TestUser,
} from './fixtures.js';

/** A little of everything, all in order: what an audit has to look at. */
export interface AuditedWorld {
  user: TestUser;
  /** Completed, refunded and waiting jobs; all one credit. */
  jobs: { completed: string; failed: string; queued: string };
  /** 5 credits, half of it refunded; and one that is still pending. */
  payments: { completed: string; pending: string };
}

export async function createAuditedWorld(db: TestDatabase): Promise<AuditedWorld> {
  const user = await aUser(db, { credits: 4 });
  const { job_ids: ids } = await order(db, user, { count: 3 });
  const [completed, failed, queued] = ids as [string, string, string];
  await addTask(db, completed, 1, 'failed');
  await addTask(db, completed, 2, 'succeeded');
  await complete(db, completed);
  await addTask(db, failed, 1, 'refused');
  await fail(db, failed);
  await refund(db, user, failed);
  await addTask(db, queued, 1, 'running');
  const [paid, pending] = [await aPayment(db, user), await aPayment(db, user)];
  await completePayment(db, user, paid);
  await refundPayment(db, paid, 'refund-1', 9_950);
  await addRefundAndNotification(db, paid);
  return { user, jobs: { completed, failed, queued }, payments: { completed: paid, pending } };
}

/** The refund's own row, and the notification that told of it. */
async function addRefundAndNotification(db: TestDatabase, paymentId: string): Promise<void> {
  await db.query(
    `insert into payment_refunds (payment_id, charge_id, amount, origin, status, provider_refund_id, ended_at)
     select id, provider_payment_id, 9950, 'provider', 'succeeded', 'refund-1', now() from payments where id = $1`,
    [paymentId],
  );
  await db.query(
    `insert into payment_notifications (provider, event, object_id, body, handled_at, outcome)
     values ('yookassa', 'refund.succeeded', 'refund-1', '{}', now(), 'refunded')`,
  );
}

/** A generation task in this state; the ones that KIE ended badly have its code. */
export async function addTask(
  db: TestDatabase,
  jobId: string,
  attempt: number,
  state: string,
): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `insert into kie_tasks (job_id, attempt, model, key_fingerprint, state, task_id, error_code, deadline_at)
     values ($1, $2, 'm', 'f', $3, gen_random_uuid()::text, case when $3 in ('failed', 'refused') then '500' end, now())
     returning id`,
    [jobId, attempt, state],
  );
  return row!.id;
}

/** Changes rows with every trigger and foreign key off, as a restored backup or a superuser could. */
export function corrupt(db: TestDatabase, work: (em: EntityManager) => Promise<void>): Promise<void> {
  return db.dataSource.transaction(async (em) => {
    await em.query('set local session_replication_role = replica');
    await work(em);
  });
}
