import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeKie, SANDBOX_KIE_KEY } from '../../sandbox/kie/index.js';
import { eventually, grokTask, kieApi } from './fake-kie.support.js';

/** 10 true seconds are 200 ms here. */
const clock = new SandboxClock(50);
const kie = new FakeKie({ clock });
const api = kieApi(() => kie.url);
let photoUrl = '';

beforeAll(() => kie.start());
afterAll(() => kie.stop());
beforeEach(async () => {
  kie.reset();
  photoUrl = await api.uploadPhoto();
});

const UNAUTHORIZED = { code: 401, msg: 'You do not have access permissions', data: null };

describe('a key', () => {
  it.each(['/api/v1/jobs/recordInfo?taskId=x', '/api/v1/chat/credit', '/api/v1/veo/record-info?taskId=x'])(
    'that is unknown gets HTTP 200 with code 401 from %s',
    async (path) => {
      expect(await api.get(path, 'wrong')).toMatchObject({ status: 200, body: UNAUTHORIZED });
    },
  );

  it('that is unknown can neither create, upload nor ask for a link', async () => {
    const task = grokTask(photoUrl);
    expect((await api.post('/api/v1/jobs/createTask', task, 'wrong')).body).toEqual(UNAUTHORIZED);
    expect((await api.post('/api/v1/veo/generate', {}, 'wrong')).body).toEqual(UNAUTHORIZED);
    expect((await api.post('/api/v1/common/download-url', {}, 'wrong')).body).toEqual(UNAUTHORIZED);
    const upload = await api.post(
      '/api/file-base64-upload',
      { base64Data: 'AAAA', uploadPath: 'a' },
      'wrong',
    );
    expect(upload).toMatchObject({ status: 200, body: { success: false, code: 401 } });
    expect((await api.call('/api/v1/chat/credit', { headers: { Authorization: '' } })).body).toEqual(
      UNAUTHORIZED,
    );
  });

  it('may be switched off, kept to other addresses, or have spent its own limit', async () => {
    const task = grokTask(photoUrl);
    kie.setKey('second', { account: 'sandbox', keyState: 'unauthorized' });
    expect((await api.post('/api/v1/jobs/createTask', task, 'second')).body.code).toBe(401);
    kie.setKey('second', { keyState: 'ip_not_allowed' });
    expect((await api.post('/api/v1/jobs/createTask', task, 'second')).body.code).toBe(401);
    kie.setKey('second', { keyState: 'sub_key_limit' });
    expect((await api.post('/api/v1/jobs/createTask', task, 'second')).body).toMatchObject({
      code: 433,
      msg: 'Sub-key Usage Exceeds Limit',
    });
    kie.setKey('second', { keyState: 'ok' });
    expect((await api.post('/api/v1/jobs/createTask', task, 'second')).body.code).toBe(200);
    expect(kie.tasks()[0]).toMatchObject({ account: 'sandbox', key: 'second' });
  });
});

describe('the balance', () => {
  it.each([402, 500] as const)('that is too low is told as code %d', async (code) => {
    kie.configure({ insufficientCode: code });
    kie.setKey(SANDBOX_KIE_KEY, { credits: 17.5 });
    const { status, body } = await api.post('/api/v1/jobs/createTask', grokTask(photoUrl));
    expect(status).toBe(200);
    expect(body).toEqual({
      code,
      msg: 'Credits insufficient : Your current balance isn’t enough to run this request. Please top up to continue.',
      data: null,
    });
    expect(kie.tasks()).toHaveLength(0);
    expect((await api.get('/api/v1/chat/credit')).body).toEqual({ code: 200, msg: 'success', data: 17.5 });
  });

  it('is one for all keys of an account', async () => {
    kie.setKey('second', { account: 'sandbox' });
    await api.create(grokTask(photoUrl), 'second');
    expect((await api.get('/api/v1/chat/credit')).body.data).toBe(10_000 - 18);
  });
});

/** A fake in real time, for limits that the machine's own slowness must not stretch. */
async function inRealTime(
  run: (fake: FakeKie, here: ReturnType<typeof kieApi>) => Promise<void>,
): Promise<void> {
  const fake = await new FakeKie().start();
  try {
    await run(
      fake,
      kieApi(() => fake.url),
    );
  } finally {
    await fake.stop();
  }
}

describe('the limit of 20 creations in 10 s', () => {
  it('belongs to the account and drops what is above it', () =>
    inRealTime(async (fake, here) => {
      fake.setKey('second', { account: 'sandbox' });
      fake.setKey('third', { account: 'other', credits: 100 });
      const create = (key: string) => here.post('/api/v1/jobs/createTask', { model: 'nothing' }, key);
      const keys = Array.from({ length: 23 }, (_, index) => (index % 2 === 0 ? SANDBOX_KIE_KEY : 'second'));
      const replies = await Promise.all(keys.map(create));
      const codes = replies.map(({ body }) => body.code);
      expect(codes.filter((code) => code === 422)).toHaveLength(20);
      expect(codes.filter((code) => code === 429)).toHaveLength(3);
      expect(replies.find(({ body }) => body.code === 429)).toMatchObject({
        status: 200,
        body: { msg: 'Your call frequency is too high. Please try again later.' },
      });
      expect((await create('third')).body.code).toBe(422);
      expect(fake.creationsIn10sMax()).toBe(23);
    }));

  it('passes', async () => {
    const create = () => api.post('/api/v1/jobs/createTask', { model: 'nothing' });
    let codes: number[] = [];
    while (!codes.includes(429)) {
      codes = (await Promise.all(Array.from({ length: 30 }, create))).map(({ body }) => body.code);
    }
    await eventually(async () => (await create()).body.code).toBe(422);
  });
});

describe('the limit of 10 reads a second', () => {
  it('belongs to the key', () =>
    inRealTime(async (fake, here) => {
      fake.setKey('second', { account: 'sandbox' });
      const replies = await Promise.all(Array.from({ length: 12 }, () => here.record('x')));
      expect(replies.filter(({ body }) => body.code === 429)).toHaveLength(2);
      expect((await here.record('x', 'second')).body.code).toBe(422);
    }));
});

describe('the edge', () => {
  it('turns away a program that does not say who it is', async () => {
    const call = httpRequest(`${kie.url}/api/v1/chat/credit`, {
      headers: { Authorization: `Bearer ${SANDBOX_KIE_KEY}` },
    });
    call.end();
    const [response] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
    const text = (await response.toArray()).join('');
    expect([response.statusCode, text]).toEqual([403, 'error code: 1010']);
  });

  it('answers a wrong path as Spring does', async () => {
    const reply = await api.post('/api/v1/jobs/create', {});
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ status: 404, error: 'Not Found', path: '/api/v1/jobs/create' });
  });

  it('answers a body that is no JSON with HTTP 400', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const reply = await api.call('/api/v1/jobs/createTask', { method: 'POST', body: '{"model"', headers });
    expect(reply.status).toBe(400);
  });
});
