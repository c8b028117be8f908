import { randomInt, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import {
  CreditsAudit,
  CreditsHistory,
  CreditsRepository,
  CreditsService,
} from '../../src/modules/credits/index.js';
import { User } from '../../src/modules/users/index.js';
import { sqlStateOf } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

export interface TestUser {
  id: string;
  tgUserId: number;
}

/** A database of one's own that allows 20 statements at the same time, and the credits module on it. */
export async function createCreditsDatabase() {
  const db = await createTestDatabase({ entities: [User, CreditsHistory], poolMax: 24 });
  const credits = new CreditsService(db.dataSource, new CreditsRepository());
  return { db, credits };
}

let lastTgUserId = randomInt(1_000_000, 2_000_000);

/** A person who has just started the bot and has these credits. */
export async function aUser(db: TestDatabase, { credits = 2 } = {}): Promise<TestUser> {
  const tgUserId = ++lastTgUserId;
  const [row] = await db.query<{ user: { user_id: string } }>(
    `select register_user($1, 'seller', 'Anna', null, 'ru', $2) as user`,
    [tgUserId, credits],
  );
  return { id: row?.user.user_id ?? '', tgUserId };
}

/** The SQL function's own answer. */
export interface OrderAnswer {
  job_id: string;
  job_ids: string[];
  order_id: string;
  new_credits: number;
  created: boolean;
}

/** Calls `create_job_and_consume_credit` with a key of its own unless one is given. */
export async function order(
  db: TestDatabase,
  user: { tgUserId: number },
  { key = `draft-${randomUUID()}`, count = 1, creditsPerJob = 1, options = {} } = {},
): Promise<OrderAnswer> {
  const [row] = await db.query<{ answer: OrderAnswer }>(
    `select create_job_and_consume_credit($1, 'ugc', $2, 'inputs/1/a.jpg', 'A red mug', $3, $4, $5) as answer`,
    [user.tgUserId, key, count, creditsPerJob, options],
  );
  if (!row) throw new Error('create_job_and_consume_credit answered nothing');
  return row.answer;
}

/** Sets the job to failed, as the finaliser does before it refunds. */
export async function fail(db: TestDatabase, jobId: string): Promise<void> {
  await db.query(
    `update jobs set status = 'failed', failure_reason = 'temporary', finished_at = now() where id = $1`,
    [jobId],
  );
}

/** Sets the job to completed and delivered. */
export async function complete(db: TestDatabase, jobId: string): Promise<void> {
  await db.query(
    `update jobs set status = 'completed', step = 'deliver', video_message_id = 5, finished_at = now() where id = $1`,
    [jobId],
  );
}

/** Calls `refund_credit(user, job)`. @returns the new balance. */
export async function refund(db: TestDatabase, user: { tgUserId: number }, jobId: string): Promise<number> {
  const [row] = await db.query<{ balance: number }>('select refund_credit($1, $2) as balance', [
    user.tgUserId,
    jobId,
  ]);
  return row?.balance ?? NaN;
}

/** A pending YooKassa payment that is not handed out any more; 5 credits for 199 roubles unless said otherwise. */
export async function aPayment(
  db: TestDatabase,
  user: TestUser,
  { credits = 5, kopecks = 19_900 } = {},
): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `insert into payments (user_id, plan_id, provider, provider_payment_id, amount_kopecks, currency, credits,
       superseded_at)
     values ($1, 'starter', 'yookassa', $2, $3, 'RUB', $4, now()) returning id`,
    [user.id, randomUUID(), kopecks, credits],
  );
  return row?.id ?? '';
}

/** Calls `complete_payment`. */
export async function completePayment(
  db: TestDatabase,
  user: { tgUserId: number },
  paymentId: string,
  credits = 5,
) {
  type Answer = { success: boolean; error?: string; new_credits?: number; payment_id: string };
  const [row] = await db.query<{ answer: Answer }>('select complete_payment($1, $2, $3) as answer', [
    paymentId,
    user.tgUserId,
    credits,
  ]);
  if (!row) throw new Error('complete_payment answered nothing');
  return row.answer;
}

/** Calls `refund_payment`. */
export async function refundPayment(db: TestDatabase, paymentId: string, refundId: string, kopecks: number) {
  type Answer = {
    success: boolean;
    error?: string;
    repeated?: boolean;
    new_credits?: number;
    taken_credits?: number;
    credits_owed?: number;
  };
  const [row] = await db.query<{ answer: Answer }>('select refund_payment($1, $2, $3) as answer', [
    paymentId,
    refundId,
    kopecks,
  ]);
  if (!row) throw new Error('refund_payment answered nothing');
  return row.answer;
}

export async function balanceOf(db: TestDatabase, user: { id: string }): Promise<number> {
  const [row] = await db.query<{ credits: number }>('select credits from users where id = $1', [user.id]);
  return row?.credits ?? NaN;
}

/** The person's history, oldest first: `['signup +2 = 2', 'usage -1 = 1']`. */
export async function historyOf(db: TestDatabase, user: { id: string }): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `select operation_type || ' ' || to_char(amount, 'FMSG999990') || ' = ' || balance_after as line
     from credits_history where user_id = $1 order by id`,
    [user.id],
  );
  return rows.map((row) => row.line);
}

/** The SQLSTATE that PostgreSQL refuses with, or null when it does not. */
export function sqlStateOfRefusal(attempt: Promise<unknown>): Promise<string | null> {
  return attempt.then(() => null, describeRefusal);
}

function describeRefusal(error: Error): string {
  return sqlStateOf(error) ?? error.message;
}

/** Starts the same thing 20 times at once; what was refused comes back as its SQLSTATE. */
export function atOnce<T>(
  attempt: (index: number) => Promise<T>,
  times = 20,
): Promise<(T | { refused: string })[]> {
  return Promise.all(
    Array.from({ length: times }, (_, index) =>
      attempt(index).catch((error: Error) => ({ refused: describeRefusal(error) })),
    ),
  );
}

/** Runs the audit and expects nothing. */
export async function expectCleanAudit(db: TestDatabase): Promise<void> {
  const report = await new CreditsAudit(db.dataSource).run();
  expect(report.problems).toEqual([]);
  expect(report.drift).toBe(0);
}
