import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SANDBOX_KIE_KEY, type Ending, type FaultRoute, type WireFault } from '../../sandbox/kie/index.js';
import { configureLogging } from '../../src/platform/index.js';
import { JobsWorld } from './jobs-world.js';

describe('KIE says no', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start();
  });

  afterEach(async () => {
    await world.expectCleanAudit();
    // There is one key here, and the next test wants it.
    await world.query('delete from kie_parked_keys');
  });

  afterAll(() => world.stop());

  const fault = (route: FaultRoute, code: number, msg: string, more: Partial<WireFault> = {}) =>
    world.kie.failNext(route, { kind: 'body', code, msg, ...more });

  // F-57: HTTP 200 while the body says no; F-58: 402 is our trouble, not the person's.
  const BLOCKED = 'Your prompt was flagged by Website as violating content policies';
  const UNSAFE = 'Public error: unsafe image upload';
  const NO_KEY = 'You do not have access permissions';
  it.each([
    { name: 'F-57 400', code: 400, msg: BLOCKED, reason: 'moderation_text', errorClass: 'user_violation' },
    { name: 'F-57 500', code: 500, msg: UNSAFE, reason: 'moderation_photo', errorClass: 'user_violation' },
    { name: 'F-57 422', code: 422, msg: 'image_urls is required', reason: 'unknown', errorClass: 'unknown' },
    { name: 'F-57 501', code: 501, msg: 'generation failed', reason: 'unknown', errorClass: 'unknown' },
    { name: 'F-58 402', code: 402, msg: 'Credits insufficient', reason: 'billing', errorClass: 'billing' },
    { name: 'F-58 401', code: 401, msg: NO_KEY, reason: 'billing', errorClass: 'billing' },
  ] as const)(
    '$name at creation: no task is paid, the credit is back, the person knows why ($reason)',
    async ({ code, msg, reason, errorClass }) => {
      const customer = await world.customer();
      const paid = world.kie.paidTasks().length;
      fault('createTask', code, msg);
      const jobId = await customer.orderOne();
      const job = await world.over(jobId);
      expect(job).toMatchObject({ status: 'failed', failure_reason: reason, error_class: errorClass });
      // The whole answer, as KIE sent it.
      expect(job.error_details).toMatchObject({
        code,
        text: msg,
        raw: { httpStatus: 200, body: { code, msg, data: null } },
      });
      expect(await world.tasks(jobId)).toMatchObject([
        { state: 'refused', error_code: String(code), error_text: msg, error_class: errorClass },
      ]);
      expect(world.kie.paidTasks()).toHaveLength(paid);
      expect(await customer.balance()).toBe(2);
      await customer.reads(`notice.failed.${reason}`);
      expect(customer.person.videos()).toHaveLength(0);
    },
  );

  it.each<[Exclude<Ending, object>, 'ru' | 'en', string]>([
    ['moderation_text', 'ru', 'moderation_text'],
    ['moderation_text', 'en', 'moderation_text'],
    ['moderation_image', 'ru', 'moderation_photo'],
    ['moderation_image', 'en', 'moderation_photo'],
  ])('tells once about the ending %s in %s', async (ending, language, reason) => {
    const customer = await world.customer({ language });
    world.kie.nextTask({ ending });
    const jobId = await customer.orderOne();
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'failed', failure_reason: reason, error_class: 'user_violation' });
    const { taskId } = await world.taskAtKie(jobId);
    // The whole answer of recordInfo, in the job and in its task.
    const data = { taskId, state: 'fail', failMsg: expect.stringMatching(/./) as string, creditsConsumed: 0 };
    const details = { action: 'fail', raw: { httpStatus: 200, body: { code: 200, msg: 'success', data } } };
    expect(job.error_details).toMatchObject(details);
    expect(await world.tasks(jobId)).toMatchObject([{ error_details: details }]);
    await customer.reads(`notice.failed.${reason as 'moderation_text'}`);
    await customer.reads('progress.failed', { count: 1 });
    await customer.reads('balance', { count: 2 });
    const [notice, ...more] = await world.notices(customer.user.id);
    expect([notice?.cause, more]).toEqual([`job-failed-${jobId}`, []]);
    expect(customer.count(`notice.failed.${reason as 'moderation_text'}`)).toBe(1);
    expect(await customer.balance()).toBe(2);
    expect((await world.tasks(jobId))[0]).toMatchObject({ state: 'failed', credits_consumed: '0.00' });
  });

  it('writes the status, the refund, the notice and the progress in one transaction', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ ending: 'moderation_text' });
    const jobId = await customer.orderOne();
    await world.over(jobId);
    const rows = await world.query<{ xmin: string }>(
      `select xmin::text from jobs where id = $1
       union select xmin::text from credits_history where job_id = $1 and operation_type = 'refund'
       union select xmin::text from job_events where job_id = $1 and event = 'fail'
       union select xmin::text from kie_tasks where job_id = $1`,
      [jobId],
    );
    expect(rows).toHaveLength(1);
  });

  it('F-43 fails one video of an order and delivers the others', async () => {
    const customer = await world.customer({ credits: 3 });
    world.kie.nextTask({ ending: 'moderation_image' });
    const { jobIds } = await customer.order({ count: 3 });
    const jobs = await Promise.all(jobIds.map((jobId) => world.over(jobId)));
    expect(jobs.map(({ status }) => status).sort()).toEqual(['completed', 'completed', 'failed']);
    await customer.reads('progress.mixed', { done: 2, total: 3 });
    const failed = jobs.findIndex(({ status }) => status === 'failed') + 1;
    await customer.reads('notice.video_number', { number: failed, total: 3 });
    expect(customer.person.videos()).toHaveLength(2);
    expect(await customer.balance()).toBe(1);
  });

  it('F-59 waits when KIE has no place free, and counts no attempt', async () => {
    const customer = await world.customer();
    fault('createTask', 429, 'Your call frequency is too high. Please try again later.', { times: 2 });
    const jobId = await customer.orderOne();
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect((await world.tasks(jobId)).map(({ state }) => state)).toEqual(['refused', 'refused', 'succeeded']);
    expect(await customer.balance()).toBe(1);
  });

  it('tries a passing trouble again, at most three times in all', async () => {
    const customer = await world.customer();
    for (let i = 0; i < 3; i++) world.kie.nextTask({ ending: 'internal' });
    const jobId = await customer.orderOne();
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'failed', failure_reason: 'temporary', generation_attempts: 3 });
    expect((await world.tasks(jobId)).map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
    expect(await customer.balance()).toBe(2);
  });

  it('uploads the photo once more when KIE could not fetch it, and then says so', async () => {
    const customer = await world.customer();
    const uploads = world.kie.uploads().length;
    world.kie.nextTask({ ending: 'photo' });
    world.kie.nextTask({ ending: 'photo' });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: 'moderation_photo' });
    expect(await world.tasks(jobId)).toHaveLength(2);
    expect(world.kie.uploads().length - uploads).toBe(2);
  });

  it('hands a photo over once for several tasks of one job', async () => {
    const customer = await world.customer();
    const uploads = world.kie.uploads().length;
    world.kie.nextTask({ ending: 'internal' });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 2 });
    expect(world.kie.uploads().length - uploads).toBe(1);
  });

  it('hands a photo over again where the link may have expired before the next task of its job', async () => {
    const customer = await world.customer();
    const uploads = world.kie.uploads().length;
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await customer.orderOne();
    const { taskId } = await world.taskAtKie(jobId);
    await world.query('update jobs set photo_url_expires_at = now() where id = $1', [jobId]);
    world.kie.finishTask(taskId, 'internal');
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 2 });
    expect(world.kie.uploads().length - uploads).toBe(2);
  });

  it('asks no key again that may not upload, and fails when it was the last one', async () => {
    const customer = await world.customer();
    let uploads = 0;
    const stopCounting = world.kie.onCall(({ url }) => {
      if (url.includes('file-stream-upload')) uploads += 1;
    });
    world.kie.setKey(SANDBOX_KIE_KEY, { keyState: 'unauthorized' });
    const jobId = await customer.orderOne();
    const job = await world.over(jobId);
    world.kie.setKey(SANDBOX_KIE_KEY, { keyState: 'ok' });
    stopCounting();
    expect(uploads).toBe(1);
    const body = { code: 401, msg: NO_KEY, data: null };
    const details = { code: 401, text: `upload: ${NO_KEY}`, raw: { httpStatus: 200, body } };
    expect(job).toMatchObject({ status: 'failed', failure_reason: 'billing', error_details: details });
    expect(await world.tasks(jobId)).toMatchObject([
      { state: 'refused', error_text: `upload: ${NO_KEY}`, error_details: details },
    ]);
    expect(await customer.balance()).toBe(2);
  });

  it('F-39 makes no second task while the outcome of the first is not known', async () => {
    const customer = await world.customer();
    const before = world.kie.tasks().length;
    world.kie.failNext('createTask', { kind: 'reset_after_effect' });
    const jobId = await customer.orderOne();
    // The task ends, and its callback brings it back.
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
    expect(world.kie.tasks().length - before).toBe(1);
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'succeeded' }]);
  });

  it('keeps the whole page of a proxy that answered a creation, and says so in the log', async () => {
    const lines: string[] = [];
    configureLogging('info', { write: (line: string) => void lines.push(line) });
    world.kie.nextTask({ callback: 'never', durationTrueMs: 3_600_000 });
    world.kie.failNext('createTask', { kind: 'html', status: 502, afterEffect: true });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    await world.until(jobId, ({ step }) => step === 'generate', 'the wait for the callback');
    configureLogging('silent');
    const raw = { httpStatus: 502, body: expect.stringContaining('</html>') as string };
    expect(await world.tasks(jobId)).toMatchObject([
      { state: 'unknown', task_id: null, error_details: { raw } },
    ]);
    const logged = lines.map((line) => JSON.parse(line) as { msg: string; outcome?: unknown });
    const [line, ...more] = logged.filter(({ msg }) => msg.startsWith('KIE:'));
    expect([line, more]).toMatchObject([{ level: 'warn', jobId, outcome: { kind: 'unknown', raw } }, []]);
  });

  it('keeps secrets and links of videos out of the log of a whole life', async () => {
    const lines: string[] = [];
    configureLogging('info', { write: (line: string) => void lines.push(line) });
    world.kie.nextTask({ ending: 'internal' });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    const { result_url: url } = await world.over(jobId);
    configureLogging('silent');
    expect(url).toMatch(/\.mp4/);
    expect(lines.join()).toContain('KIE: task failed');
    for (const secret of [url ?? '', SANDBOX_KIE_KEY, world.test.env.BOT_TOKEN]) {
      expect(lines.join()).not.toContain(secret);
    }
  });

  it('F-64 ends a task that never ends by its own deadline, and starts no other', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const jobId = await customer.orderOne();
    const { rowId, taskId } = await world.taskAtKie(jobId);
    await world.query('update kie_tasks set deadline_at = now() where id = $1', [rowId]);
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', failure_reason: 'generation_timeout' });
    expect(await world.tasks(jobId)).toMatchObject([{ state: 'abandoned', task_id: taskId }]);
    await customer.reads('notice.failed.generation_timeout');
    expect(await customer.balance()).toBe(2);
  });

  it('F-62 takes no link out of an answer that has no result', async () => {
    const customer = await world.customer();
    world.kie.nextTask({ ending: 'empty' });
    const jobId = await customer.orderOne();
    const job = await world.over(jobId);
    expect(job).toMatchObject({ status: 'failed', result_url: null });
    expect(await customer.balance()).toBe(2);
  });
});
