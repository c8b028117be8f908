import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeKie, KIE_MODEL_ROWS, KIE_PAUSED_MODELS, type Ending } from '../../sandbox/kie/index.js';
import { runningState } from '../../sandbox/kie/kie-endings.rules.js';
import { eventually, grokTask, kieApi } from './fake-kie.support.js';

/** A generation of 2 true minutes takes 1.2 s. */
const kie = new FakeKie({ clock: new SandboxClock(100) });
const api = kieApi(() => kie.url);
let photoUrl = '';

beforeAll(() => kie.start());
afterAll(() => kie.stop());
beforeEach(async () => {
  kie.reset();
  photoUrl = await api.uploadPhoto();
});

type Input = Record<string, unknown>;

/** A valid body for each model of the catalogue. */
function inputsByModel(url: string): Record<string, Input> {
  const prompt = 'A mug turns slowly';
  const seedance = {
    prompt,
    first_frame_url: url,
    resolution: '720p',
    aspect_ratio: '9:16',
    duration: 5,
    generate_audio: true,
  };
  return {
    'grok-imagine-video-1-5-preview': {
      prompt,
      image_urls: [url],
      aspect_ratio: '9:16',
      resolution: '720p',
      duration: 6,
    },
    'bytedance/seedance-2-mini': seedance,
    'bytedance/seedance-2-fast': { ...seedance, return_last_frame: false },
    'kling/v3-turbo-image-to-video': { prompt, image_urls: [url], duration: '5', resolution: '720p' },
    'kling-3.0/video': {
      prompt,
      image_urls: [url],
      sound: true,
      duration: '5',
      aspect_ratio: '9:16',
      mode: 'std',
      multi_shots: false,
      multi_prompt: [],
      kling_elements: [],
    },
    'kling-2.6/image-to-video': { prompt, image_urls: [url], sound: false, duration: '5' },
    'wan/2-7-image-to-video': {
      prompt,
      first_frame_url: url,
      resolution: '720p',
      duration: 5,
      watermark: false,
    },
    'hailuo/2-3-image-to-video-standard': { prompt, image_url: url, duration: '6', resolution: '768P' },
    'gemini-omni-video': {
      prompt,
      image_urls: [url],
      duration: '6',
      aspect_ratio: '9:16',
      resolution: '720p',
    },
  };
}

async function verdict(body: unknown): Promise<[number, string]> {
  const reply = await api.post('/api/v1/jobs/createTask', body);
  expect(reply.status).toBe(200);
  return [reply.body.code, reply.body.msg];
}

describe('createTask', () => {
  it.each(KIE_MODEL_ROWS.map(({ id }) => id))(
    'takes a good request for %s and charges its price',
    async (model) => {
      const input = inputsByModel(photoUrl)[model];
      expect(await verdict({ model, input })).toEqual([200, 'success']);
      const [task] = kie.tasks();
      expect(task).toMatchObject({ model, input, unknownFields: [], callBackUrl: null });
      expect(task?.paidCredits).toBeGreaterThan(0);
      expect(kie.keys()[0]?.credits).toBe(10_000 - (task?.paidCredits ?? 0));
    },
  );

  it('refuses an unknown model', async () => {
    expect(await verdict({ model: 'veo3', input: {} })).toEqual([
      422,
      'The model name you specified is not supported',
    ]);
  });

  it('refuses Sora and models that were paused', async () => {
    const text = [500, 'This interface is temporarily paused'];
    for (const model of KIE_PAUSED_MODELS) expect(await verdict({ model, input: {} })).toEqual(text);
    kie.configure({ pausedModels: ['grok-imagine-video-1-5-preview'] });
    expect(await verdict(grokTask(photoUrl))).toEqual(text);
  });

  it.each<[string, string, Input, string]>([
    ['a required text absent', 'kling/v3-turbo-image-to-video', { prompt: undefined }, 'prompt is required'],
    ['a required text empty', 'kling/v3-turbo-image-to-video', { prompt: '' }, 'prompt is required'],
    [
      'a required photo absent',
      'hailuo/2-3-image-to-video-standard',
      { image_url: undefined },
      'image_url is required',
    ],
    ['no photo in a list', 'grok-imagine-video-1-5-preview', { image_urls: [] }, 'image_urls is required'],
    [
      'a number where Kling wants text',
      'kling/v3-turbo-image-to-video',
      { duration: 5 },
      'duration is not within the range of allowed options',
    ],
    [
      'text where Seedance wants a number',
      'bytedance/seedance-2-mini',
      { duration: '5' },
      'duration is not within the range of allowed options',
    ],
    [
      'a fraction',
      'wan/2-7-image-to-video',
      { duration: 5.5 },
      'duration is not within the range of allowed options',
    ],
    [
      'too long a clip',
      'grok-imagine-video-1-5-preview',
      { duration: 16 },
      'duration is not within the range of allowed options',
    ],
    [
      'an unknown ratio',
      'grok-imagine-video-1-5-preview',
      { aspect_ratio: 'portrait' },
      'aspect_ratio is not within the range of allowed options',
    ],
    [
      'two photos for one',
      'grok-imagine-video-1-5-preview',
      { image_urls: ['https://a.example/1.jpg', 'https://a.example/2.jpg'] },
      'image_urls is not within the range of allowed options',
    ],
    [
      'a photo that is no link',
      'grok-imagine-video-1-5-preview',
      { image_urls: ['inputs/1.jpg'] },
      'image_urls is not within the range of allowed options',
    ],
    [
      'frame and references together',
      'bytedance/seedance-2-mini',
      { reference_image_urls: ['https://a.example/1.jpg'] },
      'reference_image_urls is not within the range of allowed options',
    ],
    [
      'too long a prompt',
      'kling-2.6/image-to-video',
      { prompt: 'a'.repeat(1001) },
      'The text length cannot exceed the maximum limit',
    ],
    [
      'sound that is no boolean',
      'kling-3.0/video',
      { sound: 'true' },
      'sound is not within the range of allowed options',
    ],
  ])('refuses %s with code 500', async (_what, model, change, text) => {
    expect(await verdict({ model, input: { ...inputsByModel(photoUrl)[model], ...change } })).toEqual([
      500,
      text,
    ]);
    expect(kie.tasks()).toHaveLength(0);
  });

  it('refuses a missing input and a callback that is no link', async () => {
    expect(await verdict({ model: 'gemini-omni-video' })).toEqual([500, 'This field is required']);
    expect((await verdict({ ...grokTask(photoUrl), callBackUrl: '/kie' }))[0]).toBe(422);
  });

  it('notes fields that the model does not have', async () => {
    await api.create({
      ...grokTask(photoUrl),
      input: { ...(grokTask(photoUrl).input as Input), n_frames: '10' },
    });
    expect(kie.tasks()[0]?.unknownFields).toEqual(['n_frames']);
  });
});

describe('a photo that KIE cannot use', () => {
  it('is refused at once by one model and fails the task of another', async () => {
    const gone = `${kie.url}/files/sandbox/inputs/gone.jpg`;
    const seedance = inputsByModel(gone)['bytedance/seedance-2-mini'];
    expect((await verdict({ model: 'bytedance/seedance-2-mini', input: seedance }))[0]).toBe(422);
    const kling = {
      model: 'kling-2.6/image-to-video',
      input: inputsByModel(gone)['kling-2.6/image-to-video'],
    };
    expect(await verdict(kling)).toEqual([200, 'success']);
    expect(await verdict(grokTask(gone))).toEqual([200, 'success']);
    for (const { id } of kie.tasks()) kie.finishTask(id);
    expect(kie.tasks().map(({ failMsg }) => failMsg)).toEqual([
      'server is busy',
      'Failed to fetch the image. Kindly verify any access limits set by you or your service provider',
    ]);
  });

  it('fails when it has another type or size than the model takes', async () => {
    const webp = await sharp({ create: { width: 600, height: 800, channels: 3, background: 'teal' } })
      .webp()
      .toBuffer();
    const small = await sharp({ create: { width: 90, height: 120, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    for (const [bytes, name] of [
      [webp, 'a.webp'],
      [small, 'b.jpg'],
      [Buffer.from('no picture'), 'c.jpg'],
    ] as const) {
      const url = await api.uploadPhoto(bytes, name);
      await api.create({
        model: 'kling-2.6/image-to-video',
        input: inputsByModel(url)['kling-2.6/image-to-video'],
      });
    }
    for (const { id } of kie.tasks()) kie.finishTask(id);
    const texts = kie.tasks().map(({ failMsg }) => failMsg);
    expect(texts).toEqual([
      'File type not supported',
      'The image does not meet the size requirements',
      'File type not supported',
    ]);
  });
});

describe('the life of a task', () => {
  it('passes waiting, queuing and generating, in this order, to success', async () => {
    kie.nextTask({ durationTrueMs: 60_000 });
    const taskId = await api.create(grokTask(photoUrl, 'https://bot.example/kie/callback/row-1'));
    const states = await api.statesUntilEnd(taskId);
    const order = ['waiting', 'queuing', 'generating', 'success'];
    expect([...states].sort((one, other) => order.indexOf(one) - order.indexOf(other))).toEqual(states);
    expect(states).toContain('generating');
    const { body } = await api.record(taskId);
    const data = body.data as Record<string, unknown>;
    expect(data).toMatchObject({ taskId, state: 'success', failCode: '', failMsg: '', creditsConsumed: 18 });
    expect(JSON.parse(data.resultJson as string)).toEqual({
      resultUrls: [`${kie.url}/results/${taskId}.mp4`],
    });
    expect(JSON.parse(data.param as string)).toEqual(
      grokTask(photoUrl, 'https://bot.example/kie/callback/row-1'),
    );
    expect(data.completeTime).toBeGreaterThan(data.createTime as number);
  });

  it('keeps the shares of the states', () => {
    const at = [0, 5_999, 6_000, 17_999, 18_000, 119_999];
    const states = at.map((elapsed) => runningState(elapsed, 120_000));
    expect(states).toEqual(['waiting', 'waiting', 'queuing', 'queuing', 'generating', 'generating']);
  });

  it('is unknown for the first half second', async () => {
    const slow = await new FakeKie().start();
    try {
      const here = kieApi(() => slow.url);
      const taskId = await here.create(grokTask(await here.uploadPhoto()));
      expect((await here.record(taskId)).body).toEqual({ code: 422, msg: 'recordInfo is null', data: null });
      await eventually(async () => (await here.record(taskId)).body.code).toBe(200);
    } finally {
      await slow.stop();
    }
  });

  it('is unknown to another account and without an id', async () => {
    kie.setKey('other', { credits: 1 });
    const taskId = await api.create(grokTask(photoUrl));
    kie.finishTask(taskId);
    expect((await api.record(taskId, 'other')).body.msg).toBe('recordInfo is null');
    expect((await api.record('no-such-task')).body.code).toBe(422);
    expect((await api.get('/api/v1/jobs/recordInfo')).body).toMatchObject({
      code: 400,
      msg: 'taskId parameter is required',
    });
  });

  it('writes the input of Kling into param as text once more', async () => {
    const model = 'kling-2.6/image-to-video';
    const input = inputsByModel(photoUrl)[model];
    const taskId = await api.create({ model, input });
    kie.finishTask(taskId);
    const { param } = (await api.record(taskId)).body.data as { param: string };
    expect(JSON.parse((JSON.parse(param) as { input: string }).input)).toEqual(input);
  });
});

describe('the ending', () => {
  it.each<[Ending, string, string]>([
    ['moderation_text', '500', 'Your prompt was flagged by Website as violating content policies'],
    ['moderation_image', '500', 'Public error: unsafe image upload'],
    [
      'photo',
      '422',
      'Failed to fetch the image. Kindly verify any access limits set by you or your service provider',
    ],
    ['internal', '500', 'internal error, please try again later'],
    ['busy', '500', 'server is busy'],
    [
      { failCode: 'GENERATION_FAILED', failMsg: 'resource download failed' },
      'GENERATION_FAILED',
      'resource download failed',
    ],
  ])('%j fails with its text and costs nothing', async (ending, failCode, failMsg) => {
    kie.nextTask({ ending, durationTrueMs: 0 });
    const taskId = await api.create(grokTask(photoUrl));
    await eventually(() => kie.tasks()[0]?.state).toBe('fail');
    const { data } = (await api.record(taskId)).body;
    expect(data).toMatchObject({ state: 'fail', failCode, failMsg, creditsConsumed: 0, resultJson: '' });
    expect(kie.paidTasks()).toHaveLength(0);
    expect(kie.keys()[0]?.credits).toBe(10_000);
  });

  it('of Seedance has the words of its vendor', async () => {
    kie.nextTask({ ending: 'moderation_image' });
    await api.create({
      model: 'bytedance/seedance-2-mini',
      input: inputsByModel(photoUrl)['bytedance/seedance-2-mini'],
    });
    kie.finishTask(kie.tasks()[0]?.id ?? '');
    expect(kie.tasks()[0]?.failMsg).toContain('may contain real person');
  });

  it('may be a success without a video, or none at all', async () => {
    kie.nextTask({ ending: 'empty', durationTrueMs: 0 });
    kie.nextTask({ ending: 'hang', durationTrueMs: 0 });
    const empty = await api.create(grokTask(photoUrl));
    const hanging = await api.create(grokTask(photoUrl));
    await eventually(() => kie.tasks()[0]?.state).toBe('success');
    expect((await api.record(empty)).body.data).toMatchObject({
      state: 'success',
      resultJson: '{"resultUrls":[]}',
    });
    expect(kie.finishTask(hanging)).toBe(false);
    expect(kie.tasks()[1]?.outcome).toBeNull();
    expect(kie.finishTask(hanging, 'success')).toBe(true);
  });

  it.each([
    ['[[fail:moderation]]', 'Your prompt was flagged by Website as violating content policies'],
    ['[[fail:internal]]', 'internal error, please try again later'],
    [
      '[[fail:photo]]',
      'Failed to fetch the image. Kindly verify any access limits set by you or your service provider',
    ],
  ])('follows the magic word %s', async (word, text) => {
    await api.create(grokTask(photoUrl, undefined, `A mug ${word} turns [[ms:0]]`));
    await eventually(() => kie.tasks()[0]?.failMsg).toBe(text);
  });

  it('is taken from a script before a magic word, in the order of the scripts', async () => {
    kie.nextTask({ ending: 'busy', when: { promptIncludes: 'lamp' } });
    kie.nextTask({ ending: 'empty' });
    await api.create(grokTask(photoUrl, undefined, 'a mug [[hang]]'));
    await api.create(grokTask(photoUrl, undefined, 'a lamp'));
    await api.create(grokTask(photoUrl, undefined, 'a lamp [[hang]]'));
    expect(kie.tasks().map(({ ending }) => ending)).toEqual(['empty', 'busy', 'hang']);
  });

  it('comes after 90 to 150 true seconds where nothing else is said', async () => {
    for (let count = 0; count < 5; count += 1) await api.create(grokTask(photoUrl));
    for (const { durationTrueMs } of kie.tasks()) {
      expect(durationTrueMs).toBeGreaterThanOrEqual(90_000);
      expect(durationTrueMs).toBeLessThanOrEqual(150_000);
    }
    kie.configure({ defaults: { durationTrueMs: { min: 7, max: 7 }, ending: 'busy' } });
    await api.create(grokTask(photoUrl));
    expect(kie.tasks()[5]).toMatchObject({ durationTrueMs: 7, ending: 'busy' });
  });
});

describe('stopping the server', () => {
  it('lets its tasks rest, and go on after another start', async () => {
    kie.nextTask({ durationTrueMs: 10_000 });
    await api.create(grokTask(photoUrl));
    await kie.stop();
    expect(kie.tasks()[0]?.outcome).toBeNull();
    await kie.start();
    await eventually(() => kie.tasks()[0]?.outcome).toBe('success');
  });
});
