import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ForeignIdempotencyKeyError } from '../../src/modules/credits/index.js';
import { JobsService, OrderTerms } from '../../src/modules/jobs/index.js';
import { JobTransitions } from '../../src/modules/jobs/job-transitions.js';
import { JobsRepository } from '../../src/modules/jobs/jobs.repository.js';
import { PhotoRetention, PhotosService } from '../../src/modules/photos/index.js';
import { JobsWorld, type Customer } from './jobs-world.js';

const RACERS = 20;
const IN_FLIGHT_MAX = 4;
const ORDERS_MAX = 4;
const DEFAULT_MODEL = 'grok-imagine-video-1-5-preview';
/** Two credits a video, and words for half of what the default takes. */
const DEARER = 'kling/v3-turbo-image-to-video';
const [RETIRED, NOT_OFFERED] = ['sora-2-image-to-video', 'wan/2-7-image-to-video'];

describe('an order', () => {
  let world: JobsWorld;
  let jobs: JobsService;

  beforeAll(async () => {
    // No worker: what is ordered stays in flight.
    world = await JobsWorld.start({
      roles: 'bot',
      env: {
        JOBS_IN_FLIGHT_PER_USER_MAX: String(IN_FLIGHT_MAX),
        ORDERS_PER_HOUR_MAX: String(ORDERS_MAX),
        KIE_MODELS_OFFERED: `${DEFAULT_MODEL},${DEARER},${RETIRED}`,
      },
    });
    jobs = world.get(JobsService);
  });

  afterEach(() => world.expectCleanAudit());

  afterAll(() => world.stop());

  it('F-37 is one however often its draft is confirmed at once', async () => {
    const customer = await world.customer({ credits: 10 });
    const request = await customer.request({ count: 3, progressMessageId: 77 });
    const results = await Promise.all(Array.from({ length: RACERS }, () => jobs.startOrder(request)));
    const started = results.filter(({ kind }) => kind === 'started');
    expect(started).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'duplicate')).toHaveLength(RACERS - 1);
    expect(new Set(results.map((result) => 'jobIds' in result && result.jobIds.join()))).toHaveLength(1);
    expect(await customer.balance()).toBe(7);
    expect(
      await world.query('select 1 from progress_messages where user_id = $1', [customer.user.id]),
    ).toHaveLength(1);
  });

  it('is a duplicate even when by then too many videos are in flight, or the credits are gone', async () => {
    const customer = await world.customer({ credits: IN_FLIGHT_MAX });
    const request = await customer.request({ count: IN_FLIGHT_MAX });
    expect((await jobs.startOrder(request)).kind).toBe('started');
    expect(await jobs.startOrder(request)).toMatchObject({ kind: 'duplicate', newCredits: 0 });
  });

  it("F-83 refuses another person's draft", async () => {
    const [anna, emma] = [await world.customer(), await world.customer()];
    const draftId = randomUUID();
    await jobs.startOrder(await anna.request({ draftId }));
    await expect(jobs.startOrder(await emma.request({ draftId }))).rejects.toBeInstanceOf(
      ForeignIdempotencyKeyError,
    );
    expect([await anna.balance(), await emma.balance()]).toEqual([1, 2]);
  });

  it('F-35 charges nothing when the credits do not cover all of it', async () => {
    const customer = await world.customer();
    expect(await jobs.startOrder(await customer.request({ count: 3, progressMessageId: 78 }))).toEqual({
      kind: 'insufficient_credits',
      balance: 2,
      needed: 3,
    });
    expect(await customer.balance()).toBe(2);
    expect(await world.query('select 1 from jobs where user_id = $1', [customer.user.id])).toEqual([]);
    expect(
      await world.query('select 1 from progress_messages where user_id = $1', [customer.user.id]),
    ).toEqual([]);
  });

  it('takes no more videos than may be in flight, the whole order counted', async () => {
    const customer = await world.customer({ credits: 20 });
    expect((await jobs.startOrder(await customer.request({ count: IN_FLIGHT_MAX - 1 }))).kind).toBe(
      'started',
    );
    expect(await jobs.startOrder(await customer.request({ count: 2 }))).toEqual({
      kind: 'too_many_in_flight',
      max: IN_FLIGHT_MAX,
    });
    expect((await jobs.startOrder(await customer.request({ count: 1 }))).kind).toBe('started');
    expect(await customer.balance()).toBe(20 - IN_FLIGHT_MAX);
  });

  it('keeps that limit for different orders of one person at the same moment', async () => {
    const customer = await world.customer({ credits: 20 });
    const photoPath = await customer.photoPath();
    const requests = await Promise.all(Array.from({ length: RACERS }, () => customer.request({ photoPath })));
    const results = await Promise.all(requests.map((request) => jobs.startOrder(request)));
    expect(results.filter(({ kind }) => kind === 'started')).toHaveLength(IN_FLIGHT_MAX);
    expect(await customer.balance()).toBe(20 - IN_FLIGHT_MAX);
  });

  it('is waiting for its first step, whether or not it was woken', async () => {
    const customer = await world.customer();
    const jobId = await customer.orderOne();
    const [job] = await world.query(
      `select wake_at <= now() as due, wake_number, deadline_at - created_at = interval '2 minutes' as in_time
         from jobs where id = $1`,
      [jobId],
    );
    expect(job).toEqual({ due: true, wake_number: 1, in_time: true });
    expect(await world.query('select id from bullmq.job where id = $1', [`prompt-${jobId}-1`])).toHaveLength(
      1,
    );
  });

  it('F-83 can be repeated by its owner only', async () => {
    const [anna, emma] = [await world.customer(), await world.customer()];
    const request = await anna.request({ prompt: null, template: 'ad', wishes: 'night' });
    const started = await jobs.startOrder(request);
    const jobId = 'jobIds' in started ? (started.jobIds[0] ?? '') : '';
    const { kind, template, photoPath, description, wishes, prompt } = request;
    expect(await jobs.findOrderToRepeat(anna.user.id, jobId)).toEqual({
      kind,
      template,
      photoPath,
      description,
      wishes,
      prompt,
      model: null,
    });
    expect(await jobs.findOrderToRepeat(emma.user.id, jobId)).toBeNull();
    expect(await jobs.findOrderToRepeat(anna.user.id, randomUUID())).toBeNull();
  });

  describe('with a photo', () => {
    const endOf = async (path: string) => {
      const [row] = await world.query<{ left_s: number }>(
        'select extract(epoch from remove_at - clock_timestamp())::float8 as left_s from stored_photos where path = $1',
        [path],
      );
      return row?.left_s ?? null;
    };
    const beginRemoval = (path: string) =>
      world.query('update stored_photos set removal_attempts = 1 where path = $1', [path]);

    it('keeps it for another while; an order that is refused does not', async () => {
      const customer = await world.customer();
      const photoPath = await customer.photoPath();
      await world.query('update stored_photos set remove_at = now() where path = $1', [photoPath]);
      const refused = await jobs.startOrder(await customer.request({ photoPath, count: 3 }));
      expect(refused.kind).toBe('insufficient_credits');
      expect(await endOf(photoPath)).toBeLessThan(1);
      await customer.orderOne({ photoPath });
      expect(await endOf(photoPath)).toBeGreaterThan(world.test.env.PHOTO_KEPT_MS / 1000 - 60);
    });

    it('that is gone, or just being removed, is not started; the one that was is a duplicate', async () => {
      const customer = await world.customer();
      const request = await customer.request();
      const startedWith = await customer.request();
      expect((await jobs.startOrder(startedWith)).kind).toBe('started');
      for (const { photoPath } of [request, startedWith]) await beginRemoval(photoPath);
      expect(await jobs.startOrder(request)).toEqual({ kind: 'photo_gone' });
      expect((await jobs.startOrder(startedWith)).kind).toBe('duplicate');
      await world.query('delete from stored_photos where path = $1', [request.photoPath]);
      expect(await jobs.startOrder(request)).toEqual({ kind: 'photo_gone' });
      expect(await customer.balance()).toBe(1);
    });

    it('is repeated without it once it is gone', async () => {
      const customer = await world.customer();
      const request = await customer.request();
      const jobId = await customer.orderOne(request);
      await beginRemoval(request.photoPath);
      expect(await jobs.findOrderToRepeat(customer.user.id, jobId)).toMatchObject({
        photoPath: null,
        description: request.description,
      });
    });

    it('and its removal at one moment exclude each other', async () => {
      const customer = await world.customer({ credits: 12 });
      for (let round = 0; round < 4; round++) {
        const request = await customer.request();
        await world.query('update stored_photos set remove_at = now() where path = $1', [request.photoPath]);
        const [result] = await Promise.all([
          jobs.startOrder(request),
          world.get(PhotoRetention).removeExpired(10),
        ]);
        const isThere = await world
          .get(PhotosService)
          .read(request.photoPath)
          .then(Boolean, () => false);
        expect(isThere).toBe(result.kind === 'started');
        expect(['started', 'photo_gone']).toContain(result.kind);
      }
    });
  });

  describe('with a choice of models', () => {
    it('is offered them with what they cost, the retired one not', () => {
      const terms = world.get(OrderTerms);
      expect(terms.offeredModels()).toEqual([
        {
          id: DEFAULT_MODEL,
          title: 'Grok Imagine',
          creditsPerVideo: 1,
          durationS: 8,
        },
        { id: DEARER, title: 'Kling 3 Turbo', creditsPerVideo: 2, durationS: 5 },
      ]);
      expect([terms.priceOf(3), terms.priceOf(3, DEARER), terms.priceOf(3, null)]).toEqual([3, 6, 3]);
      expect([terms.promptMaxLength(), terms.promptMaxLength(DEARER)]).toEqual([2000, 2000]);
    });

    it('costs what the chosen one costs', async () => {
      const customer = await world.customer({ credits: 5 });
      expect(await jobs.startOrder(await customer.request({ model: DEARER, count: 3 }))).toEqual({
        kind: 'insufficient_credits',
        balance: 5,
        needed: 6,
      });
      const jobId = await customer.orderOne({ model: DEARER });
      expect(await customer.balance()).toBe(3);
      expect(await world.job(jobId)).toMatchObject({ credits: 2, options: { model: DEARER } });
    });

    it('is not started for another price than was shown, and is as it was for the one that was paid', async () => {
      const customer = await world.customer({ credits: 5 });
      const request = await customer.request({ model: DEARER, creditsShown: 1 });
      expect(await jobs.startOrder(request)).toEqual({ kind: 'price_changed' });
      expect(await customer.balance()).toBe(5);
      expect((await jobs.startOrder({ ...request, creditsShown: 2 })).kind).toBe('started');
      expect((await jobs.startOrder(request)).kind).toBe('duplicate');
      expect(await customer.balance()).toBe(3);
    });

    it('gives the choice to who repeats it, as long as it is offered', async () => {
      const customer = await world.customer({ credits: 3 });
      const modelAgain = async (jobId: string) =>
        (await jobs.findOrderToRepeat(customer.user.id, jobId))?.model;
      const jobId = await customer.orderOne({ model: DEARER });
      expect(await modelAgain(jobId)).toBe(DEARER);
      await world.query(
        `update jobs set options = options || jsonb_build_object('model', $2::text) where id = $1`,
        [jobId, NOT_OFFERED],
      );
      expect(await modelAgain(jobId)).toBeNull();
      expect(await modelAgain(await customer.orderOne())).toBeNull();
    });

    it.each([RETIRED, NOT_OFFERED, 'veo9'])('is not started and charges nothing with %s', async (model) => {
      const customer = await world.customer();
      expect(await jobs.startOrder(await customer.request({ model }))).toEqual({ kind: 'model_gone' });
      expect(await customer.balance()).toBe(2);
    });

    it('is a duplicate even when its model is gone by then', async () => {
      const customer = await world.customer();
      const request = await customer.request({ model: DEARER });
      expect((await jobs.startOrder(request)).kind).toBe('started');
      expect(await jobs.startOrder({ ...request, model: NOT_OFFERED })).toMatchObject({
        kind: 'duplicate',
        newCredits: 0,
      });
    });
  });

  describe('too many in one hour', () => {
    /** As many orders as an hour may have, all over by now; the requests. */
    async function fillHour(customer: Customer) {
      const requests = [];
      for (let i = 0; i < ORDERS_MAX; i++) {
        const request = await customer.request({ count: i === 0 ? 2 : 1 });
        const started = await jobs.startOrder(request);
        if (!('jobIds' in started)) throw new Error(`The order was not started: ${started.kind}`);
        for (const jobId of started.jobIds) {
          await world.get(JobTransitions).report(jobId, { kind: 'failed_by_operator' });
        }
        requests.push(request);
      }
      return requests;
    }

    /** Lets the oldest of the orders be so many seconds older. */
    const letTimePass = (draftId: string, seconds: number) =>
      world.query(
        `update jobs set created_at = created_at - $2 * interval '1 second' where idempotency_key = $1`,
        [`draft-${draftId}`, seconds],
      );

    it('are refused until the oldest is an hour old, and charge nothing', async () => {
      const customer = await world.customer({ credits: 5 });
      const [oldest] = await fillHour(customer);
      const next = await customer.request();
      expect(await jobs.startOrder(next)).toEqual({ kind: 'too_often', againInMin: 60 });
      await letTimePass(oldest?.draftId ?? '', 3_500);
      expect(await jobs.startOrder(next)).toEqual({ kind: 'too_often', againInMin: 2 });
      await letTimePass(oldest?.draftId ?? '', 80);
      expect(await jobs.startOrder(next)).toEqual({ kind: 'too_often', againInMin: 1 });
      expect(await customer.balance()).toBe(5);
      await letTimePass(oldest?.draftId ?? '', 20);
      expect((await jobs.startOrder(next)).kind).toBe('started');
    });

    it('are those of one person, and none of them is one that was taken before', async () => {
      const customer = await world.customer({ credits: 5 });
      const [oldest] = await fillHour(customer);
      if (!oldest) throw new Error('There is no order');
      expect((await jobs.startOrder(oldest)).kind).toBe('duplicate');
      const other = await world.customer();
      expect((await jobs.startOrder(await other.request())).kind).toBe('started');
    });

    it('are counted by the index of a person’s jobs', async () => {
      const customer = await world.customer();
      const plan = await world.get(DataSource).transaction(async (manager) => {
        await manager.query('set local enable_seqscan = off');
        const lines: string[] = [];
        const query = async (sql: string, parameters: unknown[]) => {
          const rows = await manager.query<{ 'QUERY PLAN': string }[]>(`explain ${sql}`, parameters);
          lines.push(...rows.map((row) => row['QUERY PLAN']));
          return [];
        };
        const explaining = { query } as unknown as EntityManager;
        await world.get(JobsRepository).findMinutesUntilOrder(explaining, customer.user.id, ORDERS_MAX);
        return lines.join('\n');
      });
      expect(plan).toMatch(/Scan (using|on) jobs_of_user/);
      expect(plan).toMatch(/Index Cond: .*user_id.*created_at/);
    });
  });
});
