import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeKie, SANDBOX_KIE_CREDITS } from '../../sandbox/kie/index.js';
import { SandboxClock } from '../../sandbox/clock.js';
import { callbackReceiver, grokTask, kieApi, type CallbackReceiver } from './kie-support.js';

/** 1 true second is 10 real milliseconds: a generation of 2 minutes takes 1.2 s. */
const clock = new SandboxClock(100);
const kie = new FakeKie({ clock });
let receiver: CallbackReceiver;
const api = kieApi(() => kie.url);

beforeAll(async () => {
  await kie.start();
  receiver = await callbackReceiver();
});
afterAll(async () => {
  await kie.stop();
  await receiver.stop();
});
beforeEach(() => {
  kie.reset();
  receiver.reset();
});

describe('a generation', () => {
  it('goes from an uploaded photo over its states to a video, once paid', async () => {
    const photoUrl = await api.uploadPhoto();
    const created = await api.post('/api/v1/jobs/createTask', grokTask(photoUrl, receiver.url));
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({ code: 200, msg: 'success' });
    const { taskId } = created.body.data as { taskId: string };
    expect((await api.record(taskId)).body).toEqual({ code: 422, msg: 'recordInfo is null', data: null });
    const states = await api.statesUntilEnd(taskId);
    expect(states.at(-1)).toBe('success');
    expect(['waiting', 'queuing', 'generating'].filter((state) => states.includes(state))).toContain(
      'generating',
    );
    const record = (await api.record(taskId)).body.data as Record<string, string>;
    expect(JSON.parse(record.param ?? '')).toMatchObject({
      model: 'grok-imagine-video-1-5-preview',
      callBackUrl: receiver.url,
    });
    const links = (JSON.parse(record.resultJson ?? '') as { resultUrls: string[] }).resultUrls;
    expect(links).toHaveLength(1);
    const video = await fetch(links[0] ?? '');
    expect(video.headers.get('content-type')).toBe('video/mp4');
    expect(
      Buffer.from(await video.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).toBe('ftyp');
    expect(kie.paidTasks()).toHaveLength(1);
    expect((await api.get('/api/v1/chat/credit')).body.data).toBe(SANDBOX_KIE_CREDITS - 3 * 6);
    await expect.poll(() => receiver.calls.length).toBe(1);
  });
});
