import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreditsService } from '../../src/modules/credits/index.js';
import { CreditsAudit, JobNotRefundableError, UnknownUserError } from '../../src/modules/credits/index.js';
import { runInTransaction } from '../../src/platform/index.js';
import type { TestDatabase } from '../support/database.js';
import {
  atOnce,
  aUser,
  balanceOf,
  complete,
  createCreditsDatabase,
  expectCleanAudit,
  fail,
  historyOf,
  order,
  refund,
} from './fixtures.js';

let db: TestDatabase;
let credits: CreditsService;
beforeAll(async () => {
  ({ db, credits } = await createCreditsDatabase());
});
afterAll(async () => {
  await expectCleanAudit(db);
  await db.drop();
});

async function aFailedJob({ creditsPerJob = 1 } = {}) {
  const user = await aUser(db, { credits: 10 });
  const { job_id: jobId } = await order(db, user, { creditsPerJob });
  await fail(db, jobId);
  return { user, jobId };
}

const refundJob = (tgUserId: number, jobId: string) =>
  runInTransaction(db.dataSource, (em) => credits.refundJob(em, { tgUserId, jobId }));

describe('the refund of a failed job', () => {
  it('gives back exactly what the job took', async () => {
    const { user, jobId } = await aFailedJob({ creditsPerJob: 3 });
    expect(await refundJob(user.tgUserId, jobId)).toEqual({ newCredits: 10, refunded: true });
    expect(await historyOf(db, user)).toEqual(['signup +10 = 10', 'usage -3 = 7', 'refund +3 = 10']);
  });

  it('F-32 twice leaves the balance as it is', async () => {
    const { user, jobId } = await aFailedJob();
    expect(await refund(db, user, jobId)).toBe(10);
    expect(await refund(db, user, jobId)).toBe(10);
    expect(await refundJob(user.tgUserId, jobId)).toEqual({ newCredits: 10, refunded: false });
  });

  it('F-32 F-49 happens once when 20 ask at once, and one of them is told so', async () => {
    const { user, jobId } = await aFailedJob();
    const answers = await atOnce(() => refundJob(user.tgUserId, jobId));
    expect(answers.filter((answer) => 'refunded' in answer && answer.refunded)).toHaveLength(1);
    expect(answers.every((answer) => 'newCredits' in answer && answer.newCredits === 10)).toBe(true);
    expect(await historyOf(db, user)).toHaveLength(3);
  });

  it('F-47 comes true together with the failure, or neither does', async () => {
    const user = await aUser(db);
    const { job_id: jobId } = await order(db, user);
    const finalise = (crash: boolean) =>
      runInTransaction(db.dataSource, async (em) => {
        await em.query(
          `update jobs set status = 'failed', failure_reason = 'stuck', finished_at = now() where id = $1 and status = 'queued'`,
          [jobId],
        );
        await credits.refundJob(em, { tgUserId: user.tgUserId, jobId });
        if (crash) throw new Error('killed here');
      });
    await expect(finalise(true)).rejects.toThrow('killed here');
    expect(await balanceOf(db, user)).toBe(1);
    await finalise(false);
    expect(await balanceOf(db, user)).toBe(2);
  });
});

describe('a refund is refused', () => {
  it('F-35 while the job has not failed, also for 20 at once', async () => {
    const user = await aUser(db);
    const { job_id: queued } = await order(db, user);
    const { job_id: done } = await order(db, user);
    await complete(db, done);
    for (const jobId of [queued, done]) {
      const answers = await atOnce(() => refund(db, user, jobId));
      expect(answers).toEqual(Array(20).fill({ refused: 'NC004' }));
    }
    expect(await balanceOf(db, user)).toBe(0);
  });

  it('F-35 for a job that took no credit', async () => {
    const user = await aUser(db);
    await expect(
      runInTransaction(db.dataSource, async (em) => {
        const [job] = await em.query<{ id: string }[]>(
          `insert into jobs (user_id, order_id, position, idempotency_key, template_type, prompt_input, credits, status,
             finished_at, deadline_at)
           values ($1, gen_random_uuid(), 1, 'never-charged', 'ugc', '', 1, 'failed', now(), now()) returning id`,
          [user.id],
        );
        await credits.refundJob(em, { tgUserId: user.tgUserId, jobId: job!.id });
      }),
    ).rejects.toThrow(/took no credit/);
  });

  it('F-33 for another person’s job, an unknown job, or nobody', async () => {
    const { jobId } = await aFailedJob();
    const other = await aUser(db);
    await expect(refundJob(other.tgUserId, jobId)).rejects.toBeInstanceOf(JobNotRefundableError);
    await expect(refundJob(other.tgUserId, '00000000-0000-4000-8000-000000000000')).rejects.toBeInstanceOf(
      JobNotRefundableError,
    );
    await expect(refundJob(1, jobId)).rejects.toBeInstanceOf(UnknownUserError);
    expect(await balanceOf(db, other)).toBe(2);
    await refund(db, await ownerOf(jobId), jobId);
    await expect(refundJob(other.tgUserId, jobId)).rejects.toBeInstanceOf(JobNotRefundableError);
  });

  it('for no job, which is not the operators’ +1', async () => {
    const user = await aUser(db);
    await expect(db.query('select refund_credit($1, null)', [user.tgUserId])).rejects.toMatchObject({
      code: 'NC004',
    });
    expect(await balanceOf(db, user)).toBe(2);
  });
});

describe('an operator’s refund without a job', () => {
  it('F-32 gives one credit and is listed by the audit, as a note and not as drift', async () => {
    const user = await aUser(db);
    expect(await db.query('select refund_credit($1) as balance', [user.tgUserId])).toEqual([{ balance: 3 }]);
    const report = await new CreditsAudit(db.dataSource).run();
    expect(report.drift).toBe(0);
    const [row] = await db.query<{ id: string }>(
      `select id from credits_history where user_id = $1 and operation_type = 'refund'`,
      [user.id],
    );
    expect(report.notes).toContainEqual({
      check: 'refund_by_operator',
      row: `credits_history ${row!.id}`,
      detail: expect.stringContaining(`1 credit to user ${user.id}`) as string,
    });
    await expect(db.query('select refund_credit(1::bigint)')).rejects.toMatchObject({ code: 'NC003' });
  });
});

async function ownerOf(jobId: string): Promise<{ tgUserId: number }> {
  const [row] = await db.query<{ tg: string }>(
    'select u.tg_user_id as tg from users u join jobs j on j.user_id = u.id where j.id = $1',
    [jobId],
  );
  return { tgUserId: Number(row!.tg) };
}
