import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JobsService, OrderTerms } from '../../src/modules/jobs/index.js';
import { PhotoLooks } from '../../src/modules/jobs/photo-looks.js';
import { VideoModels } from '../../src/modules/jobs/video-models.js';
import { KIE_MODELS, KieKeyHealth, KieModelHealth } from '../../src/modules/kie/index.js';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld, type Customer, type JobRow } from './jobs-world.js';

const DEFAULT_MODEL = KIE_MODELS[0]?.id ?? '';
/** As dear as the default, and copies the photo's shape. */
const FALLBACK = 'wan/2-7-image-to-video';
/** Two credits a video. */
const DEARER = 'bytedance/seedance-2-mini';
/** The sample photo, as it is stored and composed to 9:16. */
const [ORIGINAL, VERTICAL] = ['360 × 480', '720 × 1280'];
const OPERATOR_ID = 777_000_111;

describe('models', () => {
  let world: JobsWorld;

  beforeAll(async () => {
    world = await JobsWorld.start({
      env: {
        KIE_MODEL: DEFAULT_MODEL,
        // The dearer one is passed over for whoever paid for the default.
        KIE_MODEL_FALLBACKS: `${DEARER},${FALLBACK}`,
        KIE_MODELS_OFFERED: `${DEFAULT_MODEL},${DEARER}`,
        KIE_MODEL_SET_ASIDE_MS: String(30 * 60_000),
        OPENAI_BREAKER_MS: String(30 * 60_000),
        JOB_CRON_INTERVAL_MS: '50',
        ADMIN_IDS: String(OPERATOR_ID),
      },
    });
    world.telegram.addPerson({ id: OPERATOR_ID, firstName: 'Olga', languageCode: 'en' });
    await joinBot(world.telegram, OPERATOR_ID);
  });

  afterEach(async () => {
    await world.expectCleanAudit();
    await world.query('delete from breakers');
  });

  afterAll(() => world.stop());

  const modelsTried = async (jobId: string) => (await world.tasks(jobId)).map((task) => task['model']);
  const pauseNext = (times: number) =>
    world.kie.failNext('createTask', {
      kind: 'body',
      code: 500,
      msg: 'This interface is temporarily paused',
      times,
    });

  /** The sides of what was handed over for a job, in this order. */
  const uploadsFor = (jobId: string) =>
    world.kie
      .uploads()
      .filter(({ fileName }) => fileName.includes(jobId))
      .map(({ picture }) => `${picture?.widthPx} × ${picture?.heightPx}`);
  const photoOfTask = async (jobId: string, model: string) => {
    const rows = (await world.tasks(jobId)).filter((task) => task['model'] === model);
    return world.kie.tasks().find(({ id }) => rows.some(({ task_id: taskId }) => taskId === id))?.photo;
  };

  it('takes the next one when a model is paused, for the same price and as no attempt', async () => {
    pauseNext(1);
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({
      status: 'completed',
      generation_attempts: 1,
      model: FALLBACK,
    });
    expect(await modelsTried(jobId)).toEqual([DEFAULT_MODEL, FALLBACK]);
    expect(await customer.balance()).toBe(1);
    // The default is told the ratio; the clip of the other one copies the photo's shape.
    expect(uploadsFor(jobId)).toEqual([ORIGINAL, VERTICAL]);
    expect(await photoOfTask(jobId, FALLBACK)).toEqual({ widthPx: 720, heightPx: 1280 });
  });

  const alerts = () =>
    world.telegram.chat(OPERATOR_ID).filter(({ text }) => text.includes('The video model'));
  /** As if its time were over. */
  const endSettingAside = () => world.query(`update breakers set open_until = opened_at + interval '1 ms'`);

  it.each([
    ['a pause', { code: 500, msg: 'This interface is temporarily paused' }],
    ['a slug it lacks', { code: 422, msg: 'The model name you specified is not supported' }],
    ['a switched off feature', { code: 505, msg: 'Feature disabled' }],
  ])(
    'sets a model aside for everyone after %s, tells the operators once, and tries it again later',
    async (_what, refusal) => {
      const told = alerts().length;
      world.kie.failNext('createTask', { kind: 'body', ...refusal });
      const [first, second, third] = await Promise.all([1, 2, 3].map(() => world.customer()));
      await world.over(await (first as Customer).orderOne());
      // Nobody else asks for it, although it would be served by now.
      const jobId = await (second as Customer).orderOne();
      expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 1 });
      expect(await modelsTried(jobId)).toEqual([FALLBACK]);
      await waitFor(() => alerts().length > told, { what: 'the alert' });
      expect(alerts().at(-1)?.text).toMatch(
        new RegExp(`Grok Imagine does not work.*${refusal.msg}.*other models`, 's'),
      );
      await endSettingAside();
      const later = await (third as Customer).orderOne();
      await world.over(later);
      expect(await modelsTried(later)).toEqual([DEFAULT_MODEL]);
      expect(alerts()).toHaveLength(told + 1);
    },
  );

  it('takes a model that is still paused when it is tried again for the same outage', async () => {
    const told = alerts().length;
    for (let outages = 0; outages < 2; outages++) {
      pauseNext(1);
      const customer = await world.customer();
      await world.over(await customer.orderOne());
      await waitFor(() => alerts().length > told, { what: 'the alert' });
      if (outages === 0) await endSettingAside();
    }
    const [row] = await world.query<{ times: number; is_open: boolean }>(
      'select times, open_until > clock_timestamp() as is_open from breakers',
    );
    expect(row).toEqual({ times: 2, is_open: true });
    expect(alerts()).toHaveLength(told + 1);
  });

  it('F-58 takes no order while all models are set aside: nothing is charged, and the operators know', async () => {
    pauseNext(2);
    const customer = await world.customer();
    await world.over(await customer.orderOne());
    const jobs = world.get(JobsService);
    expect(await jobs.startOrder(await customer.request())).toEqual({ kind: 'not_accepting' });
    expect(await customer.balance()).toBe(2);
    await waitFor(() => alerts().some(({ text }) => text.includes('There is no other model')), {
      what: 'the alert about the last one',
    });
    await endSettingAside();
    expect(await world.over(await customer.orderOne())).toMatchObject({ status: 'completed' });
  });

  it('F-65 leaves OpenAI alone while it is out of quota: other prompts at once, and the operators know', async () => {
    const alertsOfOpenAi = () =>
      world.telegram.chat(OPERATOR_ID).filter(({ text }) => text.includes('OpenAI refuses our requests'));
    const customer = await world.customer({ credits: 7 });
    const orderWritten = async (count: number) => {
      const { jobIds } = await customer.order({ template: 'ad', prompt: null, count });
      return Promise.all(jobIds.map((jobId) => world.over(jobId)));
    };
    const sourcesOf = (jobs: JobRow[]) => jobs.map((job) => job['prompt_source']);
    world.openAi.setMood('insufficient_quota');
    expect(sourcesOf(await orderWritten(1))).toEqual(['template']);
    const byTemplate = await orderWritten(3);
    expect(sourcesOf(byTemplate)).toEqual(Array(3).fill('template'));
    const photoPath = await customer.photoPath();
    await world.get(PhotoLooks).ask(photoPath);
    expect(await world.get(PhotoLooks).verdict(photoPath)).toEqual({ kind: 'clear' });
    // Moderation is asked all the same: it needs neither money nor the model.
    expect(world.openAi.requests().map(({ route }) => route)).toEqual(['responses', 'moderations']);
    await waitFor(() => alertsOfOpenAi().length > 0, { what: 'the alert' });
    expect(alertsOfOpenAi()[0]?.text).toContain('status 429 insufficient_quota');
    world.openAi.setMood(null);
    await endSettingAside();
    const byOpenAi = await orderWritten(3);
    expect(sourcesOf(byOpenAi)).toEqual(Array(3).fill('openai'));
    // Each video of an order has its own scene, whoever wrote it.
    for (const jobs of [byTemplate, byOpenAi]) expect(new Set(jobs.map((job) => job['prompt'])).size).toBe(3);
    const written = world.openAi.requests().filter(({ route }) => route === 'responses');
    const told = written.map(({ body }) => (body as { instructions: string }).instructions);
    expect(new Set(told.slice(1)).size).toBe(3);
    expect(alertsOfOpenAi()).toHaveLength(1);
  });

  it('takes no order at a price that none of the models left is worth', async () => {
    const { manager } = world.get(DataSource);
    const health = world.get(KieModelHealth);
    const env = { ...world.test.env, KIE_MODEL: DEARER, KIE_MODELS_OFFERED: [] };
    const models = new VideoModels(env, world.get(KieKeyHealth), health);
    expect(await models.isServedFully(manager, { credits: 2 })).toBe(true);
    await health.setAside(manager, DEARER, 'paused');
    expect(await models.countLeft(manager)).toBeGreaterThan(0);
    expect(await models.isServedFully(manager, { credits: 2 })).toBe(false);
  });

  it('takes the next one for the third task when a model keeps failing', async () => {
    for (let i = 0; i < 2; i++) world.kie.nextTask({ ending: 'internal' });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', generation_attempts: 3 });
    expect(await modelsTried(jobId)).toEqual([DEFAULT_MODEL, DEFAULT_MODEL, FALLBACK]);
    expect(await customer.balance()).toBe(1);
    expect(uploadsFor(jobId)).toEqual([ORIGINAL, VERTICAL]);
    expect(await photoOfTask(jobId, DEFAULT_MODEL)).toEqual({ widthPx: 360, heightPx: 480 });
  });

  it('fails at once without a photo to film, gives the credit back, and asks for the photo', async () => {
    const customer = await world.customer();
    const photoPath = await customer.photoPath();
    await rm(join(world.test.env.STORAGE_BASE_PATH, photoPath));
    const jobId = await customer.orderOne({ photoPath });
    expect(await world.over(jobId)).toMatchObject({ failure_reason: 'photo_lost', error_class: null });
    expect(await world.tasks(jobId)).toEqual([]);
    expect(uploadsFor(jobId)).toEqual([]);
    await customer.reads('notice.failed.photo_lost');
    expect(await customer.balance()).toBe(2);
    // Another one is not offered with it, and would not be charged for.
    const jobs = world.get(JobsService);
    expect(await jobs.findOrderToRepeat(customer.user.id, jobId)).toMatchObject({ photoPath: null });
    expect(await jobs.startOrder(await customer.request({ photoPath }))).toEqual({ kind: 'photo_gone' });
  });

  it('fails when all of them are paused, and gives the credit back', async () => {
    pauseNext(2);
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    expect(await world.over(jobId)).toMatchObject({ failure_reason: 'temporary', error_class: null });
    expect(await modelsTried(jobId)).toEqual([DEFAULT_MODEL, FALLBACK]);
    await customer.reads('notice.failed.temporary');
    expect(await customer.balance()).toBe(2);
  });

  it('makes a video with the model that was chosen, for its price', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne({ model: DEARER });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', model: DEARER, credits: 2 });
    expect(await modelsTried(jobId)).toEqual([DEARER]);
    expect(await customer.balance()).toBe(0);
  });

  it('takes the configured ones when the chosen one is paused', async () => {
    pauseNext(1);
    const customer = await world.customer();
    const jobId = await customer.orderOne({ model: DEARER });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', model: DEFAULT_MODEL, credits: 2 });
    expect(await modelsTried(jobId)).toEqual([DEARER, DEFAULT_MODEL]);
  });

  it('offers a model that is set aside no more when nothing of its price stands in for it', async () => {
    const terms = world.get(OrderTerms);
    const offered = async () => (await terms.listOffered()).map(({ id }) => id);
    expect(await offered()).toEqual([DEFAULT_MODEL, DEARER]);
    pauseNext(1);
    const customer = await world.customer({ credits: 4 });
    await world.over(await customer.orderOne({ model: DEARER }));
    const request = await customer.request({ model: DEARER });
    expect(await world.get(JobsService).startOrder(request)).toEqual({ kind: 'model_gone' });
    expect(await offered()).toEqual([DEFAULT_MODEL]);
    expect(await customer.balance()).toBe(2);
    // The default is paused, too, and stays on offer: another makes its videos for the same price.
    pauseNext(1);
    await world.over(await customer.orderOne({ model: DEFAULT_MODEL }));
    const jobId = await customer.orderOne({ model: DEFAULT_MODEL });
    expect(await world.over(jobId)).toMatchObject({ status: 'completed', model: FALLBACK });
  });

  it('gives all credits of a dearer video back when it fails', async () => {
    pauseNext(3);
    const customer = await world.customer();
    const jobId = await customer.orderOne({ model: DEARER });
    expect(await world.over(jobId)).toMatchObject({ status: 'failed', credits: 2 });
    expect(await modelsTried(jobId)).toEqual([DEARER, DEFAULT_MODEL, FALLBACK]);
    expect(await customer.balance()).toBe(2);
  });

  it('gives a later task no more time than its job has left', async () => {
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    world.kie.nextTask({ durationTrueMs: 3_600_000 });
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    const { taskId } = await world.taskAtKie(jobId);
    await world.query(`update jobs set deadline_at = now() + interval '20 seconds' where id = $1`, [jobId]);
    world.kie.finishTask(taskId, 'internal');
    const second = await waitFor(async () => (await world.tasks(jobId))[1], { what: 'the second task' });
    const job = await world.job(jobId);
    const outlivesMs = (second['deadline_at'] as Date).getTime() - (job['deadline_at'] as Date).getTime();
    expect(outlivesMs).toBeLessThanOrEqual(0);
    const started = await waitFor(async () => (await world.tasks(jobId))[1]?.task_id, { what: 'its id' });
    world.kie.finishTask(started);
    expect(await world.over(jobId)).toMatchObject({ status: 'completed' });
  });
});
