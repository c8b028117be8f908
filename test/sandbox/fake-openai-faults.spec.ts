import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import type { RecordedCall } from '../../sandbox/fake-server.js';
import { FakeOpenAi, type OpenAiFaultKind } from '../../sandbox/openai/index.js';
import { chatRequest, messagePart, openAiApi, responsesRequest } from './fake-openai.support.js';

const latencyTrueMs = { min: 0, max: 0 };
const openAi = new FakeOpenAi({ latencyTrueMs });
const compatible = new FakeOpenAi({ latencyTrueMs, persona: 'compatible' });
const api = openAiApi(() => openAi.url);
const otherApi = openAiApi(() => compatible.url);

beforeAll(() => Promise.all([openAi.start(), compatible.start()]));
afterAll(() => Promise.all([openAi.stop(), compatible.stop()]));
beforeEach(() => {
  openAi.reset();
  compatible.reset();
});

const ask = (text?: string) => api.post('/v1/responses', responsesRequest(text));
const askImpatiently = () =>
  api.post('/v1/responses', responsesRequest(), undefined, AbortSignal.timeout(200));

describe('a fault of the call', () => {
  it.each<[OpenAiFaultKind, number, Record<string, unknown>]>([
    ['insufficient_quota', 429, { type: 'insufficient_quota', code: 'insufficient_quota' }],
    ['credit_balance_exhausted', 429, { type: 'insufficient_quota', code: 'credit_balance_exhausted' }],
    ['content_policy', 400, { type: 'invalid_request_error', code: 'invalid_prompt' }],
    ['rate_limit', 429, { type: 'requests', code: 'rate_limit_exceeded' }],
    [
      'region',
      403,
      {
        type: 'request_forbidden',
        code: 'unsupported_country_region_territory',
        message: 'Country, region, or territory not supported',
      },
    ],
    ['model_not_found', 404, { code: 'model_not_found' }],
    ['server_error', 500, { type: 'server_error' }],
    ['overloaded', 503, { code: 'server_is_overloaded' }],
    ['invalid_key', 401, { code: 'invalid_api_key' }],
  ])('%s is answered %d, once', async (kind, status, error) => {
    openAi.failNext({ kind });
    const reply = await ask();
    expect(reply.status).toBe(status);
    expect(reply.body.error).toMatchObject(error);
    expect(reply.headers.get('x-request-id')).toBeTruthy();
    expect((await ask()).status).toBe(200);
    expect(openAi.requests().map((record) => [record.fault, record.status])).toEqual([
      [kind, status],
      [null, 200],
    ]);
  });

  it('may wait for the text that it is meant for', async () => {
    openAi.failNext({ kind: 'server_error', when: { includes: 'of Anna' } });
    const statuses = [await ask('a mug'), await ask('a mug of Anna'), await ask('a mug of Anna')];
    expect(statuses.map(({ status }) => status)).toEqual([200, 500, 200]);
  });

  it('rate_limit says how long to wait', async () => {
    openAi.failNext({ kind: 'rate_limit', retryAfterMs: 1500 });
    const { headers } = await ask();
    expect([headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual(['2', '1500']);
  });

  it('may be silence, a broken connection, or a page', async () => {
    openAi.failNext({ kind: 'hang' });
    openAi.failNext({ kind: 'reset' });
    openAi.failNext({ kind: 'html' });
    await expect(askImpatiently()).rejects.toThrow('timeout');
    await expect(ask()).rejects.toThrow();
    const page = await ask();
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(openAi.requests().map(({ status }) => status)).toEqual([null, null, 502]);
  });

  it('may come under HTTP 200', async () => {
    openAi.failNext({ kind: 'error_in_200' });
    openAi.failNext({ kind: 'foreign_in_200' });
    expect(await ask()).toMatchObject({ status: 200, body: { error: { code: 502 } } });
    expect(await ask()).toMatchObject({ status: 200, body: { code: 402 } });
  });
});

describe('a fault of the answer', () => {
  it('may be a refusal, in a part of its own', async () => {
    openAi.failNext({ kind: 'refusal', times: 2 });
    const reply = await ask();
    expect(reply.body.status).toBe('completed');
    expect(messagePart(reply)).toEqual({
      type: 'refusal',
      refusal: "I'm sorry, but I can't assist with that request.",
    });
    const chat = await api.post('/v1/chat/completions', chatRequest());
    expect(chat.body.choices).toMatchObject([
      { message: { content: null, refusal: expect.any(String) as string } },
    ]);
  });

  it('may be a valid answer that declines', async () => {
    openAi.failNext({ kind: 'declined' });
    expect(JSON.parse(messagePart(await ask())?.text ?? '')).toEqual({
      prompt: '',
      refusal_reason: 'This product cannot be shown in an advertising video.',
    });
  });

  it('may be incomplete, cut or empty', async () => {
    openAi.failNext({ kind: 'incomplete_cut' });
    const cut = await ask();
    expect(cut.body).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    expect(() => void JSON.parse(messagePart(cut)?.text ?? '')).toThrow();
    openAi.failNext({ kind: 'incomplete_empty', times: 2 });
    const empty = await ask();
    expect(empty.body.status).toBe('incomplete');
    expect(messagePart(empty)).toBeUndefined();
    const chat = await api.post('/v1/chat/completions', chatRequest());
    expect(chat.body.choices).toMatchObject([{ message: { content: '' }, finish_reason: 'length' }]);
  });

  it('may be failed under HTTP 200', async () => {
    openAi.failNext({ kind: 'failed' });
    expect(await ask()).toMatchObject({
      status: 200,
      body: { status: 'failed', error: { code: 'server_error' } },
    });
  });

  it('may be no JSON, empty, or much too long', async () => {
    const textOf = async (kind: OpenAiFaultKind) => {
      openAi.failNext({ kind });
      const reply = await api.post('/v1/responses', responsesRequest('A mug', { max_output_tokens: 20_000 }));
      return messagePart(reply)?.text ?? '';
    };
    const bad = await textOf('bad_json');
    expect(() => void JSON.parse(bad)).toThrow();
    expect(JSON.parse(await textOf('empty_prompt'))).toEqual({ prompt: '', refusal_reason: null });
    expect((JSON.parse(await textOf('long_prompt')) as { prompt: string }).prompt).toHaveLength(30_000);
  });
});

describe('a fault', () => {
  it('may hold for several calls, as a mood, by a magic word, or on one route', async () => {
    openAi.failNext({ kind: 'server_error', times: 2 });
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([500, 500, 200]);
    openAi.setMood('insufficient_quota');
    expect([(await ask()).status, (await ask()).status]).toEqual([429, 429]);
    openAi.setMood(null);
    expect((await ask('A mug [[openai:region]]')).status).toBe(403);
    openAi.failNext({ kind: 'server_error', route: 'chat' });
    expect((await ask()).status).toBe(200);
    expect((await api.post('/v1/chat/completions', chatRequest())).status).toBe(500);
  });

  it('waits its turn behind others', async () => {
    openAi.failNext({ kind: 'server_error' });
    openAi.failNext({ kind: 'region' });
    expect([(await ask()).status, (await ask()).status]).toEqual([500, 403]);
  });
});

describe('the limit of requests a minute', () => {
  it('answers 429 with the time to wait, and passes', async () => {
    const busy = await new FakeOpenAi({
      latencyTrueMs,
      requestsPerMinuteMax: 5,
      clock: new SandboxClock(30),
    }).start();
    try {
      const here = openAiApi(() => busy.url);
      const askBusy = () => here.post('/v1/moderations', { input: 'a' });
      const replies = await Promise.all(Array.from({ length: 7 }, askBusy));
      const limited = replies.filter(({ status }) => status === 429);
      expect(limited).toHaveLength(2);
      expect(limited[0]?.body.error).toMatchObject({ code: 'rate_limit_exceeded' });
      expect(Number(limited[0]?.headers.get('retry-after-ms'))).toBeGreaterThan(0);
      await expect.poll(async () => (await askBusy()).status, { timeout: 20_000, interval: 100 }).toBe(200);
    } finally {
      await busy.stop();
    }
  });
});

describe('/v1/moderations', () => {
  const judge = async (input: unknown) =>
    (await api.post('/v1/moderations', { model: 'omni-moderation-latest', input })).body;
  const colour = async (background: string) => {
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
    return { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes.toString('base64')}` } };
  };

  it('has 13 categories and flags by words', async () => {
    const body = await judge('A nice mug');
    expect(body).toMatchObject({ model: 'omni-moderation-2024-09-26', results: [{ flagged: false }] });
    const [result] = body.results as { categories: Record<string, boolean> }[];
    expect(Object.keys(result?.categories ?? {})).toHaveLength(13);
    expect(await judge('A mug [[flag:hate]]')).toMatchObject({
      results: [{ flagged: true, categories: { hate: true } }],
    });
    expect(await judge('Наркотики')).toMatchObject({
      results: [{ flagged: true, categories: { illicit: true } }],
    });
  });

  it('gives one result for each string, and one for a whole mixed input', async () => {
    expect((await judge(['a', 'порно', 'b'])).results).toMatchObject([
      { flagged: false },
      { flagged: true },
      { flagged: false },
    ]);
    const mixed = await judge([{ type: 'text', text: 'A mug' }, await colour('#ff00ff')]);
    expect(mixed.results).toMatchObject([
      {
        flagged: true,
        categories: { sexual: true },
        category_applied_input_types: { sexual: ['text', 'image'], hate: ['text'] },
      },
    ]);
    expect((await judge([await colour('#888888')])).results).toMatchObject([{ flagged: false }]);
  });

  it('is strict, and fails with the rest', async () => {
    expect((await api.post('/v1/moderations', { input: 'a', modle: 'b' })).body.error).toMatchObject({
      code: 'unknown_parameter',
    });
    expect((await api.post('/v1/moderations', {})).body.error).toMatchObject({
      code: 'missing_required_parameter',
    });
    openAi.setMood('region');
    expect((await api.post('/v1/moderations', { input: 'a' })).status).toBe(403);
    openAi.setMood('refusal');
    expect((await api.post('/v1/moderations', { input: 'a' })).status).toBe(200);
  });
});

describe('a compatible provider', () => {
  it('takes any model by chat and knows nothing else', async () => {
    const reply = await otherApi.post(
      '/v1/chat/completions',
      chatRequest('A mug', { model: 'vendor/name', max_tokens: 500 }),
    );
    expect(reply).toMatchObject({ status: 200, body: { model: 'vendor/name' } });
    expect((await otherApi.post('/v1/responses', responsesRequest())).body).not.toHaveProperty('output');
    expect((await otherApi.post('/v1/moderations', { input: 'a' })).body).not.toHaveProperty('results');
  });

  it('puts its errors under HTTP 200', async () => {
    compatible.failNext({ kind: 'insufficient_quota' });
    const reply = await otherApi.post('/v1/chat/completions', chatRequest());
    expect(reply).toMatchObject({
      status: 200,
      body: { error: { code: 429, message: expect.any(String) as string } },
    });
    expect(reply.body).not.toHaveProperty('choices');
  });
});

describe('the control API', () => {
  const control = (verb: string, body: unknown = {}) => api.post(`/_control/${verb}`, body);

  it('does what the methods do', async () => {
    expect((await control('failNext', { kind: 'server_error' })).body).toEqual({ ok: true, result: null });
    expect((await ask()).status).toBe(500);
    await control('setMood', { kind: 'region' });
    expect((await ask()).status).toBe(403);
    await control('setMood', { kind: null });
    await control('addKey', { secret: 'second' });
    expect((await api.get('/v1/models', 'second')).status).toBe(200);
    await control('revokeKey', { secret: 'second' });
    expect((await api.get('/v1/models', 'second')).status).toBe(401);
    expect((await control('requests')).body.result).toMatchObject([
      { fault: 'server_error' },
      { fault: 'region' },
    ]);
    await control('reset');
    expect(openAi.requests()).toEqual([]);
  });

  it.each([
    ['failNext', { kind: 'explosion' }],
    ['setMood', {}],
    ['addKey', { secret: 5 }],
  ])('refuses %s %j', async (verb, body) => {
    expect(await control(verb, body)).toMatchObject({ status: 400, body: { ok: false } });
  });

  it('is not recorded, while calls are, without key or pictures', async () => {
    const calls: RecordedCall[] = [];
    const stop = openAi.onCall((call) => calls.push(call));
    await control('requests');
    await ask();
    stop();
    expect(calls.map(({ url }) => url)).toEqual([`${openAi.url}/v1/responses`]);
    expect(JSON.stringify(calls)).not.toContain('sandbox-openai-key');
  });
});
