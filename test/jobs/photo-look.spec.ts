import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import type { ScriptedSight } from '../../sandbox/openai/index.js';
import { OrderChecks, type PhotoLook } from '../../src/modules/jobs/index.js';
import { LookAtPhotoService } from '../../src/modules/jobs/look-at-photo.service.js';
import type { PhotoVerdict } from '../../src/modules/jobs/photo-look.rules.js';
import { PhotoLooks } from '../../src/modules/jobs/photo-looks.js';
import { PhotoLooksCron } from '../../src/modules/jobs/photo-looks.cron.js';
import { PhotoLooksRepository } from '../../src/modules/jobs/photo-looks.repository.js';
import { VideoModels } from '../../src/modules/jobs/video-models.js';
import { PhotosService } from '../../src/modules/photos/index.js';
import { Queues, QueueUnavailableError, type Env } from '../../src/platform/index.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld } from './jobs-world.js';

/** The catalogue's only one that refuses people; nothing is filmed here. */
const REFUSES_PEOPLE = 'sora-2-image-to-video';
const SELLER = 42;
const HANG_MS = 3_000;
/** A wait that is over long before a hanging OpenAI is. */
const SHORT_WAIT_MS = 100;

let world: JobsWorld;
let looks: PhotoLooks;

beforeAll(async () => {
  world = await JobsWorld.start({
    roles: 'worker,scheduler',
    env: { PHOTO_LOOK_TIMEOUT_MS: String(HANG_MS), PHOTO_LOOK_WAIT_MS: '20000' },
  });
  looks = world.get(PhotoLooks);
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.openAi.reset();
  await world.query('delete from breakers');
});

async function sendPhoto(tgUserId = SELLER): Promise<string> {
  const intake = await world.get(PhotosService).intake(tgUserId, readAsset('photos/mug.jpg'));
  if (intake.kind !== 'stored') throw new Error(`rejected: ${intake.reason}`);
  return intake.path;
}

async function rowOf(photoPath: string) {
  type Row = Pick<PhotoLook, 'state' | 'flagged' | 'people' | 'brand' | 'attempts'>;
  const [row] = await world.query<Row>('select * from photo_looks where photo_path = $1', [photoPath]);
  return row;
}

const over = (photoPath: string) =>
  waitFor(async () => (await rowOf(photoPath))?.state !== 'waiting', { what: 'the end of the look' });

/** The same service with other queues and another wait. */
function openLooks(instead: { queues: Pick<Queues, 'add'>; waitMs: number }): PhotoLooks {
  const env: Env = { ...world.test.env, PHOTO_LOOK_WAIT_MS: instead.waitMs };
  const queues = instead.queues as Queues;
  return new PhotoLooks(
    world.get(DataSource),
    world.get(PhotoLooksRepository),
    queues,
    world.get(VideoModels),
    env,
  );
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; tookMs: number }> {
  const startedAt = performance.now();
  return { result: await work, tookMs: performance.now() - startedAt };
}

describe('a photo that was asked about', () => {
  it.each<[ScriptedSight, PhotoVerdict, PhotoVerdict]>([
    [{}, { kind: 'clear' }, { kind: 'clear' }],
    [{ flagged: ['sexual'] }, { kind: 'stop', reason: 'flagged' }, { kind: 'stop', reason: 'flagged' }],
    [{ people: true }, { kind: 'advice', advice: ['people'] }, { kind: 'stop', reason: 'people' }],
    [{ brand: 'Nike' }, { kind: 'advice', advice: ['brand'] }, { kind: 'advice', advice: ['brand'] }],
  ])('and shows %j', async (sight, verdict, verdictOfRefusing) => {
    world.openAi.setSight(sight);
    const photoPath = await sendPhoto();
    await looks.ask(photoPath);
    // Confirmed before the look is over: the verdict waits for it.
    expect(await looks.verdict(photoPath)).toEqual(verdict);
    expect(await looks.verdict(photoPath, REFUSES_PEOPLE)).toEqual(verdictOfRefusing);
    expect(await rowOf(photoPath)).toMatchObject({ state: 'looked', attempts: 1 });
  });

  it('again and again is looked at once', async () => {
    const photoPath = await sendPhoto();
    await Promise.all([1, 2, 3].map(() => looks.ask(photoPath)));
    await over(photoPath);
    world.openAi.setSight({ people: true });
    await looks.ask(photoPath);
    expect(await looks.verdict(photoPath)).toEqual({ kind: 'clear' });
    const routes = world.openAi.requests().map(({ route }) => route);
    expect(routes.sort()).toEqual(['moderations', 'responses']);
  });

  it('so long ago that it is forgotten is looked at anew when its order is confirmed', async () => {
    const photoPath = await sendPhoto();
    await looks.ask(photoPath);
    await over(photoPath);
    // Days later the queue does not hold that look any more.
    const queue = world.test.app.get<Queue>(getQueueToken('look-at-photo'), { strict: false });
    const isHeld = async () =>
      (await queue.getJobCountByTypes('active', 'waiting', 'delayed', 'prioritized')) > 0;
    await waitFor(async () => !(await isHeld()), { what: 'the end of the look in the queue' });
    await world.query('delete from photo_looks where photo_path = $1', [photoPath]);
    world.openAi.setSight({ people: true });
    expect(await looks.verdict(photoPath, REFUSES_PEOPLE)).toEqual({ kind: 'stop', reason: 'people' });
    expect(await rowOf(photoPath)).toMatchObject({ state: 'looked', attempts: 1 });
  });

  it('tells OpenAI a hash of the person, where there is one', async () => {
    const { user } = await world.customer();
    const photoPath = await sendPhoto(user.tgUserId);
    await looks.ask(photoPath);
    await over(photoPath);
    const [call] = world.openAi.requests().filter(({ route }) => route === 'responses');
    expect((call?.body as { safety_identifier: string }).safety_identifier).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(call?.body)).not.toContain(String(user.tgUserId));
  });
});

describe('an order goes on without the look', () => {
  it('when OpenAI is away', async () => {
    world.openAi.setMood('insufficient_quota');
    const photoPath = await sendPhoto();
    await looks.ask(photoPath);
    await over(photoPath);
    expect(await rowOf(photoPath)).toMatchObject({
      state: 'unknown',
      flagged: null,
      people: null,
      brand: null,
    });
    expect(await looks.verdict(photoPath)).toEqual({ kind: 'clear' });
  });

  it('when OpenAI is slow, after the wait and no later', async () => {
    world.openAi.setMood('hang');
    const photoPath = await sendPhoto();
    await looks.ask(photoPath);
    const hurried = openLooks({ queues: world.get(Queues), waitMs: SHORT_WAIT_MS });
    const { result, tookMs } = await timed(hurried.verdict(photoPath));
    expect(result).toEqual({ kind: 'clear' });
    expect(tookMs).toBeGreaterThan(SHORT_WAIT_MS - 10);
    expect(tookMs).toBeLessThan(HANG_MS);
    await over(photoPath);
    expect(await rowOf(photoPath)).toMatchObject({ state: 'unknown' });
  });

  it('when the queue is away; a bell that is rung later is heard', async () => {
    const photoPath = await sendPhoto();
    const away = { add: () => Promise.reject(new QueueUnavailableError('away')) };
    const cutOff = openLooks({ queues: away, waitMs: SHORT_WAIT_MS });
    await cutOff.ask(photoPath);
    const { result, tookMs } = await timed(cutOff.verdict(photoPath));
    expect(result).toEqual({ kind: 'clear' });
    expect(tookMs).toBeLessThan(10_000);
    world.openAi.setSight({ people: true });
    await looks.ask(photoPath);
    expect(await looks.verdict(photoPath)).toEqual({ kind: 'advice', advice: ['people'] });
  });

  it('when the photo is gone', async () => {
    const photoPath = `inputs/${SELLER}/${randomUUID()}.jpg`;
    await looks.ask(photoPath);
    expect(await looks.verdict(photoPath)).toEqual({ kind: 'clear' });
    expect(await rowOf(photoPath)).toMatchObject({ state: 'unknown' });
    expect(world.openAi.requests()).toEqual([]);
  });
});

describe('the look before charging', () => {
  const TEXTS = { description: 'A steel mug', wishes: 'Steam above it', prompt: null };
  const check = async (change: object = {}) => {
    const draftId = randomUUID();
    const order = { ...TEXTS, draftId, photoPath: await sendPhoto(), model: REFUSES_PEOPLE, ...change };
    await world.get(OrderChecks).beginLook(order.photoPath);
    return world.get(OrderChecks).checkOrder(order);
  };

  it('sees the photo and all texts that are filmed, and nothing else', async () => {
    expect(await check()).toEqual({ kind: 'clear' });
    const input = [TEXTS.description, TEXTS.wishes];
    const moderated = () => world.openAi.requests().filter(({ route }) => route === 'moderations');
    expect(moderated().map(({ body }) => body)).toContainEqual({ model: 'omni-moderation-latest', input });
    expect(await check({ description: 'cocaine', prompt: 'A mug dances' })).toEqual({ kind: 'clear' });
  });

  it.each([
    [{ description: 'A mug [[flag:hate]]' }, 'description'],
    [{ wishes: 'murder in the kitchen' }, 'wishes'],
    [{ prompt: 'A mug full of cocaine' }, 'prompt'],
  ])('stops at a flagged text: %j', async (texts, text) => {
    expect(await check(texts)).toEqual({ kind: 'text_stop', text });
  });

  it('stops at the photo first', async () => {
    world.openAi.setSight({ people: true });
    expect(await check({ description: 'cocaine' })).toEqual({ kind: 'photo_stop', reason: 'people' });
  });

  it.each(['server_error', 'foreign_in_200', 'html', 'insufficient_quota'] as const)(
    'goes on when moderation fails by %s, time after time',
    async (kind) => {
      world.openAi.setMood(kind);
      for (let orders = 0; orders < 2; orders++) {
        expect(await check({ description: 'cocaine' })).toEqual({ kind: 'clear' });
      }
    },
  );

  it('judges texts and photos on while OpenAI writes no prompts', async () => {
    await world.query(
      `insert into breakers (name, reason, open_until)
       values ('prompts:openai', 'status 404 model_not_found', clock_timestamp() + interval '1 hour')`,
    );
    expect(await check({ wishes: 'murder in the kitchen' })).toEqual({ kind: 'text_stop', text: 'wishes' });
    world.openAi.setSight({ flagged: ['sexual'] });
    expect(await check()).toEqual({ kind: 'photo_stop', reason: 'flagged' });
  });

  it('doubts no order that was started before', async () => {
    const customer = await world.customer();
    const draftId = randomUUID();
    const request = await customer.request({ draftId });
    await customer.order({ ...request, draftId });
    expect(await check({ draftId, description: 'cocaine' })).toEqual({ kind: 'clear' });
  });
});

describe('the row of a look', () => {
  const insert = (photoPath: string, attempts = 0, age = '0 s') =>
    world.query(
      `insert into photo_looks (photo_path, attempts, asked_at) values ($1, $2, clock_timestamp() - $3::interval)`,
      [photoPath, attempts, age],
    );
  const pathsLike = async (pattern: string) =>
    (
      await world.query<{ photo_path: string }>(
        'select photo_path from photo_looks where photo_path like $1 order by photo_path',
        [pattern],
      )
    ).map(({ photo_path }) => photo_path);

  it('is begun twice at most, whatever kills the process', async () => {
    const photoPath = await sendPhoto();
    await insert(photoPath, 2);
    await world.get(LookAtPhotoService).run({ photoPath });
    expect(world.openAi.requests()).toEqual([]);
    expect(await rowOf(photoPath)).toMatchObject({ state: 'waiting', attempts: 2 });
  });

  it('is written once: whoever is slower changes nothing', async () => {
    const photoPath = await sendPhoto();
    await insert(photoPath);
    const rows = world.get(PhotoLooksRepository);
    const { manager } = world.get(DataSource);
    const sight = { kind: 'looked', flagged: false, people: true, brand: false } as const;
    await rows.finish(manager, photoPath, sight);
    await rows.finish(manager, photoPath, { kind: 'unknown' });
    expect(await rowOf(photoPath)).toMatchObject({ state: 'looked', people: true });
  });

  it('is erased with its person, whose photos are nobody else’s', async () => {
    const [own, others] = [`inputs/77/${randomUUID()}.jpg`, `inputs/777/${randomUUID()}.jpg`];
    await insert(own);
    await insert(others);
    await world
      .get(DataSource)
      .transaction((manager) => world.get(PhotoLooksRepository).eraseOf(manager, 77));
    expect(await pathsLike('inputs/77/%')).toEqual([]);
    expect(await pathsLike('inputs/777/%')).toEqual([others]);
    // A look that was under way does not bring it back.
    const rows = world.get(PhotoLooksRepository);
    await rows.finish(world.get(DataSource).manager, own, { kind: 'unknown' });
    expect(await pathsLike('inputs/77/%')).toEqual([]);
  });

  it('is forgotten after its time', async () => {
    const keptS = world.test.env.PHOTO_LOOK_KEPT_MS / 1_000;
    const [old, young] = [`inputs/88/${randomUUID()}.jpg`, `inputs/88/${randomUUID()}.jpg`];
    await insert(old, 0, `${keptS + 60} s`);
    await insert(young, 0, `${keptS - 60} s`);
    await world.get(PhotoLooksCron).tick();
    await waitFor(async () => (await rowOf(old)) === undefined, { what: 'the old row to be gone' });
    expect(await pathsLike('inputs/88/%')).toEqual([young]);
  });
});
