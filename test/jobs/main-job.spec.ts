import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DemoPerson } from '../../sandbox/demo/person.js';
import type { CallbackMode } from '../../sandbox/kie/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld } from './jobs-world.js';

const HAPPY_TIMELINE = ['queued', 'create', 'start_task', 'generate', 'deliver', 'complete'];

describe('a photo becomes a video', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start();
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  it('takes one credit and delivers one video, from the first tap to the last', async () => {
    const person = DemoPerson.add(world.telegram, 'Анна', 'ru');
    await person.join();
    await person.fillOrder();
    await person.tap('1:confirm');
    await waitFor(() => person.videos().length === 1, { timeoutMs: 20_000, what: 'the video' });
    const [job] = await waitFor(
      async () => {
        const rows = await world.query<{ id: string; credits: number }>(
          `select j.id, u.credits from jobs j join users u on u.id = j.user_id
            where u.tg_user_id = $1 and j.status = 'completed'`,
          [person.id],
        );
        return rows.length > 0 && rows;
      },
      { what: 'the completed job' },
    );
    expect(job?.credits).toBe(1);
    expect(await world.timeline(job?.id ?? '')).toEqual(HAPPY_TIMELINE);
    const [costs] = await world.query<Record<string, unknown>>('select * from job_costs where job_id = $1', [
      job?.id,
    ]);
    expect(costs).toMatchObject({ credits_earned: 1, kie_credits: '24.00', kie_tasks: 1 });
    const tokens = ['prompt_tokens_in', 'prompt_tokens_out', 'photo_tokens_in', 'photo_tokens_out'];
    for (const name of tokens) expect(costs?.[name], name).toBeGreaterThan(5);
    // Each is counted once: the second job of a photo pays for no look.
    expect(await world.query('select from photo_looks where tokens_in is not null')).toEqual([]);
  });

  it('keeps what KIE answered, what it cost, and where the video is', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    const job = await world.over(jobId);
    const [video] = customer.person.videos();
    expect(job).toMatchObject({
      status: 'completed',
      failure_reason: null,
      generation_attempts: 1,
      delivery_attempts: 1,
      video_message_id: String(video?.messageId),
      video_file_id: video?.media?.fileId,
      wake_at: null,
      delivery_lease_token: null,
      delivery_lease_until: null,
    });
    expect(job.result_url).toMatch(/\/results\/\w+\.mp4$/);
    const [task, ...more] = await world.tasks(jobId);
    expect(more).toEqual([]);
    expect(task).toMatchObject({ state: 'succeeded', result_url: job.result_url, error_class: null });
    const paid = world.kie.paidTasks(({ id }) => id === task?.task_id);
    expect(Number(task?.credits_consumed)).toBe(paid[0]?.paidCredits);
    expect(task?.error_details).toMatchObject({ raw: { httpStatus: 200, body: { code: 200 } } });
  });

  it('says in the progress message that the video is ready', async () => {
    const customer = await world.customer({ language: 'en' });
    await customer.orderOne();
    await customer.reads('progress.done', { count: 1 });
    const [video] = customer.person.videos();
    expect(video?.media).toMatchObject({ widthPx: 480, heightPx: 854, supportsStreaming: true });
  });

  // F-40: a callback may come before createTask's answer; F-63: what it says is read again; F-38: one task each.
  it.each<Exclude<CallbackMode, object>>(['normal', 'never', 'early', 'twice', 'snake_case'])(
    'F-38 F-40 F-63 makes one paid task and one send with callbacks %s',
    async (callback) => {
      const customer = await world.customer();
      const marker = `[[callback:${callback}]] a thermos`;
      const jobId = await customer.orderOne({ prompt: marker });
      await world.over(jobId);
      const timeline = await world.timeline(jobId);
      // An early one may be handled before createTask has answered: then nothing is left to be waited for.
      const isQuicker = callback === 'early' && !timeline.includes('generate');
      expect(timeline).toEqual(HAPPY_TIMELINE.filter((step) => !isQuicker || step !== 'generate'));
      const [task, ...more] = await world.tasks(jobId);
      expect([task?.state, more.length]).toEqual(['succeeded', 0]);
      expect(world.kie.paidTasks(({ input }) => String(input.prompt).includes(marker))).toHaveLength(1);
      expect(customer.person.videos()).toHaveLength(1);
      expect(await customer.balance()).toBe(1);
    },
  );

  it('F-40 delivers when the callback is handled before createTask has answered', async () => {
    const customer = await world.customer();
    // The answer comes after everything else is done: 300 real ms.
    world.kie.failNext('createTask', { kind: 'slow', delayTrueMs: 45_000 });
    world.kie.nextTask({ callback: 'early' });
    const jobId = await customer.orderOne();
    await world.over(jobId);
    const [task] = await world.tasks(jobId);
    expect(task).toMatchObject({ state: 'succeeded', task_id: expect.stringMatching(/^\w+$/) as string });
    expect(await world.timeline(jobId)).toEqual(['queued', 'create', 'start_task', 'deliver', 'complete']);
    expect(customer.person.videos()).toHaveLength(1);
  });

  it('F-51 charges and delivers an order of three as one', async () => {
    const customer = await world.customer({ credits: 4 });
    const { jobIds } = await customer.order({ count: 3 });
    for (const jobId of jobIds) await world.over(jobId);
    await customer.reads('progress.done', { count: 3 });
    expect(customer.person.videos()).toHaveLength(3);
    expect(await customer.balance()).toBe(1);
    const [charged] = await world.query<{ transactions: number }>(
      'select count(distinct created_at)::int as transactions from jobs where id = any($1)',
      [jobIds],
    );
    expect(charged?.transactions).toBe(1);
  });
});

describe('without an address of our own', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({ env: { PUBLIC_BASE_URL: '', TELEGRAM_MODE: 'polling' } });
  });

  afterAll(() => world.stop());

  it('F-31 finds the end of a task by polls alone', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    await world.over(jobId);
    const [task] = await world.tasks(jobId);
    expect(task).toMatchObject({ state: 'succeeded', callback_expected: false });
    const atKie = world.kie.tasks().find(({ id }) => id === task?.task_id);
    expect(atKie).toMatchObject({ callBackUrl: null, callbacks: [] });
    expect(await world.timeline(jobId)).toEqual(HAPPY_TIMELINE);
    expect(customer.person.videos()).toHaveLength(1);
    await world.expectCleanAudit();
  });

  it('F-39 writes a task off whose answer was lost, as perhaps paid, and makes another', async () => {
    const customer = await world.customer();
    world.kie.failNext('createTask', { kind: 'reset_after_effect' });
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 2 });
    expect(await world.tasks(jobId)).toMatchObject([
      { state: 'maybe_paid', task_id: null },
      { state: 'succeeded' },
    ]);
    expect(customer.person.videos()).toHaveLength(1);
    await world.expectCleanAudit();
  });
});
