import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeKie, type CallbackMode } from '../../sandbox/kie/index.js';
import { type CallbackReceiver, callbackReceiver, eventually, grokTask, kieApi } from './fake-kie.support.js';

/** The pauses before a callback's repeats are 5, 15 and 45 ms here. */
const kie = new FakeKie({ clock: new SandboxClock(1000) });
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

/** Makes a task that ends at once, with the callback's mode. */
async function endTask(callback: CallbackMode, ending: 'success' | 'internal' = 'success'): Promise<string> {
  kie.nextTask({ durationTrueMs: 0, callback, ending });
  return api.create(grokTask(photoUrl, receiver.url));
}

/** Waits until a task has no more to say: all its callbacks are answered, and no other comes. */
async function callbacksOf(count: number): Promise<void> {
  await eventually(() => kie.tasks()[0]?.callbacks.filter(({ answer }) => answer !== '').length).toBe(count);
}

describe('a callback', () => {
  it('tells of a success with the record as recordInfo has it', async () => {
    const taskId = await endTask('normal');
    await callbacksOf(1);
    const { body } = receiver.calls[0] ?? {};
    expect(body).toMatchObject({
      code: 200,
      msg: 'Playground task completed successfully.',
      data: { taskId, state: 'success', failCode: null, failMsg: null, creditsConsumed: 18 },
    });
    const { resultJson, param } = body?.data as Record<string, string>;
    expect(JSON.parse(resultJson ?? '')).toEqual({ resultUrls: [`${kie.url}/results/${taskId}.mp4`] });
    expect(JSON.parse(param ?? '')).toMatchObject({ callBackUrl: receiver.url });
    expect(kie.tasks()[0]?.callbacks).toMatchObject([{ attempt: 1, status: 200 }]);
  });

  it('tells of a failure with code 501', async () => {
    const taskId = await endTask('normal', 'internal');
    await callbacksOf(1);
    expect(receiver.calls[0]?.body).toMatchObject({
      code: 501,
      msg: 'Playground task failed.',
      data: {
        taskId,
        state: 'fail',
        resultJson: null,
        failCode: '500',
        failMsg: 'internal error, please try again later',
      },
    });
  });

  it('is repeated up to 3 times until it is answered 200', async () => {
    receiver.answers.push(500, 404);
    await endTask('normal');
    await callbacksOf(3);
    expect(kie.tasks()[0]?.callbacks.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 500],
      [2, 404],
      [3, 200],
    ]);
    kie.reset();
    photoUrl = await api.uploadPhoto();
    receiver.answers.push(503, 503, 503, 503, 503);
    await endTask('normal');
    await callbacksOf(4);
    expect(receiver.answers).toEqual([503]);
  });

  it('is not sent without an address, and never in that mode', async () => {
    kie.nextTask({ durationTrueMs: 0 });
    await api.create(grokTask(photoUrl));
    await endTask('never');
    await endTask('normal');
    await eventually(() => receiver.calls.length).toBe(1);
    expect(kie.tasks().map(({ callbacks }) => callbacks.length)).toEqual([0, 0, 1]);
  });

  it('comes twice in that mode', async () => {
    await endTask('twice');
    await callbacksOf(2);
    expect(receiver.calls[0]?.body).toEqual(receiver.calls[1]?.body);
  });

  it('comes before createTask has answered, of a task that can be read', async () => {
    const seen: unknown[] = [];
    receiver.whenCalled = async (body) => {
      const { taskId } = body.data as { taskId: string };
      seen.push((await api.record(taskId)).body.data);
    };
    const taskId = await endTask('early');
    expect(receiver.calls).toHaveLength(1);
    expect(seen).toMatchObject([{ taskId, state: 'success' }]);
  });

  it('names the task data.task_id in that mode', async () => {
    const taskId = await endTask('snake_case');
    await callbacksOf(1);
    const data = receiver.calls[0]?.body.data as Record<string, unknown>;
    expect([data.task_id, data.taskId]).toEqual([taskId, undefined]);
  });

  it('comes late in that mode', async () => {
    await endTask({ lateTrueMs: 100_000 });
    await eventually(() => kie.tasks()[0]?.outcome).toBe('success');
    await callbacksOf(1);
    const [task] = kie.tasks();
    const lateMs = Date.parse(task?.callbacks[0]?.sentAt ?? '') - Date.parse(task?.finishedAt ?? '');
    expect(lateMs).toBeGreaterThanOrEqual(99);
  });

  it('is signed when a key is set, over the task and the time and not the body', async () => {
    await endTask('normal');
    await callbacksOf(1);
    expect(receiver.calls[0]?.headers).not.toHaveProperty('x-webhook-signature');
    kie.configure({ hmacKey: 'hmac-key' });
    const taskId = await endTask('normal');
    await eventually(() => receiver.calls.length).toBe(2);
    const headers = receiver.calls[1]?.headers ?? {};
    const timestamp = String(headers['x-webhook-timestamp']);
    const expected = createHmac('sha256', 'hmac-key').update(`${taskId}.${timestamp}`).digest('base64');
    expect(headers['x-webhook-signature']).toBe(expected);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(10);
  });

  it('can be sent once more by hand', async () => {
    const taskId = await endTask('never');
    await eventually(() => kie.tasks()[0]?.outcome).toBe('success');
    expect(await kie.sendCallback(taskId, { snakeCase: true })).toBe(true);
    expect(receiver.calls[0]?.body.data).toHaveProperty('task_id', taskId);
    expect(await kie.sendCallback('no-such-task')).toBe(false);
  });
});
