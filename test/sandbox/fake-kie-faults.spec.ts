import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import type { RecordedCall } from '../../sandbox/fake-server.js';
import { FakeKie, type WireFault } from '../../sandbox/kie/index.js';
import { eventually, grokTask, kieApi } from './fake-kie.support.js';

const kie = new FakeKie({ clock: new SandboxClock(100) });
const api = kieApi(() => kie.url);
let photoUrl = '';

beforeAll(() => kie.start());
afterAll(() => kie.stop());
beforeEach(async () => {
  kie.reset();
  photoUrl = await api.uploadPhoto();
});

const create = () => api.post('/api/v1/jobs/createTask', grokTask(photoUrl));

/** createTask with a client that gives up after 300 ms. */
function createImpatiently(): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify(grokTask(photoUrl));
  return api.call('/api/v1/jobs/createTask', {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(300),
  });
}

describe('a fault on the wire', () => {
  it.each<[WireFault, number, string]>([
    [{ kind: 'http', status: 503, msg: 'upstream' }, 503, '{"code":503,"msg":"upstream","data":null}'],
    [{ kind: 'body', code: 455, msg: 'maintenance' }, 200, '{"code":455,"msg":"maintenance","data":null}'],
    [{ kind: 'json', json: { code: '200', data: [] } }, 200, '{"code":"200","data":[]}'],
    [{ kind: 'json' }, 200, 'null'],
    [{ kind: 'cloudflare_1010' }, 403, 'error code: 1010'],
  ])('%j answers %d and makes no task', async (fault, status, text) => {
    kie.failNext('createTask', fault);
    const reply = await create();
    expect([reply.status, reply.text]).toEqual([status, text]);
    expect(kie.tasks()).toHaveLength(0);
    expect((await create()).body.code).toBe(200);
  });

  it('may be a page of the proxy in front', async () => {
    kie.failNext('createTask', { kind: 'html', status: 504 });
    const reply = await create();
    expect(reply.status).toBe(504);
    expect(reply.text).toContain('<html>');
  });

  it('may cut the answer of a task that was made', async () => {
    kie.failNext('createTask', { kind: 'truncated' });
    const reply = await create();
    expect(reply.status).toBe(200);
    expect(() => void JSON.parse(reply.text)).toThrow();
    expect(kie.tasks()).toHaveLength(1);
  });

  it('may break the connection before or after the effect', async () => {
    kie.failNext('createTask', { kind: 'reset' });
    await expect(create()).rejects.toThrow();
    expect(kie.paidTasks()).toHaveLength(0);
    kie.failNext('createTask', { kind: 'reset_after_effect' });
    await expect(create()).rejects.toThrow();
    expect(kie.paidTasks()).toHaveLength(1);
  });

  it('may never answer, before or after the effect', async () => {
    kie.failNext('createTask', { kind: 'timeout' });
    await expect(createImpatiently()).rejects.toThrow('timeout');
    expect(kie.paidTasks()).toHaveLength(0);
    kie.failNext('createTask', { kind: 'timeout_after_effect' });
    await expect(createImpatiently()).rejects.toThrow('timeout');
    await eventually(() => kie.paidTasks().length).toBe(1);
  });

  it('may be an error although it happened, or only slow', async () => {
    kie.failNext('createTask', { kind: 'http', status: 500, afterEffect: true });
    expect((await create()).status).toBe(500);
    kie.failNext('createTask', { kind: 'slow', delayTrueMs: 10_000 });
    const startedAt = performance.now();
    expect((await create()).body.code).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(90);
    expect(kie.tasks()).toHaveLength(2);
  });

  it('may hold several times and on every route', async () => {
    kie.failNext('recordInfo', {
      kind: 'body',
      code: 429,
      msg: 'slow down',
      headers: { 'retry-after': '7' },
      times: 2,
    });
    const headers = { Authorization: 'Bearer sandbox-kie-key' };
    const first = await fetch(`${kie.url}/api/v1/jobs/recordInfo?taskId=x`, { headers });
    expect(first.headers.get('retry-after')).toBe('7');
    expect((await api.record('x')).body.code).toBe(429);
    expect((await api.record('x')).body.code).toBe(422);
    kie.failNext('credit', { kind: 'body', code: 500, msg: 'no' });
    expect((await api.get('/api/v1/chat/credit')).body.msg).toBe('no');
    kie.failNext('upload', { kind: 'body', code: 500, msg: 'no' });
    expect((await api.post('/api/file-base64-upload', {})).body.msg).toBe('no');
    kie.failNext('downloadUrl', { kind: 'body', code: 500, msg: 'no' });
    expect((await api.post('/api/v1/common/download-url', {})).body.msg).toBe('no');
  });

  it('may wait for the file of one name', async () => {
    kie.failNext('upload', { kind: 'reset', when: { includes: 'of-anna.jpg' } });
    await expect(api.uploadPhoto()).resolves.toContain('http');
    await expect(api.uploadPhoto(undefined, 'of-anna.jpg')).rejects.toThrow();
    await expect(api.uploadPhoto(undefined, 'of-anna.jpg')).resolves.toContain('http');
  });

  it('may wait for a call that holds a text, in its body or its address', async () => {
    const fault: WireFault = { kind: 'http', status: 503 };
    kie.failNext('createTask', { ...fault, when: { includes: 'no-such-photo' } });
    kie.failNext('createTask', { ...fault, when: { includes: photoUrl } });
    kie.failNext('recordInfo', { ...fault, when: { includes: 'taskId=mine' } });
    expect([(await create()).status, (await create()).status]).toEqual([503, 200]);
    expect((await api.record('other')).status).toBe(200);
    expect((await api.record('mine')).status).toBe(503);
  });
});

describe('the control API', () => {
  const control = (verb: string, body: unknown = {}) =>
    api.post(`/_control/${verb}`, body) as Promise<unknown> as Promise<{
      status: number;
      body: { ok: boolean; result?: unknown; error?: string };
    }>;

  it('does what the methods do', async () => {
    expect((await control('nextTask', { ending: 'busy', durationTrueMs: 5 })).body).toEqual({
      ok: true,
      result: null,
    });
    const taskId = await api.create(grokTask(photoUrl, 'http://127.0.0.1:9/row-1'));
    expect((await control('finishTask', { taskId })).body.ok).toBe(true);
    expect((await control('tasks')).body.result).toMatchObject([
      { id: taskId, ending: 'busy', outcome: 'fail' },
    ]);
    expect((await control('paidTasks')).body.result).toEqual([]);
    await api.create(grokTask(photoUrl, 'http://127.0.0.1:9/row-2'));
    expect((await control('paidTasks', { callBackUrlIncludes: 'row-2' })).body.result).toHaveLength(1);
    expect((await control('creationsIn10sMax')).body.result).toBeGreaterThanOrEqual(1);
    expect((await control('uploads')).body.result).toHaveLength(1);
    await control('failNext', { route: 'credit', kind: 'http', status: 500 });
    expect((await api.get('/api/v1/chat/credit')).status).toBe(500);
    await control('setKey', { secret: 'second', account: 'other', credits: 3 });
    expect((await control('keys')).body.result).toContainEqual({
      secret: 'second',
      account: 'other',
      keyState: 'ok',
      credits: 3,
    });
    await control('configure', {
      insufficientCode: 500,
      pausedModels: ['gemini-omni-video'],
      defaults: { callback: 'never' },
    });
    expect((await api.post('/api/v1/jobs/createTask', { model: 'gemini-omni-video' })).body.code).toBe(500);
    await control('reset');
    expect(kie.tasks()).toHaveLength(0);
  });

  it.each([
    ['nextTask', { ending: 'boom' }],
    ['nextTask', { endnig: 'busy' }],
    ['failNext', { route: 'createTask', kind: 'explosion' }],
    ['configure', { insufficientCode: 401 }],
    ['setKey', { secret: '' }],
  ])('refuses %s %j', async (verb, body) => {
    const reply = await control(verb, body);
    expect(reply).toMatchObject({ status: 400, body: { ok: false } });
    expect(reply.body.error).toBeTruthy();
  });

  it('is not recorded, while the calls of the API are', async () => {
    const calls: RecordedCall[] = [];
    const stop = kie.onCall((call) => calls.push(call));
    await control('tasks');
    await api.uploadPhoto();
    await create();
    stop();
    expect(calls.map(({ method, url }) => `${method} ${url.replace(kie.url, '')}`)).toEqual([
      'POST /api/file-stream-upload',
      'POST /api/v1/jobs/createTask',
    ]);
    expect(calls[0]?.request).toMatchObject({ uploadPath: 'inputs', file: { mimeType: 'image/jpeg' } });
    expect(JSON.stringify(calls)).not.toContain('sandbox-kie-key');
  });
});
