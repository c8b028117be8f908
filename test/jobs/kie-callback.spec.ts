import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { KieClient, KieKeys } from '../../src/modules/kie/index.js';
import { JobsRepository } from '../../src/modules/jobs/jobs.repository.js';
import { KieTasksRepository } from '../../src/modules/jobs/kie-tasks.repository.js';
import { PollTaskService } from '../../src/modules/jobs/poll-task.service.js';
import { TaskReadings } from '../../src/modules/jobs/task-readings.js';
import { configureLogging } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld, OWN_PROMPT } from './jobs-world.js';
import { post, runningJob, success } from './kie-callbacks.js';

describe("KIE's callback", () => {
  let world: JobsWorld;

  beforeAll(async () => {
    // Polls far apart: what moves the jobs here are callbacks.
    world = await JobsWorld.start({ env: { KIE_POLL_CALLBACK_INTERVAL_MS: '30000' } });
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  /** The callbacks that wait to be checked, or are. */
  const open = () => world.query('select 1 from kie_callbacks where check_at is not null');
  /** A task of the same account at KIE that no row of ours knows. */
  async function taskOfAnotherSystem(): Promise<string> {
    const [key] = world.get(KieKeys).all();
    const kie = world.get(KieClient);
    if (!key) throw new Error('There is no key');
    const photo = { bytes: readAsset('photos/mug.jpg'), fileName: 'mug.jpg', mimeType: 'image/jpeg' };
    const uploaded = await kie.uploadPhoto(key, photo);
    const created = await kie.createTask(key, {
      model: 'grok-imagine-video-1-5-preview',
      prompt: OWN_PROMPT,
      photoUrl: uploaded.kind === 'uploaded' ? uploaded.url : '',
      callbackUrl: 'http://127.0.0.1:9/of-another-system',
    });
    if (created.kind !== 'accepted') throw new Error(`KIE did not take it: ${created.text}`);
    return created.taskId;
  }

  const readsOf = (taskId: string) => world.kie.tasks().find(({ id }) => id === taskId)?.reads ?? 0;

  it('answers 404 to an id that it does not know, and asks KIE nothing', async () => {
    const { jobId, taskId } = await runningJob(world);
    const reads = readsOf(taskId);
    const rows = await world.query('select 1 from kie_callbacks');
    expect((await post(world, randomUUID(), success(taskId))).status).toBe(404);
    expect((await post(world, 'not-a-uuid', success(taskId))).status).toBe(404);
    expect((await post(world, taskId, success(taskId))).status).toBe(404);
    expect((await post(world, '', success(taskId))).status).toBe(404);
    expect(await world.query('select 1 from kie_callbacks')).toEqual(rows);
    expect([readsOf(taskId), (await world.job(jobId)).step]).toEqual([reads, 'generate']);
  });

  // F-33, F-34, F-63: nothing in the body is believed.
  it('F-33 F-34 F-63 believes no body that claims an end while KIE says "running"', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    const reads = readsOf(taskId);
    expect((await post(world, rowId, success(taskId))).status).toBe(200);
    await world.until(jobId, () => readsOf(taskId) > reads, 'KIE to be read');
    await waitFor(async () => (await open()).length === 0, { what: 'the first callback to be done' });
    const failure = JSON.stringify({ code: 501, msg: 'failed', data: { taskId, state: 'fail' } });
    expect((await post(world, rowId, failure)).status).toBe(200);
    await world.until(jobId, () => readsOf(taskId) > reads + 1, 'KIE to be read again');
    expect(await world.job(jobId)).toMatchObject({
      status: 'processing',
      step: 'generate',
      result_url: null,
    });
  });

  it.each([
    ['cut off', '{"code":200,"data":{"taskI'],
    ['no JSON at all', 'state=success&taskId=1'],
    ['an array', '[1,2,3]'],
    ['null', 'null'],
    ['a string', '"done"'],
    ['wrong types', '{"code":{},"data":{"taskId":{"a":1}}}'],
    ['empty', ''],
  ])('takes a body that is %s for a hint', async (_what, body) => {
    const { customer, jobId, rowId, taskId } = await runningJob(world);
    world.kie.finishTask(taskId);
    const answer = await post(world, rowId, body);
    expect([answer.status, await answer.json()]).toEqual([200, { code: 200, msg: 'success' }]);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(customer.person.videos()).toHaveLength(1);
  });

  it('takes a hint of any content type', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    world.kie.finishTask(taskId);
    expect((await post(world, rowId, success(taskId), { 'content-type': 'text/plain' })).status).toBe(200);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });

  it('takes a hint at its address, however that is written', async () => {
    const { rowId } = await runningJob(world);
    for (const address of [`/webhooks/%6bie/${rowId}`, `/webhooks/kie/${rowId}?again=1`]) {
      const answer = await fetch(`${world.test.url}${address}`, {
        ...{ method: 'POST', body: 'no JSON', headers: { 'content-type': 'application/json' } },
      });
      expect(answer.status, address).toBe(200);
    }
  });

  it('refuses a body of more than 1 MiB', async () => {
    const { jobId, rowId } = await runningJob(world);
    expect((await post(world, rowId, Buffer.alloc(1024 * 1024 + 1, 32))).status).toBe(413);
    expect((await world.job(jobId)).step).toBe('generate');
  });

  it('F-06 F-40 delivers once when the same callback comes a hundred times at once', async () => {
    const { customer, jobId, rowId, taskId } = await runningJob(world);
    world.kie.finishTask(taskId);
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(world, rowId, success(taskId))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await world.over(jobId);
    expect(customer.person.videos()).toHaveLength(1);
    expect((await world.timeline(jobId)).filter((event) => event === 'deliver')).toHaveLength(1);
    expect(await customer.balance()).toBe(1);
  });

  it('F-38 F-45 counts the end of a task once though two looks at it come at the same moment', async () => {
    const { customer, jobId, rowId, taskId } = await runningJob(world);
    world.kie.finishTask(taskId, 'internal');
    world.kie.failNext('recordInfo', { kind: 'slow', delayTrueMs: 45_000, times: 2 });
    await Promise.all([post(world, rowId, success(taskId)), post(world, rowId, success('another'))]);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 2 });
    expect((await world.timeline(jobId)).filter((event) => event === 'create_again')).toHaveLength(1);
    expect((await world.tasks(jobId)).map(({ state }) => state)).toEqual(['failed', 'succeeded']);
    expect(await customer.balance()).toBe(1);
  });

  it('is no alarm for a poll that looks at the same moment', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    const { wake_number: wakeNumber } = await world.job(jobId);
    const tasks = world.get(KieTasksRepository);
    // The callback ends the task between the two looks of the poll.
    const tasksThatEnd = Object.assign(Object.create(tasks) as KieTasksRepository, {
      findInFlight: async (...given: Parameters<KieTasksRepository['findInFlight']>) => {
        world.kie.finishTask(taskId);
        await post(world, rowId, success(taskId));
        await world.over(jobId);
        return tasks.findInFlight(...given);
      },
    });
    const [jobs, readings] = [world.get(JobsRepository), world.get(TaskReadings)];
    const poll = new PollTaskService(world.get(DataSource), jobs, tasksThatEnd, readings);
    const lines: string[] = [];
    configureLogging('error', { write: (line: string) => void lines.push(line) });
    await poll.run({ jobId, wakeNumber });
    configureLogging('silent');
    expect(lines).toEqual([]);
  });

  it('changes nothing for a job that is over', async () => {
    const { customer, jobId, rowId, taskId } = await runningJob(world);
    world.kie.finishTask(taskId, 'moderation_text');
    await post(world, rowId, success(taskId));
    expect(await world.over(jobId)).toMatchObject({ failure_reason: 'moderation_text' });
    const timeline = await world.timeline(jobId);
    const reads = readsOf(taskId);
    expect((await post(world, rowId, success(taskId))).status).toBe(200);
    await waitFor(async () => (await open()).length === 0, { what: 'the callback to be done' });
    expect([await world.timeline(jobId), readsOf(taskId)]).toEqual([timeline, reads]);
    expect(await customer.balance()).toBe(2);
  });

  it('F-63 asks about the task of its row, whichever finished one a callback names', async () => {
    const { taskId: finished } = await runningJob(world);
    world.kie.finishTask(finished);
    const { jobId, rowId, taskId } = await runningJob(world);
    const reads = readsOf(taskId);
    expect((await post(world, rowId, success(finished))).status).toBe(200);
    await world.until(jobId, () => readsOf(taskId) > reads, 'its own task to be read');
    await waitFor(async () => (await open()).length === 0, { what: 'the callback to be done' });
    expect(await world.job(jobId)).toMatchObject({ step: 'generate', result_url: null });
  });

  it('F-41 answers no 200 to a callback that it could not keep', async () => {
    const { rowId, taskId } = await runningJob(world);
    await world.query('alter table kie_callbacks rename to kie_callbacks_away');
    try {
      expect((await post(world, rowId, success(taskId))).status).toBeGreaterThanOrEqual(500);
    } finally {
      await world.query('alter table kie_callbacks_away rename to kie_callbacks');
    }
    expect((await post(world, rowId, success(taskId))).status).toBe(200);
  });

  it('adopts a task whose id was lost only if KIE made it for this row', async () => {
    // The answer of createTask is lost after its effect; what is left is the callback.
    world.kie.failNext('createTask', { kind: 'reset_after_effect' });
    world.kie.nextTask({ durationTrueMs: 10 * 60_000, callback: 'never' });
    const customer = await world.customer();
    const before = world.kie.tasks().length;
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'generate', 'the wait for the callback');
    const [row] = await world.tasks(jobId);
    expect(row).toMatchObject({ state: 'unknown', task_id: null });
    // A callback that names somebody else's finished task is no proof, whether that one is ours or another system's.
    for (const foreign of [(await runningJob(world)).taskId, await taskOfAnotherSystem()]) {
      world.kie.finishTask(foreign);
      const reads = readsOf(foreign);
      await post(world, row?.id ?? '', success(foreign));
      await world.until(jobId, () => readsOf(foreign) > reads, 'the foreign task to be read');
      await waitFor(async () => (await open()).length === 0, { what: 'the callback to be done' });
      expect((await world.tasks(jobId))[0]).toMatchObject({ state: 'unknown', task_id: null });
    }
    const own = world.kie.tasks()[before];
    world.kie.finishTask(own?.id ?? '');
    await post(world, row?.id ?? '', success(own?.id ?? ''));
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'succeeded', task_id: own?.id }]);
  });

  it('F-40 keeps the callback of a lost task while KIE cannot be read', async () => {
    world.kie.failNext('createTask', { kind: 'reset_after_effect' });
    world.kie.nextTask({ durationTrueMs: 10 * 60_000, callback: 'never' });
    const customer = await world.customer();
    const before = world.kie.tasks().length;
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'generate', 'the wait for the callback');
    const own = world.kie.tasks()[before];
    world.kie.finishTask(own?.id ?? '');
    world.kie.failNext('recordInfo', { kind: 'html', status: 502 });
    world.kie.failNext('recordInfo', { kind: 'body', code: 422, msg: 'recordInfo is null' });
    const [row] = await world.tasks(jobId);
    await post(world, row?.id ?? '', success(own?.id ?? ''));
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });
});

describe("KIE's callback, kept", () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        KIE_POLL_CALLBACK_INTERVAL_MS: '30000',
        JOB_CRON_INTERVAL_MS: '50',
        JOB_WAKE_LOST_AFTER_MS: '200',
        KIE_CALLBACK_LIFE_MS: '1500',
      },
    });
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  const checks = () => world.test.app.get<Queue>(getQueueToken('check-callback'), { strict: false });
  const rowsOf = (rowId: string) =>
    world.query<{ times: number; check_at: Date | null }>(
      'select times, check_at from kie_callbacks where kie_task_id = $1 order by id',
      [rowId],
    );

  it('F-40 F-55 finds the only trace of a lost task though the queue was emptied behind the 200', async () => {
    await checks().pause();
    world.kie.failNext('createTask', { kind: 'reset_after_effect' });
    world.kie.nextTask({ durationTrueMs: 10 * 60_000, callback: 'never' });
    const customer = await world.customer();
    const before = world.kie.tasks().length;
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'generate', 'the wait for the callback');
    const [row] = await world.tasks(jobId);
    const taskId = world.kie.tasks()[before]?.id ?? '';
    world.kie.finishTask(taskId);
    expect((await post(world, row?.id ?? '', success(taskId))).status).toBe(200);
    await world.query('delete from bullmq.job');
    await checks().resume();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect(await rowsOf(row?.id ?? '')).toEqual([{ times: 1, check_at: null }]);
  });

  it('F-06 keeps one row however often the same callback comes', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    for (let times = 0; times < 3; times++) await post(world, rowId, success(taskId));
    expect((await rowsOf(rowId)).map(({ times }) => times)).toEqual([3]);
    world.kie.finishTask(taskId);
    await post(world, rowId, success(taskId));
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });

  it('looks again when a callback came during the look that still saw the task running', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    world.kie.failNext('recordInfo', { kind: 'slow', delayTrueMs: 45_000 });
    const reads = () => world.kie.tasks().find(({ id }) => id === taskId)?.reads ?? 0;
    await post(world, rowId, success(taskId));
    await waitFor(() => reads() === 1, { what: 'the first look to begin' });
    world.kie.finishTask(taskId);
    await post(world, rowId, success(taskId));
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });

  it('refuses a flood of different claims about one task', async () => {
    const { jobId, rowId, taskId } = await runningJob(world);
    const statuses = [];
    for (let claim = 0; claim < 25; claim++) {
      statuses.push((await post(world, rowId, success(`${taskId}-${claim}`))).status);
    }
    expect(statuses).toEqual([...Array<number>(20).fill(200), ...Array<number>(5).fill(429)]);
    await waitFor(async () => (await rowsOf(rowId)).every(({ check_at }) => check_at === null), {
      what: 'all of them to be looked at',
    });
    world.kie.finishTask(taskId);
    // KIE's own claim is one too many now; polls bring the video all the same.
    await world.query('update jobs set wake_at = now() where id = $1', [jobId]);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });

  it('asks about a callback that KIE never confirms for its life and no longer', async () => {
    world.kie.failNext('createTask', { kind: 'reset_after_effect' });
    world.kie.nextTask({ durationTrueMs: 10 * 60_000, callback: 'never' });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'generate', 'the wait for the callback');
    const [row] = await world.tasks(jobId);
    expect((await post(world, row?.id ?? '', success('nobody-made-this-one'))).status).toBe(200);
    await waitFor(async () => (await rowsOf(row?.id ?? ''))[0]?.check_at === null, { what: 'the last look' });
    expect(await world.job(jobId)).toMatchObject({ status: 'processing', step: 'generate' });
  });
});
