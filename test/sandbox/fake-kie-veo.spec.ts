import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeKie, type Ending } from '../../sandbox/kie/index.js';
import { type CallbackReceiver, callbackReceiver, eventually, kieApi } from './fake-kie.support.js';

const clock = new SandboxClock(1000);
const kie = new FakeKie({ clock });
const api = kieApi(() => kie.url);
let receiver: CallbackReceiver;
let photoUrl = '';

beforeAll(async () => {
  await kie.start();
  receiver = await callbackReceiver();
});
afterAll(async () => {
  await kie.stop();
  await receiver.stop();
});
beforeEach(async () => {
  kie.reset();
  receiver.reset();
  photoUrl = await api.uploadPhoto();
});

const body = (change: Record<string, unknown> = {}) => ({
  prompt: 'A mug turns',
  model: 'veo3_fast',
  imageUrls: [photoUrl],
  aspectRatio: '9:16',
  callBackUrl: receiver.url,
  ...change,
});
const generate = (change: Record<string, unknown> = {}) => api.post('/api/v1/veo/generate', body(change));
const read = async (taskId: string) => (await api.get(`/api/v1/veo/record-info?taskId=${taskId}`)).body;

async function end(ending: Ending): Promise<Record<string, unknown>> {
  kie.nextTask({ ending, durationTrueMs: 0 });
  const { data } = (await generate()).body as { data: { taskId: string } };
  await eventually(() => kie.tasks()[0]?.outcome).toBeTruthy();
  return (await read(data.taskId)).data as Record<string, unknown>;
}

describe('Veo', () => {
  it('runs with successFlag 0 and ends with 1, its times as text', async () => {
    kie.nextTask({ ending: 'hang' });
    const { taskId } = (await generate()).body.data as { taskId: string };
    await eventually(async () => (await read(taskId)).data).toMatchObject({ successFlag: 0, response: null });
    kie.finishTask(taskId, 'success');
    const done = (await read(taskId)).data as Record<string, unknown>;
    expect(done).toMatchObject({
      taskId,
      successFlag: 1,
      response: { resultUrls: [`${kie.url}/results/${taskId}.mp4`], resolution: '720p' },
      errorCode: null,
      errorMessage: '',
    });
    expect(done.createTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(JSON.parse(done.paramJson as string)).toMatchObject({
      callBackUrl: receiver.url,
      aspectRatio: '9:16',
    });
    expect(kie.tasks()[0]).toMatchObject({ paidCredits: 60, route: 'veo' });
    await eventually(() => receiver.calls.length).toBe(1);
  });

  it.each<[Ending, number, number]>([
    ['moderation_text', 2, 400],
    ['internal', 3, 501],
    [{ failCode: '422', failMsg: 'File type not supported' }, 2, 422],
  ])('fails by %j with flag %d and code %d', async (ending, successFlag, errorCode) => {
    expect(await end(ending)).toMatchObject({ successFlag, errorCode, response: null });
    await eventually(() => receiver.calls.length).toBe(1);
    expect(receiver.calls[0]?.body).toMatchObject({ code: errorCode, data: { fallbackFlag: false } });
  });

  it('tells of a success without a state', async () => {
    const { taskId } = await end('success');
    await eventually(() => receiver.calls.length).toBe(1);
    const { data } = receiver.calls[0]?.body ?? {};
    expect(data).toMatchObject({
      taskId,
      info: { resultUrls: [`${kie.url}/results/${String(taskId)}.mp4`] },
    });
    expect(data).not.toHaveProperty('state');
  });

  it.each([
    ['a model of the market', { model: 'kling-3.0/video' }, 422],
    ['a wrong ratio', { aspectRatio: '3:4' }, 422],
    ['a prompt in Russian', { prompt: 'Кружка' }, 400],
    ['no prompt', { prompt: '' }, 422],
    ['a photo that is not there', { imageUrls: ['http://127.0.0.1:9/a.jpg'] }, 451],
    ['a wrong duration', { duration: '8' }, 422],
    ['a wrong type of generation', { generationType: 'IMAGE_2_VIDEO' }, 422],
    ['a photo that is no list', { imageUrls: 'https://a.example/1.jpg' }, 422],
    ['a photo where there is none', { generationType: 'TEXT_2_VIDEO' }, 422],
    ['a reference in 4 seconds', { generationType: 'REFERENCE_2_VIDEO', duration: 4 }, 422],
    ['a reference by the dear model', { generationType: 'REFERENCE_2_VIDEO', model: 'veo3' }, 422],
    ['a translation that is text', { enableTranslation: 'true' }, 422],
    ['a callback to nowhere', { callBackUrl: 'nowhere' }, 422],
  ])('refuses %s', async (_what, change, code) => {
    expect((await generate(change)).body.code).toBe(code);
    expect(kie.tasks()).toHaveLength(0);
  });

  it('translates when it is asked to, and takes both spellings of the ratio', async () => {
    expect((await generate({ prompt: 'Кружка', enableTranslation: true })).body.code).toBe(200);
    expect((await generate({ aspectRatio: undefined, aspect_ratio: '3:4' })).body).toMatchObject({
      msg: 'Ratio error',
    });
  });

  it('is refused where it is paused', async () => {
    kie.configure({ pausedModels: ['veo3_fast'] });
    expect((await generate()).body).toEqual({
      code: 500,
      msg: 'This interface is temporarily paused',
      data: null,
    });
    expect((await generate({ model: 'veo3_lite' })).body.code).toBe(200);
  });

  it('notes the fields that its page does not have', async () => {
    await generate({ image_urls: [photoUrl], seeds: 7 });
    expect(kie.tasks()).toMatchObject([{ unknownFields: ['image_urls'] }]);
  });

  it('is unknown at first, and again after 14 days', async () => {
    // Half a second of KIE is long here.
    const born = new FakeKie({ clock: new SandboxClock(0.01) });
    await born.start();
    const bornApi = kieApi(() => born.url);
    const made = await bornApi.post('/api/v1/veo/generate', { prompt: 'A mug turns' });
    const { taskId: bornId } = made.body.data as { taskId: string };
    const early = await bornApi.get(`/api/v1/veo/record-info?taskId=${bornId}`);
    expect(early.body).toEqual({ code: 422, msg: 'record is null.', data: null });
    await born.stop();

    const { taskId } = await end('success');
    clock.setScale(14 * 24 * 60 * 60_000);
    try {
      await eventually(() => read(String(taskId))).toEqual({
        code: 422,
        msg: 'Temporarily supports records within 14 days.',
        data: null,
      });
    } finally {
      clock.setScale(1000);
    }
  });

  it('is not read by recordInfo, nor the market by record-info', async () => {
    const { taskId } = await end('success');
    expect((await api.record(String(taskId))).body.msg).toBe('recordInfo is null');
    expect((await api.post('/api/v1/jobs/createTask', { model: 'veo3', input: {} })).body.code).toBe(422);
  });

  it('has the 1080p video two true minutes later', async () => {
    const { taskId } = await end('success');
    const upgrade = () => api.get(`/api/v1/veo/get-1080p-video?taskId=${String(taskId)}`);
    expect((await upgrade()).body.code).not.toBe(200);
    await eventually(async () => (await upgrade()).body.code).toBe(200);
  });
});
