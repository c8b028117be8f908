import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Job, KieTask, PhotoLook } from '../../src/modules/jobs/index.js';
import { JobCostsRepository } from '../../src/modules/jobs/job-costs.repository.js';
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
} from '../credits/fixtures.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

type TaskState = KieTask['state'];
interface TaskFigures {
  state: TaskState;
  consumed: number | null;
  listed: number | null;
}

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ entities: [Job, KieTask, PhotoLook] });
});
afterAll(() => db.drop());

async function addTask(jobId: string, { state, consumed, listed }: TaskFigures): Promise<void> {
  await db.query(
    `insert into kie_tasks (job_id, attempt, model, key_fingerprint, state, task_id, deadline_at, credits_consumed, credits_listed)
     select $1, count(*) + 1, 'm', 'f', $2, $3, now(), $4, $5 from kie_tasks where job_id = $1`,
    [jobId, state, randomUUID(), consumed, listed],
  );
}

const paid = (consumed: number): TaskFigures => ({ state: 'succeeded', consumed, listed: 24 });

async function costsOf(jobId: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await db.query<Record<string, unknown>>('select * from job_costs where job_id = $1', [jobId]);
  return row;
}

async function job(user: TestUser, options: { creditsPerJob?: number } = {}): Promise<string> {
  return (await order(db, user, options)).job_id;
}

async function buy(user: TestUser): Promise<string> {
  const payment = await aPayment(db, user);
  await completePayment(db, user, payment);
  return payment;
}

describe('what a job earned', () => {
  it('is its credits at what they brought from the person on average, welcome ones included', async () => {
    const user = await aUser(db);
    const jobId = await job(user);
    expect(await costsOf(jobId)).toMatchObject({
      credits_earned: 1,
      kopecks_earned: 0,
      stars_earned: '0.00',
    });
    await buy(user);
    // 199 roubles for 5 credits and 2 for nothing.
    expect(await costsOf(jobId)).toMatchObject({ kopecks_earned: Math.round(19_900 / 7) });
    const dear = await job(user, { creditsPerJob: 2 });
    expect(await costsOf(dear)).toMatchObject({ credits_earned: 2, kopecks_earned: Math.round(39_800 / 7) });
  });

  it('is nothing once its credit is back, and less once money went back', async () => {
    const user = await aUser(db);
    const payment = await buy(user);
    const [failed, good] = [await job(user), await job(user)];
    await fail(db, failed);
    await refund(db, user, failed);
    await complete(db, good);
    expect(await costsOf(failed)).toMatchObject({ status: 'failed', credits_earned: 0, kopecks_earned: 0 });
    await refundPayment(db, payment, 'refund-1', 9_950);
    // Half of the money for 5 credits is gone, and 2 of them.
    expect(await costsOf(good)).toMatchObject({ credits_earned: 1, kopecks_earned: Math.round(9_950 / 5) });
  });

  it('is told in Stars where it was paid in Stars', async () => {
    const user = await aUser(db);
    await db.query(
      `insert into payments (user_id, plan_id, provider, provider_payment_id, amount_stars, currency, credits, superseded_at)
       values ($1, 'starter', 'telegram_stars', $2, 150, 'XTR', 5, now())`,
      [user.id, randomUUID()],
    );
    const [payment] = await db.query<{ id: string }>('select id from payments where user_id = $1', [user.id]);
    await completePayment(db, user, payment?.id ?? '');
    const row = await costsOf(await job(user));
    expect(row).toMatchObject({ kopecks_earned: 0, stars_earned: (150 / 7).toFixed(2) });
  });
});

describe('what a job cost at KIE', () => {
  it.each<[string, TaskFigures[], object]>([
    [
      'no task',
      [],
      { kie_tasks: 0, kie_credits: '0', kie_credits_estimated: false, kie_credits_possible: '0' },
    ],
    ['what KIE says', [paid(23.5)], { kie_credits: '23.50', kie_credits_estimated: false }],
    [
      'a first task that failed, which KIE gives back, and another model',
      [{ state: 'failed', consumed: 0, listed: 24 }, paid(80)],
      { kie_tasks: 2, kie_credits: '80.00', kie_credits_possible: '0' },
    ],
    [
      'a failed task that KIE kept the money of',
      [{ state: 'failed', consumed: 24, listed: 24 }],
      { kie_credits: '24.00' },
    ],
    [
      'the list price of a model that KIE gives no figure for',
      [{ state: 'succeeded', consumed: null, listed: 30 }],
      { kie_credits: '30.00', kie_credits_estimated: true },
    ],
    [
      'perhaps: tasks whose end nobody knows',
      [
        { state: 'maybe_paid', consumed: null, listed: 24 },
        { state: 'abandoned', consumed: null, listed: 80 },
        { state: 'refused', consumed: null, listed: 90 },
      ],
      { kie_credits: '0', kie_credits_possible: '104.00', kie_credits_estimated: false },
    ],
  ])('%s', async (_name, tasks, expected) => {
    const jobId = await job(await aUser(db));
    for (const task of tasks) await addTask(jobId, task);
    expect(await costsOf(jobId)).toMatchObject({ kie_tasks: tasks.length, ...expected });
  });

  it('adds up: over all jobs it is what all tasks cost', async () => {
    const figures = fc.record({
      state: fc.constantFrom<TaskState>(
        'succeeded',
        'succeeded',
        'failed',
        'refused',
        'maybe_paid',
        'abandoned',
      ),
      consumed: fc.option(
        fc.integer({ min: 0, max: 500 }).map((quarters) => quarters / 4),
        { freq: 2 },
      ),
      listed: fc.option(
        fc.integer({ min: 0, max: 500 }).map((quarters) => quarters / 4),
        { freq: 2 },
      ),
    });
    const lists = fc.sample(fc.array(figures, { minLength: 1, maxLength: 3 }), 40);
    const user = await aUser(db, { credits: lists.length });
    const { job_ids: jobIds } = await order(db, user, { count: 10 });
    for (const [index, list] of lists.entries()) {
      for (const task of list) await addTask(jobIds[index % jobIds.length] ?? '', task);
    }
    const expected = lists
      .flat()
      .reduce(
        (sum, { state, consumed, listed }) => sum + (consumed ?? (state === 'succeeded' ? (listed ?? 0) : 0)),
        0,
      );
    const [row] = await db.query<{ credits: string; tasks: number }>(
      `select sum(c.kie_credits) as credits, sum(c.kie_tasks)::int as tasks from job_costs c
         join jobs j on j.id = c.job_id where j.user_id = $1`,
      [user.id],
    );
    expect([Number(row?.credits), row?.tasks]).toEqual([expected, lists.flat().length]);
  });
});

describe('the tokens of a job', () => {
  const costs = new JobCostsRepository();
  const photo = 'inputs/1/a.jpg';

  it('are those of all its words, and of the look at its photo, which one job takes over', async () => {
    const user = await aUser(db, { credits: 10 });
    const { job_ids: jobIds } = await order(db, user, { count: 5 });
    const [first = '', second = '', ...others] = jobIds;
    const { manager } = db.dataSource;
    await db.query(
      `insert into photo_looks (photo_path, state, tokens_in, tokens_out, looked_at) values ($1, 'unknown', 90, 9, now())`,
      [photo],
    );
    await costs.addTokens(manager, first, null);
    await costs.addTokens(manager, first, { tokensIn: 800, tokensOut: 200 });
    await costs.addTokens(manager, first, { tokensIn: 8, tokensOut: 2 });
    await costs.addTokens(manager, second, null);
    const ofFirst = {
      prompt_tokens_in: 808,
      prompt_tokens_out: 202,
      photo_tokens_in: 90,
      photo_tokens_out: 9,
    };
    expect(await costsOf(first)).toMatchObject(ofFirst);
    expect(await costsOf(second)).toMatchObject({ prompt_tokens_in: null, photo_tokens_in: null });

    await db.query('update photo_looks set tokens_in = 70, tokens_out = 7 where photo_path = $1', [photo]);
    await Promise.all(others.map((id) => costs.addTokens(manager, id, { tokensIn: 1, tokensOut: 1 })));
    const taken = await db.query('select from job_costs where job_id = any($1) and photo_tokens_in = 70', [
      others,
    ]);
    expect(taken).toHaveLength(1);
  });
});
