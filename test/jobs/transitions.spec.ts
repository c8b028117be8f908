import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CreateTaskService } from '../../src/modules/jobs/create-task.service.js';
import type { Report } from '../../src/modules/jobs/job-lifecycle.types.js';
import { JobTransitions } from '../../src/modules/jobs/job-transitions.js';
import { JobsRepository } from '../../src/modules/jobs/jobs.repository.js';
import { sqlStateOf } from '../../src/platform/index.js';
import { WritePromptService } from '../../src/modules/jobs/write-prompt.service.js';
import { JobsWorld, type Customer } from './jobs-world.js';

const RACERS = 20;
const ROUNDS = 6;
const URL = 'https://files.example/video.mp4';
const UNIQUE_VIOLATION = '23505';

// No worker: nothing works on the jobs but what these tests do.
describe('what happens to a job happens once', () => {
  let world: JobsWorld;
  let transitions: JobTransitions;
  let customer: Customer;

  beforeAll(async () => {
    world = await JobsWorld.start({ roles: 'bot' });
    transitions = world.get(JobTransitions);
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  /** A job that is in the state. */
  async function jobAt(step: 'prompt' | 'create' | 'generate' | 'deliver'): Promise<string> {
    customer = await world.customer();
    const jobId = await customer.orderOne();
    const report = async (one: Report) => void (await transitions.report(jobId, one));
    if (step === 'prompt') return jobId;
    await report({ kind: 'prompt_written' });
    if (step === 'create') return jobId;
    await report({ kind: 'creation_starting' });
    await world.query(
      `insert into kie_tasks (job_id, attempt, model, key_fingerprint, state, task_id, callback_expected, deadline_at)
       values ($1, 1, 'm', 'f', 'running', $2, true, now() + interval '1 hour')`,
      [jobId, randomUUID()],
    );
    await report({ kind: 'task_accepted' });
    if (step === 'generate') return jobId;
    await report({ kind: 'task_succeeded', resultUrl: URL });
    return jobId;
  }

  /** Reports the same thing many times at once; how many were not ignored. */
  async function race(jobId: string, reports: readonly Report[]): Promise<string[]> {
    const changes = { video_message_id: 1 };
    const applied = await Promise.all(
      reports.map((one) => transitions.report(jobId, one, one.kind === 'video_sent' ? { changes } : {})),
    );
    return applied.map(({ decision }) => decision.kind).filter((kind) => kind !== 'ignore');
  }

  const refused = {
    reason: 'moderation_text',
    errorClass: 'user_violation',
    alternativesLeft: false,
    action: 'fail',
  } as const;

  it.each<['prompt' | 'create' | 'generate' | 'deliver', Report, string]>([
    ['prompt', { kind: 'prompt_written' }, 'create'],
    ['prompt', { kind: 'cancelled' }, 'fail'],
    ['prompt', { kind: 'failed_by_operator' }, 'fail'],
    ['generate', { kind: 'task_succeeded', resultUrl: URL }, 'deliver'],
    ['generate', { kind: 'task_failed', ...refused }, 'fail'],
    ['deliver', { kind: 'video_sent' }, 'complete'],
    ['deliver', { kind: 'person_blocked' }, 'complete'],
    ['deliver', { kind: 'send_failed', again: false }, 'fail'],
  ])('F-28 at %s applies %o once of twenty at a time', async (step, report, decision) => {
    const jobId = await jobAt(step);
    const events = (await world.timeline(jobId)).length;
    expect(
      await race(
        jobId,
        Array.from({ length: RACERS }, () => report),
      ),
    ).toEqual([decision]);
    expect(await world.timeline(jobId)).toHaveLength(events + 1);
    expect(await customer.balance()).toBe(decision === 'fail' ? 2 : 1);
    const isTold = decision === 'fail' && report.kind !== 'cancelled';
    expect(await world.notices(customer.user.id)).toHaveLength(isTold ? 1 : 0);
  });

  it('F-45 lets exactly one of success and refusal win', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const jobId = await jobAt('generate');
      const [winner, ...more] = await race(jobId, [
        { kind: 'task_succeeded', resultUrl: URL },
        { kind: 'task_failed', ...refused },
        { kind: 'failed_by_operator' },
      ]);
      // An operator may still end what is being delivered; a delivered or failed job nobody.
      expect(more).toEqual(winner === 'deliver' && more.length > 0 ? ['fail'] : []);
      expect(await customer.balance()).toBe([winner, ...more].includes('fail') ? 2 : 1);
    }
  });

  it('never both delivers and gives the credit back', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const jobId = await jobAt('deliver');
      const won = await race(jobId, [
        { kind: 'video_sent' },
        { kind: 'send_failed', again: false },
        { kind: 'failed_by_operator' },
      ]);
      // A video that is in the chat is noted also where the credit went back a moment before.
      expect(won.filter((kind) => kind !== 'finish_late')).toHaveLength(1);
      expect(await customer.balance()).toBe(won.includes('fail') ? 2 : 1);
    }
  });

  it('F-47 gives the credits of three jobs back when all of them end at once', async () => {
    customer = await world.customer({ credits: 3 });
    const { jobIds } = await customer.order({ count: 3 });
    await Promise.all(
      jobIds.flatMap((jobId) => [
        transitions.report(jobId, { kind: 'cancelled' }),
        transitions.report(jobId, { kind: 'failed_by_operator' }),
      ]),
    );
    expect(await customer.balance()).toBe(3);
    const jobs = await Promise.all(jobIds.map((jobId) => world.job(jobId)));
    const stopped = jobs.filter(({ failure_reason: reason }) => reason === 'by_operator');
    expect(await world.notices(customer.user.id)).toHaveLength(stopped.length);
  });

  it('does nothing about an old number', async () => {
    const jobId = await jobAt('create');
    const { wake_number: number } = await world.job(jobId);
    const old = { wakeNumber: number - 1 };
    const report = await transitions.report(jobId, { kind: 'creation_starting' }, old);
    expect(report.decision.kind).toBe('ignore');
    expect((await transitions.report(jobId, { kind: 'failed_by_operator' }, old)).decision.kind).toBe(
      'ignore',
    );
    expect(await world.job(jobId)).toMatchObject({ status: 'queued', generation_attempts: 0 });
  });

  it('F-38 has one task in flight and shares none, by the schema itself', async () => {
    const task = (jobId: string, attempt: number, taskId: string, state: string) =>
      world
        .query(
          `insert into kie_tasks (job_id, attempt, model, key_fingerprint, state, task_id, deadline_at)
           values ($1, $2, 'm', 'f', $3, $4, now())`,
          [jobId, attempt, state, taskId],
        )
        .then(() => 'taken', sqlStateOf);
    const [jobId, otherId] = [await jobAt('generate'), await jobAt('create')];
    const taskId = randomUUID();
    expect(await task(jobId, 2, taskId, 'running')).toBe(UNIQUE_VIOLATION);
    expect(await task(jobId, 2, taskId, 'abandoned')).toBe('taken');
    expect(await task(otherId, 1, taskId, 'abandoned')).toBe(UNIQUE_VIOLATION);
  });

  it("goes by the database's clock, whatever that of the process says", async () => {
    const jobId = await jobAt('prompt');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 3_600_000 });
    try {
      const { decision } = await transitions.report(jobId, { kind: 'deadline_passed' });
      expect(decision.kind).toBe('ignore');
    } finally {
      vi.useRealTimers();
    }
  });

  it('does nothing about a job that does not exist', async () => {
    const { decision, job } = await transitions.report(randomUUID(), { kind: 'failed_by_operator' });
    expect([decision.kind, job]).toEqual(['ignore', null]);
  });

  it('changes nothing when the decision was made on another state', async () => {
    const jobId = await jobAt('prompt');
    const { manager } = world.get(DataSource);
    const jobs = world.get(JobsRepository);
    const seen = await jobs.find(manager, jobId);
    await transitions.report(jobId, { kind: 'prompt_written' });
    if (!seen) throw new Error('no job');
    expect(await jobs.change(manager, seen, { prompt: 'late' })).toBeNull();
    expect((await world.job(jobId)).prompt).toBeNull();
    await expect(jobs.change(manager, seen, { 'prompt = null --': 1 })).rejects.toThrow('Bad column');
  });
});

describe('a step that two processes have in hand', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start();
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  it('F-28 F-38 makes one paid task', async () => {
    const customer = await world.customer();
    const before = world.kie.tasks().length;
    // The answer of createTask takes its time, so that all of them meet.
    world.kie.failNext('upload', { kind: 'slow', delayTrueMs: 15_000, times: 6 });
    world.kie.failNext('createTask', { kind: 'slow', delayTrueMs: 15_000 });
    const jobId = await customer.orderOne();
    const { wake_number: wakeNumber } = await world.until(
      jobId,
      ({ step }) => step === 'create',
      'the creation',
    );
    const create = world.get(CreateTaskService);
    await Promise.all(
      Array.from({ length: 5 }, () => create.run({ jobId, wakeNumber }).catch(() => undefined)),
    );
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect(world.kie.tasks().length - before).toBe(1);
    expect(await world.tasks(jobId)).toHaveLength(1);
    expect(customer.person.videos()).toHaveLength(1);
  });

  it('F-39 waits for the callback of a task whose maker died in the call, and makes no other', async () => {
    const customer = await world.customer();
    const before = world.kie.tasks().length;
    // The worker is kept busy meanwhile, and comes too late.
    world.kie.failNext('upload', { kind: 'slow', delayTrueMs: 15_000 });
    const jobId = await customer.orderOne();
    const isAtCreation = ({ step }: { step: string }) => step === 'create';
    const { wake_number: wakeNumber } = await world.until(jobId, isAtCreation, 'the creation');
    await world.get(JobTransitions).report(jobId, { kind: 'creation_starting' });
    await world.query(
      `insert into kie_tasks (job_id, attempt, model, key_fingerprint, callback_expected, deadline_at, created_at)
       values ($1, 1, 'm', 'f', true, now() + interval '1 hour', now() - interval '1 hour')`,
      [jobId],
    );
    await world.get(CreateTaskService).run({ jobId, wakeNumber });
    expect(await world.job(jobId)).toMatchObject({ status: 'processing', step: 'generate' });
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'unknown', task_id: null }]);
    await world.get(JobTransitions).report(jobId, { kind: 'failed_by_operator' });
    expect(world.kie.tasks()).toHaveLength(before);
  });

  it('keeps the first prompt', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    await Promise.all(
      Array.from({ length: 5 }, () => world.get(WritePromptService).run({ jobId, wakeNumber: 1 })),
    );
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect((await world.timeline(jobId)).filter((event) => event === 'create')).toHaveLength(1);
  });
});
