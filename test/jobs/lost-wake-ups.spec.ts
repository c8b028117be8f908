import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { JobsCron } from '../../src/modules/jobs/jobs.cron.js';
import { JobsFigures } from '../../src/modules/jobs/jobs.figures.js';
import type { Figure, Figures } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld } from './jobs-world.js';

const HOUR_TRUE_MS = 3_600_000;

describe('the safety net', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        JOB_CRON_INTERVAL_MS: '50',
        JOB_WAKE_LOST_AFTER_MS: '200',
        OPENAI_TIMEOUT_MS: '700',
        // Polls far apart: only the net finds what was lost.
        KIE_POLL_CALLBACK_INTERVAL_MS: '400',
      },
    });
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  const queue = (name: string) => world.test.app.get<Queue>(getQueueToken(name), { strict: false });
  /** What /metrics says of a step. */
  const overdueS = async (step: string) => {
    const known: Figure[] = [];
    new JobsFigures({
      register: (figure: Figure) => known.push(figure),
    } as unknown as Figures).onModuleInit();
    const samples = await known[0]?.read(world.get(DataSource).manager);
    return samples?.find(
      ({ gauge, labels }) =>
        gauge.name === 'neurocards_jobs_oldest_overdue_seconds' && labels['step'] === step,
    )?.value;
  };
  const emptyQueues = () => world.query('delete from bullmq.job');
  const jobsIn = async (name: string) =>
    (await world.query('select 1 from bullmq.job where queue = $1', [name])).length;

  it.each(['write-prompt', 'create-task', 'poll-task', 'send'])(
    'F-29 F-55 wakes a job again whose entry in %s is gone',
    async (name) => {
      await queue(name).pause();
      const customer = await world.customer();
      if (name === 'poll-task') world.kie.nextTask({ callback: 'never' });
      const jobId = await customer.orderOne();
      await waitFor(() => jobsIn(name), { what: `an entry in ${name}` });
      await emptyQueues();
      await queue(name).resume();
      expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
      await waitFor(() => customer.person.videos().length === 1, { what: 'the video' });
      expect(await world.tasks(jobId)).toHaveLength(1);
    },
  );

  it('does not hide from operators that nobody takes a step, however often it is woken', async () => {
    await queue('write-prompt').pause();
    const jobId = await (await world.customer()).orderOne();
    await world.query(`update jobs set wake_at = wake_at - interval '10 minutes' where id = $1`, [jobId]);
    const { wake_number: before } = await world.job(jobId);
    await world.until(jobId, (job) => Number(job['wake_number']) >= Number(before) + 3, 'three wake-ups');
    const shownS = await overdueS('prompt');
    await queue('write-prompt').resume();
    expect(shownS).toBeGreaterThan(600);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', overdue_since: null });
    expect(await overdueS('prompt')).toBe(0);
  });

  it('brings ten videos home though the queues are emptied again and again', async () => {
    const customer = await world.customer({ credits: 10 });
    const { jobIds } = await customer.order({ count: 10 });
    for (let times = 0; times < 5; times++) {
      await emptyQueues();
      const over = `select count(*)::int as n from jobs where id = any($1) and step <> 'prompt'`;
      await waitFor(async () => (await world.query<{ n: number }>(over, [jobIds]))[0]?.n ?? 0, {
        what: 'the first jobs to move',
      });
    }
    for (const jobId of jobIds) expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(customer.person.videos()).toHaveLength(10);
    expect(await customer.balance()).toBe(0);
  });

  it('does not take a slow language model for a lost wake-up', async () => {
    const customer = await world.customer();
    const asked = world.openAi.requests().length;
    world.openAi.failNext({ kind: 'hang' });
    const jobId = await customer.orderOne({ template: 'ugc', prompt: null });
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'completed', prompt_source: 'template' });
    expect(world.openAi.requests().length - asked).toBe(1);
  });

  it('does not take a slow upload for a lost wake-up', async () => {
    const customer = await world.customer();
    const uploads = world.kie.uploads().length;
    world.kie.failNext('upload', { kind: 'slow', delayTrueMs: 600 * 150 });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(world.kie.uploads().length - uploads).toBe(1);
  });

  // F-47, F-56: the row's own deadline decides, not what the queue believes.
  it.each([
    ['generate', 'stuck'],
    ['prompt', 'queue_expired'],
  ] as const)(
    'F-30 F-47 F-56 ends a job at %s past its deadline: refunded and told',
    async (step, reason) => {
      if (step === 'prompt') await queue('write-prompt').pause();
      else world.kie.nextTask({ durationTrueMs: HOUR_TRUE_MS });
      const customer = await world.customer();
      const jobId = await customer.orderOne();
      await world.until(jobId, (job) => job.step === step, step);
      await world.query('update jobs set deadline_at = now() where id = $1', [jobId]);
      expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: reason });
      await customer.reads(`notice.failed.${reason}`);
      await customer.reads('progress.failed', { count: 1 });
      expect(await customer.balance()).toBe(2);
      const tasks = await world.tasks(jobId);
      expect(tasks.map(({ state }) => state)).toEqual(step === 'prompt' ? [] : ['abandoned']);
      await queue('write-prompt').resume();
    },
  );

  it('is not held up by one job that cannot be ended', async () => {
    const customers = await Promise.all([world.customer(), world.customer()]);
    for (let i = 0; i < 2; i++) world.kie.nextTask({ durationTrueMs: HOUR_TRUE_MS });
    const [poisoned = '', healthy = ''] = await Promise.all(customers.map((one) => one.orderOne()));
    for (const jobId of [poisoned, healthy]) await world.taskAtKie(jobId);
    const [usage] = await world.query<Record<string, unknown>>(
      `select * from credits_history where job_id = $1`,
      [poisoned],
    );
    const withoutTriggers = (sql: string, parameters: unknown[]) =>
      world.test.database.dataSource.transaction(async (manager) => {
        await manager.query('set local session_replication_role = replica');
        await manager.query(sql, parameters);
      });
    await withoutTriggers('delete from credits_history where job_id = $1', [poisoned]);
    await world.query(`update jobs set deadline_at = now() - interval '1 hour' where id = $1`, [poisoned]);
    await world.query('update jobs set deadline_at = now() where id = $1', [healthy]);
    expect(await world.over(healthy)).toMatchObject({ status: 'failed', failure_reason: 'stuck' });
    expect(await world.job(poisoned)).toMatchObject({ status: 'processing' });
    await withoutTriggers(
      `insert into credits_history overriding system value
       select * from jsonb_populate_record(null::credits_history, $1)`,
      [JSON.stringify(usage)],
    );
    expect(await world.over(poisoned)).toMatchObject({ status: 'failed', failure_reason: 'stuck' });
  });

  it('looks once at a time', async () => {
    const cron = world.get(JobsCron);
    expect(cron.tick()).toBe(cron.tick());
    await cron.tick();
  });
});

describe('a long line before a slow provider', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        JOB_CRON_INTERVAL_MS: '50',
        JOB_WAKE_LOST_AFTER_MS: '100',
        KIE_CREATIONS_MAX: '1',
        KIE_CREATIONS_WINDOW_MS: '150',
      },
    });
  });

  afterAll(() => world.stop());

  it('moves on though everybody in it is overdue, and the line never grows by it', async () => {
    const customer = await world.customer({ credits: 10 });
    const { jobIds } = await customer.order({ count: 10 });
    let longest = 0;
    await waitFor(
      async () => {
        const [row] = await world.query<{ waiting: number; open: number }>(
          `select (select count(*)::int from bullmq.job where queue = 'create-task' and state <> 'active') as waiting,
                  (select count(*)::int from jobs where id = any($1) and finished_at is null) as open`,
          [jobIds],
        );
        longest = Math.max(longest, row?.waiting ?? 0);
        return row?.open === 0;
      },
      { what: 'the end of all ten', timeoutMs: 15_000 },
    );
    expect(longest).toBeLessThanOrEqual(jobIds.length);
    for (const jobId of jobIds) expect(await world.job(jobId)).toMatchObject({ status: 'completed' });
    await world.expectCleanAudit();
  });
});
