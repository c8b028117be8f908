import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import type { RecordedCall } from '../../sandbox/fake-server.js';
import {
  FakeKie,
  KIE_TEXTS,
  SANDBOX_KIE_CREDITS,
  SANDBOX_KIE_KEY,
  type WireFault,
} from '../../sandbox/kie/index.js';
import {
  KieClient,
  KieInputError,
  KieKey,
  KieKeys,
  type CreateOutcome,
  type TaskReading,
} from '../../src/modules/kie/index.js';
import { Metrics } from '../../src/platform/index.js';
import { envFor, readEnd as readToTheEnd } from './kie.support.js';

const MODEL = 'grok-imagine-video-1-5-preview';
const TIMEOUT_MS = 800;

/** Two minutes of generation pass in about a second. */
const fake = new FakeKie({ clock: new SandboxClock(100) });
const key = new KieKey(SANDBOX_KIE_KEY);
let client: KieClient;
let photo: Buffer;

function openClient(change: Record<string, string> = {}): KieClient {
  return new KieClient(openEnv(change), new Metrics());
}

function openEnv(change: Record<string, string> = {}): ReturnType<typeof envFor> {
  const timeoutMs = String(TIMEOUT_MS);
  return envFor(fake, { KIE_TIMEOUT_MS: timeoutMs, KIE_CREATE_TIMEOUT_MS: timeoutMs, ...change });
}

async function upload(): Promise<string> {
  const outcome = await client.uploadPhoto(key, {
    bytes: photo,
    fileName: 'mug.jpg',
    mimeType: 'image/jpeg',
  });
  if (outcome.kind !== 'uploaded') throw new Error(outcome.text);
  return outcome.url;
}

async function create(change: Partial<Parameters<KieClient['createTask']>[1]> = {}): Promise<CreateOutcome> {
  const photoUrl = change.photoUrl ?? (await upload());
  return client.createTask(key, { model: MODEL, prompt: 'A mug on a table.', photoUrl, ...change });
}

async function createAccepted(prompt: string): Promise<string> {
  const outcome = await create({ prompt });
  if (outcome.kind !== 'accepted') throw new Error(outcome.text);
  return outcome.taskId;
}

function read(taskId: string): Promise<TaskReading> {
  return client.readTask(key, { model: MODEL, taskId });
}

function readEnd(taskId: string): Promise<TaskReading> {
  return readToTheEnd(client, key, { model: MODEL, taskId });
}

beforeAll(async () => {
  await fake.start();
  client = openClient();
  const background = { r: 200, g: 180, b: 90 };
  photo = await sharp({ create: { width: 600, height: 800, channels: 3, background } })
    .jpeg()
    .toBuffer();
});

afterAll(() => fake.stop());

beforeEach(() => fake.reset());

describe('a video from a photo', () => {
  it('is made: uploaded, created, read to its end', async () => {
    const calls: RecordedCall[] = [];
    const stopListening = fake.onCall((call) => calls.push(call));
    const photoUrl = await upload();
    expect(fake.uploads()).toMatchObject([
      { sizeBytes: photo.length, mimeType: 'image/jpeg', source: 'stream' },
    ]);
    const callbackUrl = 'http://127.0.0.1:9/kie/callback/6f9619ff';
    const outcome = await create({ photoUrl, callbackUrl });
    stopListening();
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(calls.find(({ url }) => url.endsWith('/createTask'))?.request).toEqual({
      model: MODEL,
      callBackUrl: callbackUrl,
      input: {
        prompt: 'A mug on a table.',
        image_urls: [photoUrl],
        aspect_ratio: '9:16',
        resolution: '720p',
        duration: 8,
      },
    });
    const taskId = outcome.kind === 'accepted' ? outcome.taskId : '';
    expect(await readEnd(taskId)).toMatchObject({
      kind: 'succeeded',
      resultUrls: [expect.stringMatching(/^http:.*\.mp4$/)],
      creditsConsumed: 24,
      param: { model: MODEL, callbackUrl },
    });
  });

  it('has a name of its own for every upload, because KIE would serve the old bytes', async () => {
    const urls = [await upload(), await upload()];
    expect(new Set(urls).size).toBe(2);
    expect(fake.uploads().every(({ overwrites }) => overwrites === 0)).toBe(true);
  });

  it('costs what the account then lacks', async () => {
    await create();
    expect(await client.readCredits(key)).toEqual({ kind: 'known', credits: SANDBOX_KIE_CREDITS - 24 });
  });
});

describe('a creation that KIE refuses', () => {
  it.each<[string, () => void, object]>([
    [
      'an unknown key',
      () => fake.setKey(SANDBOX_KIE_KEY, { keyState: 'unauthorized' }),
      { class: 'billing', reason: 'billing', action: 'next_key', code: 401 },
    ],
    [
      'the limit of a key',
      () => fake.setKey(SANDBOX_KIE_KEY, { keyState: 'sub_key_limit' }),
      { class: 'billing', action: 'next_key', code: 433 },
    ],
    [
      'an empty balance as 402',
      () => fake.setKey(SANDBOX_KIE_KEY, { credits: 1 }),
      { class: 'billing', action: 'next_key', code: 402, text: KIE_TEXTS.creditsInsufficient },
    ],
    [
      'an empty balance as 500',
      () => {
        fake.setKey(SANDBOX_KIE_KEY, { credits: 1 });
        fake.configure({ insufficientCode: 500 });
      },
      { class: 'billing', action: 'next_key', code: 500 },
    ],
    [
      'a paused model',
      () => fake.configure({ pausedModels: [MODEL] }),
      { class: null, action: 'next_model', code: 500, text: KIE_TEXTS.paused },
    ],
    [
      'a limit, with its pause',
      () =>
        fake.failNext('createTask', {
          kind: 'body',
          code: 429,
          msg: 'slow down',
          headers: { 'Retry-After': '7' },
        }),
      { class: 'rate_limit', action: 'delay', code: 429, retryAfterMs: 7000 },
    ],
    [
      'maintenance',
      () => fake.failNext('createTask', { kind: 'body', code: 455, msg: 'maintenance' }),
      { class: 'temporary', action: 'retry', code: 455, retryAfterMs: 60_000 },
    ],
    [
      'F-67 Cloudflare',
      () => fake.failNext('createTask', { kind: 'cloudflare_1010' }),
      { class: 'temporary', action: 'retry', code: 403, raw: { httpStatus: 403, body: 'error code: 1010' } },
    ],
  ])('%s: no task, a verdict', async (_case, arrange, expected) => {
    const photoUrl = await upload();
    arrange();
    expect(await create({ photoUrl })).toMatchObject({ kind: 'refused', ...expected });
    expect(fake.tasks()).toEqual([]);
  });

  it('an unreachable photo, by a model that looks at once', async () => {
    const outcome = await create({
      model: 'bytedance/seedance-2-mini',
      photoUrl: `${fake.url}/files/none.jpg`,
    });
    expect(outcome).toMatchObject({
      class: 'user_violation',
      reason: 'moderation_photo',
      action: 'new_upload',
    });
  });

  it('a retired model', async () => {
    expect(await create({ model: 'sora-2-image-to-video' })).toMatchObject({ action: 'next_model' });
  });

  it('is refused as temporary when no connection was made, because nothing was sent', async () => {
    const photoUrl = await upload();
    const nowhere = openClient({ KIE_BASE_URL: 'http://127.0.0.1:1' });
    const outcome = await nowhere.createTask(key, { model: MODEL, prompt: 'x', photoUrl });
    expect(outcome).toMatchObject({ kind: 'refused', class: 'temporary', action: 'retry', code: null });
  });
});

describe('a creation whose outcome stays open', () => {
  it.each<[string, WireFault, number]>([
    ['the answer is lost', { kind: 'reset_after_effect' }, 1],
    ['the answer does not come in time', { kind: 'timeout_after_effect' }, 1],
    ['the connection breaks before', { kind: 'reset' }, 0],
    ['nothing happens', { kind: 'timeout' }, 0],
    ['the answer is cut', { kind: 'truncated' }, 1],
    ['a proxy answers 502', { kind: 'html', status: 502, afterEffect: true }, 1],
    ['a proxy answers 504', { kind: 'html', status: 504, afterEffect: true }, 1],
    ['a proxy answers 200', { kind: 'html', status: 200, afterEffect: true }, 1],
    ['the server answers 500 in JSON', { kind: 'http', status: 500, afterEffect: true }, 1],
    ['success comes without an id', { kind: 'body', code: 200, msg: 'success' }, 0],
  ])('%s', async (_case, fault, paidTasks) => {
    const photoUrl = await upload();
    fake.failNext('createTask', fault);
    expect(await create({ photoUrl })).toMatchObject({ kind: 'unknown' });
    expect(fake.paidTasks()).toHaveLength(paidTasks);
  });
});

describe('the end of a task', () => {
  it.each<[string, object]>([
    ['[[fail:moderation]]', { class: 'user_violation', reason: 'moderation_text', action: 'fail' }],
    ['[[fail:moderation_image]]', { class: 'user_violation', reason: 'moderation_photo', action: 'fail' }],
    ['[[fail:photo]]', { class: 'user_violation', reason: 'moderation_photo', action: 'new_upload' }],
    ['[[fail:internal]]', { class: 'temporary', reason: 'temporary', action: 'retry' }],
    ['[[fail:busy]]', { class: 'temporary', reason: 'temporary', action: 'retry' }],
    ['[[empty]]', { class: 'unknown', reason: 'unknown', action: 'fail', creditsConsumed: 24 }],
  ])('%s', async (words, expected) => {
    const taskId = await createAccepted(`A mug. ${words} [[ms:1000]]`);
    expect(await readEnd(taskId)).toMatchObject({ kind: 'failed', ...expected });
  });

  it('is told for Kling too, whose param is JSON in JSON', async () => {
    const callbackUrl = 'http://127.0.0.1:9/kie/callback/kling';
    const model = 'kling/v3-turbo-image-to-video';
    const outcome = await create({ model, prompt: 'A mug. [[ms:1000]]', callbackUrl });
    if (outcome.kind !== 'accepted') throw new Error(outcome.text);
    expect(await readEnd(outcome.taskId)).toMatchObject({ kind: 'succeeded', param: { model, callbackUrl } });
  });
});

describe('a reading that says nothing of the task', () => {
  it.each<[string, WireFault]>([
    ['a page', { kind: 'html' }],
    ['Cloudflare', { kind: 'cloudflare_1010' }],
    ['cut JSON', { kind: 'truncated' }],
    ['a limit', { kind: 'body', code: 429, msg: 'slow down' }],
    ['a bad key', { kind: 'body', code: 401, msg: KIE_TEXTS.unauthorized }],
    ['a server error', { kind: 'http', status: 500 }],
    ['a broken connection', { kind: 'reset' }],
    ['no answer', { kind: 'timeout' }],
  ])('%s', async (_case, fault) => {
    const taskId = await createAccepted('A mug. [[ms:0]]');
    fake.failNext('recordInfo', fault);
    expect(await read(taskId)).toMatchObject({ kind: 'unreadable' });
    expect(await readEnd(taskId)).toMatchObject({ kind: 'succeeded' });
  });

  it('knows nothing of a task of another account', async () => {
    const taskId = await createAccepted('A mug.');
    fake.setKey('stranger', { credits: 5 });
    expect(await client.readTask(new KieKey('stranger'), { model: MODEL, taskId })).toEqual({
      kind: 'not_yet',
    });
  });
});

describe('an upload or a balance that cannot be had', () => {
  it.each<[string, WireFault, object]>([
    [
      'a bad key',
      { kind: 'body', code: 401, msg: KIE_TEXTS.unauthorized },
      { class: 'billing', action: 'next_key' },
    ],
    ['a page', { kind: 'html' }, { class: 'temporary', action: 'retry' }],
    ['a broken connection', { kind: 'reset' }, { class: 'temporary', action: 'retry' }],
    [
      'success with nothing in it',
      { kind: 'body', code: 200, msg: 'ok' },
      { class: 'unknown', action: 'fail' },
    ],
  ])('%s', async (_case, fault, expected) => {
    fake.failNext('upload', fault);
    fake.failNext('credit', fault);
    const given = { bytes: photo, fileName: 'mug.jpg', mimeType: 'image/jpeg' };
    expect(await client.uploadPhoto(key, given)).toMatchObject({ kind: 'refused', ...expected });
    expect(await client.readCredits(key)).toMatchObject({ kind: 'refused', ...expected });
  });
});

describe('our own mistakes', () => {
  it('throw before anything is sent', async () => {
    const request = { prompt: 'x', photoUrl: 'https://example.com/a.jpg' };
    await expect(client.createTask(key, { ...request, model: 'veo9' })).rejects.toThrow(KieInputError);
    await expect(
      client.createTask(key, { ...request, model: MODEL, prompt: 'x'.repeat(4097) }),
    ).rejects.toThrow(KieInputError);
  });
});

describe('the key', () => {
  it('is in no outcome, whatever goes wrong', async () => {
    const photoUrl = await upload();
    const outcomes: unknown[] = [key];
    for (const kind of ['reset', 'timeout', 'html', 'cloudflare_1010', 'truncated', 'body'] as const) {
      for (const route of ['createTask', 'recordInfo', 'upload', 'credit'] as const)
        fake.failNext(route, { kind });
      outcomes.push(await create({ photoUrl }), await read('task_1'), await client.readCredits(key));
    }
    outcomes.push(await openClient({ KIE_BASE_URL: 'http://127.0.0.1:1' }).readCredits(key));
    const everything = JSON.stringify(outcomes) + inspect(outcomes, { depth: 20, showHidden: true });
    expect(everything).not.toContain(SANDBOX_KIE_KEY);
  });

  it('is found by its fingerprint', () => {
    const keys = new KieKeys(openEnv({ KIE_API_KEY: 'first,second' }));
    expect(keys.all().map(({ secret }) => secret)).toEqual(['first', 'second']);
    const [first] = keys.all();
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    expect(keys.byFingerprint(first?.fingerprint ?? '')?.secret).toBe('first');
    expect(keys.byFingerprint('000000000000')).toBeNull();
  });
});

describe('an answer without end', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      // A drop now and then keeps an idle timeout from firing.
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('ends with the timeout all the same', async () => {
    const { port } = server.address() as AddressInfo;
    const dripping = openClient({ KIE_BASE_URL: `http://127.0.0.1:${port}` });
    const startedAt = performance.now();
    const request = { model: MODEL, prompt: 'x', photoUrl: 'https://example.com/a.jpg' };
    expect(await dripping.createTask(key, request)).toMatchObject({ kind: 'unknown' });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 5);
  });
});
