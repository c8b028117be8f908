import type { TestDatabase } from '../support/database.js';
import { addTask, corrupt, type AuditedWorld } from './audited-world.js';
import { aUser } from './fixtures.js';

/** What does the damage. */
export interface DamageContext {
  db: TestDatabase;
  world: AuditedWorld;
  /** Runs the statements with triggers and foreign keys off. */
  sql: (...statements: string[]) => Promise<void>;
  /** The id of the one history row that matches. */
  historyId: (where: string) => Promise<string>;
}

export function createDamageContext(db: TestDatabase, world: AuditedWorld): DamageContext {
  return {
    db,
    world,
    sql: (...statements) =>
      corrupt(db, async (em) => {
        for (const statement of statements) await em.query(statement);
      }),
    async historyId(where) {
      const [row] = await db.query<{ id: string }>(`select id from credits_history where ${where}`);
      return row!.id;
    },
  };
}

const userRow = ({ user }: AuditedWorld) => `users ${user.id} (Telegram ${user.tgUserId})`;

async function refundRow(db: TestDatabase): Promise<string> {
  const [row] = await db.query<{ id: string }>('select id from payment_refunds');
  return `payment_refunds ${row!.id}`;
}

async function importLegacy(db: TestDatabase, { user }: AuditedWorld): Promise<void> {
  await db.query(`select import_legacy_user('u', $1, 7)`, [user.tgUserId]);
}

async function addLegacyJob(
  db: TestDatabase,
  { user }: AuditedWorld,
  jobId: string,
  status: string,
): Promise<void> {
  await db.query(`insert into legacy_jobs (id, user_id, job_id, status) values ('j', $1, $2, $3)`, [
    user.id,
    jobId,
    status,
  ]);
}

/** One way in which a database can be wrong, and what the audit must say about it. */
export interface Damage {
  check: string;
  what: string;
  /** Does the damage. @returns the row that the audit must name. */
  harm: (context: DamageContext) => Promise<string>;
  detail: RegExp;
}

export const DAMAGES: readonly Damage[] = [
  {
    check: 'balance_is_sum_of_history',
    what: 'a balance raised by hand',
    harm: async ({ db, world }) => {
      await db.query('update users set credits = credits + 5 where id = $1', [world.user.id]);
      return userRow(world);
    },
    detail: /balance is 10, its history sums to 5/,
  },
  {
    check: 'balance_is_newest_balance_after',
    what: 'a newest row that says another balance',
    harm: async ({ world, sql }) => {
      await sql(
        `update credits_history set balance_after = 9 where id = (select max(id) from credits_history)`,
      );
      return userRow(world);
    },
    detail: /balance is 5, the newest row \(7\) says 9/,
  },
  {
    check: 'balance_not_negative',
    what: 'a balance below zero',
    harm: async ({ world, sql }) => {
      await sql('alter table users drop constraint users_credits_check', 'update users set credits = -1');
      return userRow(world);
    },
    detail: /balance is -1/,
  },
  {
    check: 'history_is_a_chain',
    what: 'a refund row deleted',
    harm: async ({ sql, historyId }) => {
      const next = await historyId(`operation_type = 'purchase'`);
      await sql(`delete from credits_history where operation_type = 'refund'`);
      return `credits_history ${next}`;
    },
    detail: /1 \+ 5 is not 7/,
  },
  {
    check: 'history_row_has_its_user',
    what: 'a person deleted',
    harm: async ({ sql }) => {
      await sql('delete from users');
      return 'credits_history 1';
    },
    detail: /there is no user/,
  },
  {
    check: 'welcome_at_most_once',
    what: 'a second welcome',
    harm: async ({ world, sql }) => {
      await sql(
        'drop index credits_history_one_signup',
        'update users set credits = credits + 2',
        `insert into credits_history (user_id, operation_type, amount, balance_after) select id, 'signup', 2, credits from users`,
      );
      return userRow(world);
    },
    detail: /2 welcomes/,
  },
  {
    check: 'legacy_balance_imported_once',
    what: 'a balance that came from nobody of the Python system',
    harm: async ({ db, world }) => {
      await importLegacy(db, world);
      await db.query('delete from legacy_users');
      return userRow(world);
    },
    detail: /7 credits imported for nobody/,
  },
  {
    check: 'legacy_balance_imported_once',
    what: 'another balance than was imported',
    harm: async ({ db, world }) => {
      await importLegacy(db, world);
      await db.query('update legacy_users set credits = 8');
      return userRow(world);
    },
    detail: /8 credits imported, the ledger says 7/,
  },
  {
    check: 'legacy_balance_imported_once',
    what: 'an import that the ledger lacks',
    harm: async ({ db, world }) => {
      await db.query(`insert into legacy_users (id, user_id, credits) values ('u', $1, 7)`, [world.user.id]);
      return userRow(world);
    },
    detail: /0 import rows/,
  },
  {
    check: 'completed_payment_granted_once',
    what: 'a payment completed without its purchase',
    harm: async ({ db, world }) => {
      await db.query(
        `update payments set status = 'completed', completed_at = now() where status = 'pending'`,
      );
      return `payments ${world.payments.pending}`;
    },
    detail: /completed, but its credits were not granted/,
  },
  {
    check: 'completed_payment_granted_once',
    what: 'a purchase of a payment that was canceled',
    harm: async ({ world, sql }) => {
      await sql(
        'alter table payments drop constraint payments_refund_only_if_completed',
        `update payments set status = 'canceled', completed_at = null where status = 'completed'`,
      );
      return `payments ${world.payments.completed}`;
    },
    detail: /canceled, but its credits were granted/,
  },
  {
    check: 'completed_payment_granted_once',
    what: 'a purchase of other credits than were sold',
    harm: async ({ world, sql }) => {
      await sql(`update payments set credits = 4 where status = 'completed'`);
      return `payments ${world.payments.completed}`;
    },
    detail: /sold 4 credits, but 5 were granted/,
  },
  {
    check: 'history_row_has_its_payment',
    what: 'a payment deleted',
    harm: async ({ sql, historyId }) => {
      await sql(`delete from payments where status = 'completed'`);
      return `credits_history ${await historyId(`operation_type = 'purchase'`)}`;
    },
    detail: /purchase of 5 without its payment/,
  },
  {
    check: 'payment_refunds_add_up',
    what: 'a refund at the provider that nobody posted',
    harm: async ({ db, world }) => {
      await db.query(`update payments set refunded_kopecks = 19900 where status = 'completed'`);
      return `payments ${world.payments.completed}`;
    },
    detail: /19900 given back, its refunds sum to 9950/,
  },
  {
    check: 'payment_refunds_add_up',
    what: 'a debt that nobody has',
    harm: async ({ db, world }) => {
      await db.query(`update payments set credits_owed = 1 where status = 'completed'`);
      return `payments ${world.payments.completed}`;
    },
    detail: /9950 of 19900 given back, but 2 of 5 credits taken and 1 owed/,
  },
  {
    check: 'succeeded_refund_was_taken_back',
    what: 'a refund row deleted from the history',
    harm: async ({ db, sql }) => {
      await sql(`delete from credits_history where operation_type = 'payment_refund'`);
      return refundRow(db);
    },
    detail: /9950 given back, but its credits were not taken back/,
  },
  {
    check: 'succeeded_refund_was_taken_back',
    what: 'a refund of another sum than was taken back',
    harm: async ({ db }) => {
      await db.query('update payment_refunds set amount = 19900');
      return refundRow(db);
    },
    detail: /19900 given back, but credits for 9950 taken/,
  },
  {
    check: 'job_ends_by_its_deadline',
    what: 'a job that nobody ended',
    harm: async ({ db, world }) => {
      await db.query(`update jobs set deadline_at = now() - interval '61 seconds' where id = $1`, [
        world.jobs.queued,
      ]);
      return `jobs ${world.jobs.queued}`;
    },
    detail: /still queued, its deadline was/,
  },
  {
    check: 'job_charged_once',
    what: 'a usage row deleted',
    harm: async ({ world, sql }) => {
      await sql(
        `delete from credits_history where operation_type = 'usage' and job_id = '${world.jobs.queued}'`,
      );
      return `jobs ${world.jobs.queued}`;
    },
    detail: /queued, but never charged/,
  },
  {
    check: 'job_charged_once',
    what: 'a job charged twice',
    harm: async ({ world, sql }) => {
      await sql(
        'drop index credits_history_one_usage_per_job',
        `insert into credits_history (user_id, operation_type, amount, balance_after, job_id)
         select id, 'usage', -1, 4, '${world.jobs.queued}' from users`,
      );
      return `jobs ${world.jobs.queued}`;
    },
    detail: /charged 2 times/,
  },
  {
    check: 'job_refunded_once_if_failed',
    what: 'a refund row deleted',
    harm: async ({ world, sql }) => {
      await sql(`delete from credits_history where operation_type = 'refund'`);
      return `jobs ${world.jobs.failed}`;
    },
    detail: /failed, but its credit was not given back/,
  },
  {
    check: 'job_refunded_once_if_failed',
    what: 'a completed job set to failed by a plain update',
    harm: async ({ db, world }) => {
      await db.query(`update jobs set status = 'failed' where id = $1`, [world.jobs.completed]);
      return `jobs ${world.jobs.completed}`;
    },
    detail: /failed, but its credit was not given back/,
  },
  {
    check: 'job_refunded_once_if_failed',
    what: 'a refunded job set to completed',
    harm: async ({ db, world }) => {
      await db.query(`update jobs set status = 'completed', failure_reason = null where id = $1`, [
        world.jobs.failed,
      ]);
      return `jobs ${world.jobs.failed}`;
    },
    detail: /completed, but its credit was given back/,
  },
  {
    check: 'job_refunded_once_if_failed',
    what: 'a refund to somebody else',
    harm: async ({ db, world, sql }) => {
      const other = await aUser(db);
      await sql(`update credits_history set user_id = '${other.id}' where operation_type = 'refund'`);
      return `jobs ${world.jobs.failed}`;
    },
    detail: /refunded to user/,
  },
  {
    check: 'history_row_has_its_job',
    what: 'a job deleted',
    harm: async ({ world, sql, historyId }) => {
      await sql(`delete from jobs where id = '${world.jobs.queued}'`);
      return `credits_history ${await historyId(`job_id = '${world.jobs.queued}'`)}`;
    },
    detail: /usage of -1 without its job/,
  },
  {
    check: 'failed_job_has_reason_and_end',
    what: 'a failed job that nobody can explain',
    harm: async ({ db, world }) => {
      await db.query('update jobs set failure_reason = null where id = $1', [world.jobs.failed]);
      return `jobs ${world.jobs.failed}`;
    },
    detail: /failed without a reason/,
  },
  {
    check: 'job_charged_once',
    what: 'a video of the Python system charged here too',
    harm: async ({ db, world }) => {
      await addLegacyJob(db, world, world.jobs.completed, 'completed');
      return `jobs ${world.jobs.completed}`;
    },
    detail: /charged in the Python system, and here/,
  },
  {
    check: 'completed_job_was_delivered',
    what: 'a video that was under way in the Python system, and that nobody has got',
    harm: async ({ db, world }) => {
      await addLegacyJob(db, world, world.jobs.completed, 'processing');
      await db.query('update jobs set video_message_id = null where id = $1', [world.jobs.completed]);
      return `jobs ${world.jobs.completed}`;
    },
    detail: /no message holds its video/,
  },
  {
    check: 'completed_job_was_delivered',
    what: 'a completed job without its message',
    harm: async ({ db, world }) => {
      await db.query('update jobs set video_message_id = null where id = $1', [world.jobs.completed]);
      return `jobs ${world.jobs.completed}`;
    },
    detail: /no message holds its video/,
  },
  {
    check: 'one_task_in_flight',
    what: 'a second generation task in flight',
    harm: async ({ db, world, sql }) => {
      await sql('drop index kie_tasks_one_active');
      await addTask(db, world.jobs.queued, 2, 'running');
      return `jobs ${world.jobs.queued}`;
    },
    detail: /2 generation tasks in flight/,
  },
  {
    check: 'one_task_succeeded',
    what: 'a second generation task that succeeded',
    harm: async ({ db, world }) => {
      await addTask(db, world.jobs.completed, 3, 'succeeded');
      return `jobs ${world.jobs.completed}`;
    },
    detail: /2 generation tasks succeeded/,
  },
  {
    check: 'failed_task_has_reason',
    what: 'a generation task that failed for no reason',
    harm: async ({ db, world }) => {
      const id = await addTask(db, world.jobs.failed, 2, 'failed');
      await db.query('update kie_tasks set error_code = null where id = $1', [id]);
      return `kie_tasks ${id}`;
    },
    detail: /failed without a reason/,
  },
  {
    check: 'notification_was_handled',
    what: 'a notification that nobody handled',
    harm: async ({ db }) => {
      await db.query(
        `update payment_notifications set handled_at = null, outcome = null, received_at = now() - interval '26 hours'`,
      );
      const [row] = await db.query<{ id: string }>('select id from payment_notifications');
      return `payment_notifications ${row!.id}`;
    },
    detail: /refund.succeeded of refund-1, received at .*, is not handled/,
  },
];
