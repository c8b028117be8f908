import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { SandboxClock } from '../../sandbox/clock.js';
import {
  FakeKie,
  KIE_TEXTS,
  SANDBOX_KIE_KEY,
  type FaultRoute,
  type WireFault,
} from '../../sandbox/kie/index.js';
import { KieClient, KieKey, type CreateOutcome, type TaskReading } from '../../src/modules/kie/index.js';
import { configureLogging, Metrics } from '../../src/platform/index.js';
import { envFor, readEnd, uploadPhoto } from './kie.support.js';

const MODEL = 'grok-imagine-video-1-5-preview';
const PHOTO = { bytes: readAsset('photos/mug.jpg'), fileName: 'mug.jpg', mimeType: 'image/jpeg' };

const fake = new FakeKie({ clock: new SandboxClock(100) });
const key = new KieKey(SANDBOX_KIE_KEY);
let client: KieClient;

beforeAll(async () => {
  await fake.start();
  client = new KieClient(envFor(fake), new Metrics());
});

afterAll(() => fake.stop());

function create(photoUrl: string, prompt = 'A mug on a table.'): Promise<CreateOutcome> {
  return client.createTask(key, { model: MODEL, prompt, photoUrl });
}

/** Makes a task and reads it until it is over. */
async function taskToItsEnd(prompt: string): Promise<{ taskId: string; reading: TaskReading }> {
  const outcome = await create(await uploadPhoto(client, key), prompt);
  if (outcome.kind !== 'accepted') throw new Error(outcome.text);
  const task = { model: MODEL, taskId: outcome.taskId };
  return { taskId: task.taskId, reading: await readEnd(client, key, task) };
}

describe('whatever KIE answers', () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
    configureLogging('debug', { write: (line: string) => void lines.push(line) });
  });

  afterEach(() => configureLogging('silent'));

  const PAGE_502 = { httpStatus: 502, body: expect.stringMatching(/^<html>.*<\/html>\s*$/s) as string };
  const NO = { code: 400, msg: KIE_TEXTS.flaggedPrompt };
  const REFUSED = { httpStatus: 200, body: { ...NO, data: null } };

  const BROKEN = { httpStatus: null, body: 'no answer: ECONNRESET' };
  const CASES: [what: string, route: FaultRoute, fault: WireFault, logged: { words: string; raw: object }][] =
    [
      [
        'a creation is refused',
        'createTask',
        { kind: 'body', ...NO },
        { words: 'createTask refused', raw: REFUSED },
      ],
      [
        'a creation meets a proxy',
        'createTask',
        { kind: 'html' },
        { words: 'createTask unknown', raw: PAGE_502 },
      ],
      ['a creation breaks', 'createTask', { kind: 'reset' }, { words: 'createTask unknown', raw: BROKEN }],
      ['an upload is refused', 'upload', { kind: 'body', ...NO }, { words: 'upload refused', raw: REFUSED }],
      ['an upload meets a proxy', 'upload', { kind: 'html' }, { words: 'upload refused', raw: PAGE_502 }],
      ['an upload breaks', 'upload', { kind: 'reset' }, { words: 'upload refused', raw: BROKEN }],
    ];
  it.each(CASES)('is logged once and given on whole: %s', async (_case, route, fault, { words, raw }) => {
    const photoUrl = route === 'createTask' ? await uploadPhoto(client, key) : '';
    fake.failNext(route, fault);
    const outcome = route === 'createTask' ? await create(photoUrl) : await client.uploadPhoto(key, PHOTO);
    expect(outcome.raw).toEqual(raw);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: `KIE: ${words}`,
        key: key.fingerprint,
        outcome: expect.objectContaining({ raw }) as object,
      }),
    ]);
    expect(lines.join()).not.toContain(SANDBOX_KIE_KEY);
  });

  it('is logged once and given on whole: a task ends badly', async () => {
    const { taskId, reading } = await taskToItsEnd('A mug. [[fail:internal]] [[ms:0]]');
    const data = { taskId, state: 'fail', failCode: '500', failMsg: KIE_TEXTS.internal, creditsConsumed: 0 };
    const body = { code: 200, msg: 'success', data: expect.objectContaining(data) as object };
    expect(reading).toMatchObject({ kind: 'failed', raw: { httpStatus: 200, body } });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'KIE: task failed', taskId, reading }),
    ]);
  });

  it('is not logged when it is a video: its link is as good as the video', async () => {
    expect((await taskToItsEnd('A mug. [[ms:0]]')).reading).toMatchObject({ kind: 'succeeded' });
    expect(lines.join()).not.toMatch(/\.mp4|"level":"(?:debug|info)"/);
  });
});
