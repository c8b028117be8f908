import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import {
  FakeOpenAi,
  SANDBOX_OPENAI_KEY,
  type OpenAiFaultKind,
  type ScriptedSight,
} from '../../sandbox/openai/index.js';
import { PhotoInspector, PromptHealth } from '../../src/modules/prompts/index.js';
import { Breakers, Metrics, type Env } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';

const TIMEOUT_MS = 600;
const PERSON = 'f3b1a7c2-user';
const PHOTO = { bytes: readAsset('photos/mug.jpg'), mimeType: 'image/jpeg' };
const NOTHING = { kind: 'looked', flagged: false, people: false, brand: false };

const openAi = new FakeOpenAi({ latencyTrueMs: { min: 0, max: 5 } });
let db: TestDatabase;

function openEnv(): Env {
  return testEnv({
    OPENAI_API_KEY: SANDBOX_OPENAI_KEY,
    OPENAI_BASE_URL: `${openAi.url}/v1`,
    PHOTO_LOOK_TIMEOUT_MS: String(TIMEOUT_MS),
  });
}

const openInspector = (env = openEnv()) =>
  new PhotoInspector(env, new PromptHealth(db.dataSource, new Breakers(new Metrics()), env), new Metrics());
const look = (safetyId: string | null = PERSON) => openInspector().look(PHOTO, safetyId);

beforeAll(async () => {
  [db] = await Promise.all([createTestDatabase(), openAi.start()]);
});
afterAll(() => Promise.all([db.drop(), openAi.stop()]));
beforeEach(async () => {
  openAi.reset();
  await db.query('delete from breakers');
});

describe('a look at a photo', () => {
  it('asks moderation and a model, which keeps nothing and is told nothing of the person', async () => {
    expect(await look()).toMatchObject(NOTHING);
    const calls = openAi.requests().sort((one, other) => one.route.localeCompare(other.route));
    expect(calls).toMatchObject([
      {
        route: 'moderations',
        status: 200,
        body: { model: 'omni-moderation-latest', input: [{ type: 'image_url' }] },
      },
      {
        route: 'responses',
        status: 200,
        body: {
          model: 'gpt-6-luna',
          store: false,
          reasoning: { effort: 'none' },
          safety_identifier: createHash('sha256').update(PERSON).digest('hex'),
          input: [{ role: 'user', content: [{ type: 'input_image', detail: 'low' }] }],
          text: { format: { type: 'json_schema', strict: true } },
        },
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain(PERSON);
  });

  it('needs nobody to be named', async () => {
    expect(await look(null)).toMatchObject(NOTHING);
    expect(openAi.requests().some(({ body }) => JSON.stringify(body).includes('safety'))).toBe(false);
  });

  it.each<[ScriptedSight, object]>([
    [{ flagged: ['sexual'] }, { flagged: true }],
    [{ people: true }, { people: true }],
    [{ brand: 'Nike' }, { brand: true }],
    [
      { flagged: ['violence'], people: true, brand: 'Nike' },
      { flagged: true, people: true, brand: true },
    ],
  ])('says what is there: %j', async (sight, expected) => {
    openAi.setSight(sight);
    expect(await look()).toMatchObject({ ...NOTHING, ...expected });
  });
});

describe('OpenAI that fails', () => {
  it.each<[OpenAiFaultKind, number]>([
    ['insufficient_quota', 2],
    ['rate_limit', 2],
    ['region', 2],
    ['model_not_found', 2],
    ['invalid_key', 2],
    ['overloaded', 2],
    ['foreign_in_200', 2],
    ['error_in_200', 4],
    ['server_error', 4],
    ['html', 4],
    ['reset', 4],
    ['hang', 2],
  ])('by %s leaves the photo unknown after %d calls', async (kind, calls) => {
    openAi.setSight({ people: true, flagged: ['sexual'] });
    openAi.setMood(kind);
    const startedAt = performance.now();
    expect(await look()).toMatchObject({ kind: 'unknown' });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 2 + 1_000);
    expect(openAi.requests()).toHaveLength(calls);
  });

  it('once is asked once more', async () => {
    openAi.failNext({ kind: 'server_error', route: 'responses' });
    openAi.failNext({ kind: 'reset', route: 'moderations' });
    openAi.setSight({ people: true, flagged: ['sexual'] });
    expect(await look()).toMatchObject({ ...NOTHING, flagged: true, people: true });
  });

  it.each<OpenAiFaultKind>(['refusal', 'bad_json', 'incomplete_empty', 'failed', 'region', 'hang'])(
    'to see, by %s, still counts with what moderation says',
    async (kind) => {
      openAi.setSight({ people: true, flagged: ['sexual'] });
      openAi.failNext({ kind, route: 'responses' });
      expect(await look()).toMatchObject({ ...NOTHING, flagged: true });
    },
  );

  it('to moderate still counts with what it sees', async () => {
    openAi.setSight({ people: true, flagged: ['sexual'] });
    openAi.failNext({ kind: 'insufficient_quota', route: 'moderations' });
    expect(await look()).toMatchObject({ ...NOTHING, people: true });
  });

  it('out of quota is not asked by looks and prompts what a model sees until its time is over, while moderation works on', async () => {
    openAi.failNext({ kind: 'insufficient_quota', route: 'responses' });
    expect(await look()).toMatchObject(NOTHING);
    const health = new PromptHealth(db.dataSource, new Breakers(new Metrics()), openEnv());
    expect([...(await health.findRefusing())]).toEqual(['openai']);
    openAi.setSight({ people: true, flagged: ['sexual'] });
    const asked = openAi.requests().length;
    expect(await look()).toEqual({ ...NOTHING, flagged: true });
    const since = openAi.requests().slice(asked);
    expect(since.map(({ route }) => route)).toEqual(['moderations']);
    await db.query('update breakers set open_until = clock_timestamp()');
    expect(await look()).toMatchObject({ ...NOTHING, flagged: true, people: true });
  });

  it('to moderate as well, while it is left alone, leaves the photo unknown after one call', async () => {
    openAi.setMood('insufficient_quota');
    await look();
    const asked = openAi.requests().length;
    expect(await look()).toEqual({ kind: 'unknown' });
    expect(openAi.requests()).toHaveLength(asked + 1);
  });

  it('to moderate is asked again for the next photo: that endpoint has rights of its own', async () => {
    openAi.failNext({ kind: 'invalid_key', route: 'moderations' });
    await look();
    openAi.setSight({ flagged: ['sexual'] });
    expect(await look()).toMatchObject({ ...NOTHING, flagged: true });
  });

  it('is not asked without a key', async () => {
    const env: Env = { ...openEnv(), OPENAI_API_KEY: undefined };
    expect(await openInspector(env).look(PHOTO, PERSON)).toEqual({ kind: 'unknown' });
    expect(openAi.requests()).toEqual([]);
  });
});
