import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobsWorld } from '../jobs/jobs-world.js';
import { waitFor } from '../support/wait-for.js';
import { startOwnPostgres, type OwnPostgres } from './own-postgres.js';
import { cronEnv, endsOf, expectRefilled, expectVideos } from './whole-jobs.js';

const SECOND_TRUE_MS = 150_000;

describe('whole videos, their queues on a PostgreSQL that goes away', () => {
  let postgres: OwnPostgres;
  let world: JobsWorld;

  beforeAll(async () => {
    postgres = await startOwnPostgres();
    world = await JobsWorld.start({
      database: postgres.database,
      env: {
        ...cronEnv(),
        // What was sent or ordered at that moment is waited for, so for less long here.
        SEND_LEASE_MS: '10000',
        KIE_CREATE_TIMEOUT_MS: '2000',
        KIE_TASK_DEADLINE_MS: '6000',
      },
    });
  });

  afterAll(async () => {
    await world.stop();
    await postgres.stop();
  });

  /** Somebody writes to the bot, which has sessions, a pool and queues of its own to find again. */
  const botAnswers = () => world.customer();

  it('F-26 F-55 holds all that is due again within 60 s of its queues being emptied', async () => {
    await expectRefilled(world, () => world.query('truncate bullmq.job cascade'));
  });

  it('F-55 SIGKILL while KIE generates: all videos are delivered by the same process, each from its one task', async () => {
    const customer = await world.customer({ credits: 5 });
    for (let i = 0; i < 5; i++) world.kie.nextTask({ durationTrueMs: SECOND_TRUE_MS });
    const { jobIds } = await customer.order({ count: 5 });
    for (const jobId of jobIds) {
      const { taskId } = await world.taskAtKie(jobId);
      expect(taskId).not.toBe('');
      await world.until(jobId, ({ step }) => step === 'generate', 'its generation');
    }
    await postgres.goesAway('SIGKILL');
    const ended = () => world.kie.tasks().every(({ finishedAt }) => finishedAt !== null);
    await waitFor(ended, { what: 'the end of all generations, of which nobody can be told' });
    await postgres.comesBack();
    const answered = botAnswers();
    for (const job of await endsOf(world, jobIds)) expect(job).toMatchObject({ status: 'completed' });
    for (const jobId of jobIds) expect(await world.tasks(jobId)).toHaveLength(1);
    await expectVideos(world, customer, 5);
    await answered;
  });

  it('F-55 SIGINT at any moment of ten videos: each is delivered, or its credit is back and the person knows why', async () => {
    const customer = await world.customer({ credits: 10 });
    for (let i = 0; i < 10; i++) world.kie.nextTask({ durationTrueMs: SECOND_TRUE_MS });
    const { jobIds } = await customer.order({ count: 10 });
    const moved = `select from jobs where id = any($1) and status <> 'queued'`;
    await waitFor(async () => (await world.query(moved, [jobIds])).length > 4, {
      what: 'half of them to move',
    });
    await postgres.goesAway('SIGINT');
    await postgres.comesBack();
    const ends = await endsOf(world, jobIds);
    const failed = ends.filter(({ status }) => status === 'failed');
    expect(await customer.balance()).toBe(failed.length);
    for (const { failure_reason } of failed) expect(failure_reason).toBe('generation_timeout');
    await waitFor(() => customer.count('notice.failed.generation_timeout') > 0 || failed.length === 0, {
      what: 'the notice',
    });
    await world.expectCleanAudit();
    await botAnswers();
  });
});
