import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import type { RecordedCall } from '../../sandbox/fake-server.js';
import { FakeKie, KIE_TEXTS, SANDBOX_KIE_KEY, type WireFault } from '../../sandbox/kie/index.js';
import { KIE_MODELS, KieClient, KieKey, type CreateOutcome } from '../../src/modules/kie/index.js';
import { Metrics } from '../../src/platform/index.js';
import { envFor, readEnd, uploadPhoto } from './kie.support.js';
import { problemsOf, PUBLISHED_CREATIONS } from './published-requests.js';

const VEO = 'veo3_fast';
const CALLBACK_URL = 'https://bot.example/kie/callback/6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

/** Two minutes of generation pass in about a second. */
const fake = new FakeKie({ clock: new SandboxClock(100) });
const key = new KieKey(SANDBOX_KIE_KEY);
let client: KieClient;
let calls: RecordedCall[];

beforeAll(async () => {
  await fake.start();
  client = new KieClient(envFor(fake), new Metrics());
  // As `--record` writes them.
  fake.onCall((call) => calls.push(JSON.parse(JSON.stringify(call)) as RecordedCall));
});
afterAll(() => fake.stop());

beforeEach(() => {
  fake.reset();
  // Callbacks of the contract lead nowhere.
  fake.configure({ defaults: { callback: 'never' } });
  calls = [];
});
afterEach(() => expect(calls.flatMap(problemsOf)).toEqual([]));

async function create(model: string, prompt = 'A mug on a table. [[ms:1000]]'): Promise<CreateOutcome> {
  const photoUrl = await uploadPhoto(client, key);
  return client.createTask(key, { model, prompt, photoUrl, callbackUrl: CALLBACK_URL });
}

async function createAccepted(model: string, prompt?: string): Promise<string> {
  const outcome = await create(model, prompt);
  if (outcome.kind !== 'accepted') throw new Error(outcome.text);
  return outcome.taskId;
}

function creation(): Record<string, unknown> {
  const call = calls.find(({ url }) => /createTask$|generate$/.test(url));
  return call?.request as Record<string, unknown>;
}

describe('the recorded requests are those of the published pages', () => {
  it('of which there is one for each model', () => {
    expect(Object.keys(PUBLISHED_CREATIONS)).toEqual(KIE_MODELS.map(({ id }) => id));
  });

  const active = KIE_MODELS.filter(({ status }) => status === 'active');
  it.each(active.map((model) => [model.id, model] as const))(
    '%s: uploaded, created, read to its end',
    async (id, model) => {
      const taskId = await createAccepted(id, `[[ms:1000]]${'x'.repeat(model.promptMaxLength - 11)}`);
      expect(await readEnd(client, key, { model: id, taskId })).toMatchObject({
        kind: 'succeeded',
        resultUrls: [expect.stringMatching(/^http:.*\.mp4$/)],
        creditsConsumed: model.route === 'veo' ? null : model.kieCreditsPerVideo,
        param: { model: id, callbackUrl: CALLBACK_URL },
      });
      expect(fake.tasks()).toMatchObject([{ model: id, unknownFields: [], price: model.kieCreditsPerVideo }]);
      expect(creation()).toMatchObject({ model: id, callBackUrl: CALLBACK_URL });
    },
  );

  it.each(KIE_MODELS.filter(({ status }) => status === 'retired').map(({ id }) => id))(
    '%s, retired: created, and refused as paused',
    async (id) => {
      expect(await create(id)).toMatchObject({ kind: 'refused', action: 'next_model' });
      expect(creation()).toMatchObject({ model: id });
    },
  );

  it('of the balance and of a fresh link', async () => {
    await client.readCredits(key);
    const taskId = await createAccepted(VEO, '[[ms:0]] A mug');
    const reading = await readEnd(client, key, { model: VEO, taskId });
    const [link = ''] = reading.kind === 'succeeded' ? reading.resultUrls : [];
    expect(await client.refreshLink(key, link)).toMatch(/^http/);
  });
});

describe('a published page', () => {
  const problemsWith = (call: RecordedCall | undefined, request: unknown) =>
    problemsOf({ ...(call as RecordedCall), request });

  it.each(KIE_MODELS.map(({ id, route }) => [id, route] as const))(
    'of %s takes no field more, and none in another type',
    async (id, route) => {
      await create(id);
      const call = calls.find(({ request }) => (request as { model?: string } | null)?.model === id);
      const { input, ...head } = creation();
      const fields = (route === 'veo' ? head : input) as Record<string, unknown>;
      const withFields = (change: Record<string, unknown>) =>
        route === 'veo' ? { ...head, ...change } : { ...head, input: { ...fields, ...change } };
      expect(problemsWith(call, withFields({}))).toEqual([]);
      expect(problemsWith(call, withFields({ seconds: 8 }))).not.toEqual([]);
      for (const [name, value] of Object.entries(fields)) {
        const others = [typeof value === 'number' ? String(value) : Number(value), null, { value }];
        if (typeof value === 'boolean') others.push(String(value));
        for (const other of others) {
          expect(
            problemsWith(call, withFields({ [name]: other })),
            `${name} of ${JSON.stringify(other)}`,
          ).not.toEqual([]);
        }
      }
    },
  );

  it('is there for every call', async () => {
    await client.readCredits(key);
    const [call] = calls as [RecordedCall];
    expect(problemsOf({ ...call, url: `${fake.url}/api/v1/jobs/create` })).not.toEqual([]);
    expect(problemsOf({ ...call, url: `${fake.url}/api/v1/jobs/recordInfo?taskid=1` })).not.toEqual([]);
  });
});

describe('Veo', () => {
  it.each<[string, object]>([
    [
      '[[fail:moderation]]',
      { class: 'user_violation', reason: 'moderation_text', action: 'fail', code: 400 },
    ],
    ['[[fail:moderation_image]]', { class: 'user_violation', reason: 'moderation_photo', action: 'fail' }],
    ['[[fail:photo]]', { class: 'user_violation', reason: 'moderation_photo', action: 'new_upload' }],
    ['[[fail:internal]]', { class: 'temporary', reason: 'temporary', action: 'retry', code: 501 }],
    ['[[empty]]', { class: 'unknown', reason: 'unknown', action: 'fail' }],
  ])('ends a task with %s', async (words, expected) => {
    const taskId = await createAccepted(VEO, `A mug. ${words} [[ms:0]]`);
    const param = { model: VEO, callbackUrl: CALLBACK_URL };
    expect(await readEnd(client, key, { model: VEO, taskId })).toMatchObject({
      kind: 'failed',
      param,
      ...expected,
    });
  });

  it.each<[string, WireFault | null, object]>([
    ['is paused', null, { class: null, action: 'next_model', code: 500, text: KIE_TEXTS.paused }],
    [
      'is not supported',
      { kind: 'body', code: 422, msg: KIE_TEXTS.modelUnknown },
      { class: null, action: 'next_model', code: 422 },
    ],
    [
      'is switched off',
      { kind: 'body', code: 505, msg: 'Feature Disabled' },
      { class: null, action: 'next_model', code: 505 },
    ],
    [
      'has no money',
      { kind: 'body', code: 402, msg: KIE_TEXTS.creditsInsufficient },
      { class: 'billing', action: 'next_key' },
    ],
    [
      'is asked too often',
      { kind: 'body', code: 429, msg: KIE_TEXTS.tooFrequent },
      { class: 'rate_limit', action: 'delay' },
    ],
  ])('refuses a creation when it %s', async (_case, fault, expected) => {
    if (fault) fake.failNext('createTask', fault);
    else fake.configure({ pausedModels: [VEO] });
    expect(await create(VEO)).toMatchObject({ kind: 'refused', ...expected });
    expect(fake.tasks()).toEqual([]);
  });

  it('refuses a photo that it cannot fetch', async () => {
    const photoUrl = `${fake.url}/files/none.jpg`;
    expect(await client.createTask(key, { model: VEO, prompt: 'A mug.', photoUrl })).toMatchObject({
      kind: 'refused',
      code: 451,
      class: 'user_violation',
      action: 'new_upload',
    });
  });

  it('takes a prompt in Russian, which it translates', async () => {
    expect(await create(VEO, 'Кружка на столе')).toMatchObject({ kind: 'accepted' });
  });

  it('makes a task whose answer is lost, and knows afterwards for whom', async () => {
    fake.failNext('createTask', { kind: 'reset_after_effect' });
    expect(await create(VEO)).toMatchObject({ kind: 'unknown' });
    const [task] = fake.paidTasks();
    const reading = await readEnd(client, key, { model: VEO, taskId: task?.id ?? '' });
    expect(reading).toMatchObject({ kind: 'succeeded', param: { callbackUrl: CALLBACK_URL } });
  });

  it('knows nothing yet of a task, nor of one of another account', async () => {
    fake.setKey('stranger', { credits: 5 });
    const taskId = await createAccepted(VEO);
    await readEnd(client, key, { model: VEO, taskId });
    const notYet = { kind: 'not_yet' };
    expect(await client.readTask(new KieKey('stranger'), { model: VEO, taskId })).toEqual(notYet);
    expect(await client.readTask(key, { model: VEO, taskId: 'veo_task_of_nobody' })).toEqual(notYet);
  });
});
