import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../support/database.js';
import {
  aPayment,
  atOnce,
  aUser,
  balanceOf,
  complete,
  completePayment,
  createCreditsDatabase,
  expectCleanAudit,
  fail,
  order,
  refund,
  refundPayment,
  sqlStateOfRefusal,
  type TestUser,
} from './fixtures.js';

const CHECK_VIOLATION = '23514';
const UNIQUE_VIOLATION = '23505';

let db: TestDatabase;
beforeAll(async () => {
  ({ db } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

/** Somebody with SQL at hand, who keeps balance and history in step and goes around every function. */
function changeByHand(
  user: TestUser,
  type: string,
  amount: number,
  references: Record<string, unknown> = {},
) {
  const names = Object.keys(references);
  return db.dataSource.transaction(async (em) => {
    await em.query('update users set credits = credits + $2 where id = $1', [user.id, amount]);
    await em.query(
      `insert into credits_history (user_id, operation_type, amount, balance_after${names.map((name) => `, ${name}`).join('')})
       select id, $2, $3, credits${names.map((_, index) => `, $${index + 4}`).join('')} from users where id = $1`,
      [user.id, type, amount, ...Object.values(references)],
    );
  });
}

/** 20 tries at once that must all fail the same way and leave the balance alone. */
async function expectRefused(user: TestUser, sqlState: string, attempt: () => Promise<unknown>) {
  const before = await balanceOf(db, user);
  expect(await atOnce(attempt)).toEqual(Array(20).fill({ refused: sqlState }));
  expect(await balanceOf(db, user)).toBe(before);
}

describe('the schema itself refuses, whoever asks, 20 at once', () => {
  it('F-32 a second refund of a job', async () => {
    const user = await aUser(db);
    const { job_id } = await order(db, user);
    await fail(db, job_id);
    await refund(db, user, job_id);
    await expectRefused(user, UNIQUE_VIOLATION, () => changeByHand(user, 'refund', 1, { job_id }));
  });

  it('F-32 all but the first of 20 first refunds', async () => {
    const user = await aUser(db);
    const { job_id } = await order(db, user);
    await fail(db, job_id);
    const answers = await atOnce(() => changeByHand(user, 'refund', 1, { job_id }));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(await balanceOf(db, user)).toBe(2);
  });

  it('F-35 a refund of a job that has not failed', async () => {
    const user = await aUser(db);
    const { job_id: queued } = await order(db, user);
    const { job_id: completed } = await order(db, user);
    await complete(db, completed);
    await expectRefused(user, 'NC004', () => changeByHand(user, 'refund', 1, { job_id: queued }));
    await expectRefused(user, 'NC004', () => changeByHand(user, 'refund', 1, { job_id: completed }));
  });

  it('a refund of more than the job took, or to another person', async () => {
    const [user, other] = [await aUser(db), await aUser(db)];
    const { job_id } = await order(db, user);
    await fail(db, job_id);
    await expectRefused(user, 'NC004', () => changeByHand(user, 'refund', 2, { job_id }));
    await expectRefused(other, 'NC004', () => changeByHand(other, 'refund', 1, { job_id }));
    await refund(db, user, job_id);
  });

  it('F-36 F-49 a balance below zero', async () => {
    const user = await aUser(db);
    await expectRefused(user, CHECK_VIOLATION, () =>
      db.query('update users set credits = credits - 3 where id = $1', [user.id]),
    );
    await expectRefused(user, CHECK_VIOLATION, () => changeByHand(user, 'expired', -3));
  });

  it('F-36 a history row that is not the balance', async () => {
    const user = await aUser(db);
    await expectRefused(user, CHECK_VIOLATION, () =>
      db.query(
        `insert into credits_history (user_id, operation_type, amount, balance_after) values ($1, 'bonus', 5, 7)`,
        [user.id],
      ),
    );
  });

  it('F-06 F-07 a second purchase of a payment', async () => {
    const user = await aUser(db);
    const payment_id = await aPayment(db, user);
    await completePayment(db, user, payment_id);
    await expectRefused(user, UNIQUE_VIOLATION, () => changeByHand(user, 'purchase', 5, { payment_id }));
  });

  it('F-09 a purchase of a payment that is not completed, another’s, or of another size', async () => {
    const [user, other] = [await aUser(db), await aUser(db)];
    const payment_id = await aPayment(db, user);
    await expectRefused(user, CHECK_VIOLATION, () => changeByHand(user, 'purchase', 5, { payment_id }));
    await db.query(`update payments set status = 'completed', completed_at = now() where id = $1`, [
      payment_id,
    ]);
    await expectRefused(other, CHECK_VIOLATION, () => changeByHand(other, 'purchase', 5, { payment_id }));
    await expectRefused(user, CHECK_VIOLATION, () => changeByHand(user, 'purchase', 50, { payment_id }));
    await changeByHand(user, 'purchase', 5, { payment_id });
  });

  it('F-19 a second payment under the provider’s id', async () => {
    const user = await aUser(db);
    const add = (providerId: string | null) =>
      db.query(
        `insert into payments (user_id, plan_id, provider, provider_payment_id, amount_kopecks, currency, credits,
           superseded_at) values ($1, 'pro', 'yookassa', $2, 69900, 'RUB', 20, now())`,
        [user.id, providerId],
      );
    await add('2c5d');
    await expectRefused(user, UNIQUE_VIOLATION, () => add('2c5d'));
    expect(await atOnce(() => add(null))).not.toContainEqual({ refused: UNIQUE_VIOLATION });
    expect(await sqlStateOfRefusal(add(''))).toBe(CHECK_VIOLATION);
  });

  it('a second payment that is handed out for one plan', async () => {
    const user = await aUser(db);
    const open = (plan: string) =>
      db.query(
        `insert into payments (user_id, plan_id, provider, amount_kopecks, currency, credits)
         values ($1, $2, 'yookassa', 69900, 'RUB', 20)`,
        [user.id, plan],
      );
    const opened = await atOnce(() => open('pro'));
    expect(opened.filter((one) => 'refused' in one)).toHaveLength(19);
    await expectRefused(user, UNIQUE_VIOLATION, () => open('pro'));
    await open('starter');
  });

  it('a second posting of a refund at the provider', async () => {
    const user = await aUser(db);
    const payment_id = await aPayment(db, user);
    await completePayment(db, user, payment_id);
    await refundPayment(db, payment_id, `${payment_id}-1`, 4_000);
    const repeated = { payment_id, provider_refund_id: `${payment_id}-1`, refunded_kopecks: 4_000 };
    await expectRefused(user, UNIQUE_VIOLATION, () => changeByHand(user, 'payment_refund', -1, repeated));
  });

  it('a second charge of a job, or one of another size', async () => {
    const user = await aUser(db, { credits: 10 });
    const { job_id } = await order(db, user);
    await expectRefused(user, UNIQUE_VIOLATION, () => changeByHand(user, 'usage', -1, { job_id }));
    await expectRefused(user, CHECK_VIOLATION, () => changeByHand(user, 'usage', -2, { job_id }));
  });

  it('F-95 a second welcome', async () => {
    const user = await aUser(db);
    await expectRefused(user, UNIQUE_VIOLATION, () => changeByHand(user, 'signup', 2));
  });

  it.each([
    'update credits_history set amount = 100',
    'delete from credits_history',
    'truncate credits_history',
  ])('F-36 %s', async (statement) => {
    const user = await aUser(db);
    const where = statement.startsWith('truncate') ? '' : ` where user_id = '${user.id}'`;
    await expectRefused(user, 'NC006', () => db.query(`${statement}${where}`));
    await expectRefused(user, 'NC006', () => db.query('truncate users cascade'));
  });

  it('F-28 F-38 a second generation task in flight, when 20 workers take one job', async () => {
    const user = await aUser(db);
    const { job_id } = await order(db, user);
    const answers = await atOnce((index) =>
      db.query(
        `insert into kie_tasks (job_id, attempt, model, key_fingerprint, deadline_at) values ($1, $2, 'm', 'f', now())`,
        [job_id, index + 1],
      ),
    );
    expect(
      answers.filter((answer) => 'refused' in answer && answer.refused === UNIQUE_VIOLATION),
    ).toHaveLength(19);
  });
});

describe('each type of history row has its shape', () => {
  it.each([
    ['usage', -1, {}],
    ['usage', 1, {}],
    ['refund', 2, {}],
    ['refund', -1, {}],
    ['purchase', 5, {}],
    ['payment_refund', -1, {}],
    ['bonus', -1, {}],
    ['topup', 0, {}],
    ['correction', 0, {}],
    ['expired', 1, {}],
    ['import', -1, {}],
    ['signup', -1, {}],
    ['bonus', 1, { provider_refund_id: 'r' }],
    ['bonus', 1, { cause: '' }],
    ['yookassa_payment', 1, {}],
    ['test_payment', 1, {}],
  ])('F-01 refuses %s of %i with %j', async (type, amount, references) => {
    const user = await aUser(db, { credits: 10 });
    expect(await sqlStateOfRefusal(changeByHand(user, type, amount, references))).toBe(CHECK_VIOLATION);
  });
});
