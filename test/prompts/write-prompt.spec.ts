import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeOpenAi, SANDBOX_OPENAI_KEY, type OpenAiFaultKind } from '../../sandbox/openai/index.js';
import { PromptHealth, PromptsService, type PromptRequest } from '../../src/modules/prompts/index.js';
import { Breakers, parseEnv } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const TIMEOUT_MS = 1_500;

const first = new FakeOpenAi({ latencyTrueMs: { min: 0, max: 5 } });
const second = new FakeOpenAi({ latencyTrueMs: { min: 0, max: 5 }, persona: 'compatible' });
let request: PromptRequest;
let db: TestDatabase;

function openPrompts(
  change: Record<string, string> = {},
  { dataSource }: Pick<TestDatabase, 'dataSource'> = db,
): PromptsService {
  const env = parseEnv({
    APP_ENV: 'sandbox',
    BOT_TOKEN: '1:aaaaaaaaaaaaaaaaaaaaaaaa',
    DATABASE_URL: 'postgres://localhost/unused',
    KIE_API_KEY: 'unused',
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_API_KEY: 'test_shop-secret',
    OPENAI_API_KEY: SANDBOX_OPENAI_KEY,
    OPENAI_BASE_URL: `${first.url}/v1`,
    OPENAI_TIMEOUT_MS: String(TIMEOUT_MS),
    ...change,
  });
  return new PromptsService(env, new PromptHealth(dataSource, new Breakers(), env));
}

function openPromptsWithFallback(change: Record<string, string> = {}): PromptsService {
  return openPrompts({
    OPENAI_FALLBACK_API_KEY: SANDBOX_OPENAI_KEY,
    OPENAI_FALLBACK_BASE_URL: `${second.url}/v1`,
    OPENAI_FALLBACK_MODEL: 'vendor/small',
    ...change,
  });
}

beforeAll(async () => {
  [db] = await Promise.all([createTestDatabase(), first.start(), second.start()]);
  const background = { r: 200, g: 180, b: 90 };
  const bytes = await sharp({ create: { width: 600, height: 800, channels: 3, background } })
    .jpeg()
    .toBuffer();
  request = {
    template: 'ad',
    kind: 'neurocard',
    productText: 'Бирюзовая керамическая кружка 350 мл. Держит тепло.',
    wishes: 'Утренний свет на кухне',
    language: 'ru',
    photo: { bytes, mimeType: 'image/jpeg' },
    promptMaxLength: 4096,
    position: 1,
    safetyId: 'f3b1a7c2-user',
  };
});

afterAll(() => Promise.all([db.drop(), first.stop(), second.stop()]));

beforeEach(async () => {
  first.reset();
  second.reset();
  await db.query('delete from breakers');
});

describe('a prompt by OpenAI', () => {
  it('is written from the photo and the texts, without anything being stored', async () => {
    const written = await openPrompts().write(request);
    expect(written.source).toBe('openai');
    expect(written.tokensIn).toBeGreaterThan(100);
    expect(written.tokensOut).toBeGreaterThan(10);
    expect(written.prompt).toContain('mug');
    expect(written.note).toBeUndefined();
    const [call, ...more] = first.requests();
    expect(more).toEqual([]);
    expect(call).toMatchObject({
      route: 'responses',
      status: 200,
      body: {
        model: 'gpt-6-luna',
        store: false,
        reasoning: { effort: 'none' },
        max_output_tokens: 1200,
        safety_identifier: createHash('sha256').update(request.safetyId).digest('hex'),
        input: [{ role: 'user', content: [{ type: 'input_text' }, { type: 'input_image', detail: 'low' }] }],
        text: { format: { type: 'json_schema', strict: true } },
      },
    });
    expect(call?.body).not.toHaveProperty('temperature');
    expect(JSON.stringify(call?.body)).not.toContain(request.safetyId);
  });

  it('needs no photo', async () => {
    const { photo: _photo, ...rest } = request;
    expect(await openPrompts().write(rest)).toMatchObject({ source: 'openai' });
  });

  it('that does not end within its tokens is not used', async () => {
    first.failNext({ kind: 'long_prompt' });
    const written = await openPrompts().write(request);
    expect(written).toMatchObject({
      source: 'template',
      note: 'openai: unusable: status incomplete: max_output_tokens',
      // It was paid for all the same.
      tokensOut: expect.any(Number) as number,
    });
  });
});

describe('OpenAI that fails', () => {
  it.each<[OpenAiFaultKind, number]>([
    ['insufficient_quota', 1],
    ['rate_limit', 1],
    ['region', 1],
    ['model_not_found', 1],
    ['invalid_key', 1],
    ['overloaded', 1],
    ['refusal', 1],
    ['declined', 1],
    ['incomplete_cut', 1],
    ['incomplete_empty', 1],
    ['filtered', 1],
    ['failed', 1],
    ['bad_json', 1],
    ['empty_prompt', 1],
    ['error_in_200', 2],
    ['foreign_in_200', 1],
    ['server_error', 2],
    ['html', 2],
    ['reset', 2],
    ['hang', 1],
  ])('F-65 by %s: a template prompt of the right length after %d calls', async (kind, calls) => {
    first.setMood(kind);
    const written = await openPrompts().write(request);
    expect(written.source).toBe('template');
    expect(written.prompt).toContain(request.productText);
    expect(written.prompt).toContain(request.wishes);
    expect(written.note).toMatch(/^openai: /);
    expect(written.prompt.length).toBeLessThanOrEqual(request.promptMaxLength);
    expect(first.requests()).toHaveLength(calls);
  });

  it('once is asked once more', async () => {
    for (const kind of ['server_error', 'reset'] as const) {
      first.failNext({ kind });
      expect(await openPrompts().write(request)).toMatchObject({ source: 'openai' });
    }
  });

  it('is waited for no longer than two timeouts in all', async () => {
    first.setMood('hang');
    second.setMood('hang');
    const startedAt = performance.now();
    expect(await openPromptsWithFallback().write(request)).toMatchObject({ source: 'template' });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 2 + 1_000);
  });

  it('out of quota costs no time', async () => {
    first.setMood('insufficient_quota');
    const startedAt = performance.now();
    expect(await openPrompts().write(request)).toMatchObject({
      source: 'template',
      note: 'openai: status 429 insufficient_quota',
    });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS);
  });
});

describe('the second provider', () => {
  it('is not asked while the first one writes', async () => {
    expect(await openPromptsWithFallback().write(request)).toMatchObject({ source: 'openai' });
    expect(second.requests()).toEqual([]);
  });

  it.each([
    'insufficient_quota',
    'region',
    'server_error',
    'hang',
    'incomplete_cut',
    'foreign_in_200',
  ] as const)('writes when the first one fails by %s', async (kind) => {
    first.setMood(kind);
    const written = await openPromptsWithFallback().write(request);
    expect(written.source).toBe('openai_fallback');
    expect(written.note).toMatch(/^openai: /);
    expect(written.prompt).toContain('mug');
    expect(second.requests()).toMatchObject([{ route: 'chat', model: 'vendor/small', status: 200 }]);
    expect(JSON.stringify(second.requests()[0]?.body)).not.toMatch(
      /temperature|max_tokens|safety_identifier/,
    );
  });

  it.each<[OpenAiFaultKind, string]>([
    ['error_in_200', 'status 502'],
    ['foreign_in_200', 'status 402'],
    ['no_credits', 'status 402'],
    ['flagged_input', 'status 403 flagged_by_moderation'],
    ['blocked_input', 'status 403'],
    ['invalid_key', 'status 401'],
    ['model_not_found', 'status 404'],
    ['rate_limit', 'status 429'],
    ['html', 'status 502'],
    ['refusal', "refused: I'm sorry, but I can't assist with that request."],
    ['declined', 'refused: This product cannot be shown in an advertising video.'],
    ['incomplete_cut', 'unusable: finish reason length'],
    ['incomplete_empty', 'unusable: finish reason length'],
    ['long_prompt', 'unusable: finish reason length'],
    ['filtered', 'unusable: finish reason content_filter'],
    ['bad_json', 'unusable: an answer outside its schema'],
    ['empty_prompt', 'unusable: an empty prompt'],
  ])('failing too, by %s, leaves the template', async (kind, note) => {
    first.setMood('rate_limit');
    second.setMood(kind);
    const written = await openPromptsWithFallback().write(request);
    expect(written.source).toBe('template');
    expect(written.note).toBe(`openai: status 429 rate_limit_exceeded; openai_fallback: ${note}`);
  });

  it('sees the photo too, is told nothing of the person, and answers in the same schema', async () => {
    first.setMood('overloaded');
    expect(await openPromptsWithFallback().write(request)).toMatchObject({ source: 'openai_fallback' });
    const [asked] = first.requests();
    const [call] = second.requests();
    expect(call?.body).toMatchObject({
      max_completion_tokens: 4000,
      messages: [
        { role: 'system', content: (asked?.body as { instructions: string }).instructions },
        { role: 'user', content: [{ type: 'text' }, { type: 'image_url', image_url: { detail: 'low' } }] },
      ],
      response_format: { type: 'json_schema', json_schema: { strict: true } },
    });
    expect(JSON.stringify(call?.body)).not.toContain(request.safetyId);
  });

  it.each(['refusal', 'declined'] as const)('is not asked to do what the first refused: %s', async (kind) => {
    first.setMood(kind);
    expect(await openPromptsWithFallback().write(request)).toMatchObject({ source: 'template' });
    expect(second.requests()).toEqual([]);
  });
});

describe('a provider that only an operator can bring back', () => {
  const letTimePass = () => db.query(`update breakers set open_until = clock_timestamp()`);
  const openBreakers = () => db.query<{ name: string; reason: string }>('select name, reason from breakers');

  it.each<[OpenAiFaultKind, string]>([
    ['insufficient_quota', 'status 429 insufficient_quota'],
    ['invalid_key', 'status 401 invalid_api_key'],
    ['region', 'status 403 unsupported_country_region_territory'],
    ['model_not_found', 'status 404 model_not_found'],
    ['foreign_in_200', 'status 402'],
  ])('F-65 is asked once, by %s, and then left alone until its time is over', async (kind, reason) => {
    first.setMood(kind);
    expect((await openPrompts().write(request)).note).toBe(`openai: ${reason}`);
    expect(await openBreakers()).toEqual([{ name: 'prompts:openai', reason }]);
    // In other processes too, and although it would answer by now.
    first.setMood(null);
    for (let jobs = 0; jobs < 3; jobs++) {
      const written = await openPrompts().write(request);
      expect(written).toMatchObject({ source: 'template', note: 'openai: left alone' });
      expect(written.prompt).toContain(request.productText);
    }
    expect(first.requests()).toHaveLength(1);
    await letTimePass();
    expect(await openPrompts().write(request)).toMatchObject({ source: 'openai' });
    expect(first.requests()).toHaveLength(2);
  });

  it.each<OpenAiFaultKind>(['rate_limit', 'overloaded', 'server_error', 'reset', 'refusal', 'failed'])(
    'is none that fails by %s: the next job asks it again',
    async (kind) => {
      first.setMood(kind);
      await openPrompts().write(request);
      expect(await openBreakers()).toEqual([]);
      first.setMood(null);
      expect(await openPrompts().write(request)).toMatchObject({ source: 'openai' });
    },
  );

  it('leaves the prompts to the second one, which is left alone in its turn', async () => {
    first.setMood('insufficient_quota');
    const prompts = openPromptsWithFallback();
    for (let jobs = 0; jobs < 3; jobs++) {
      expect(await prompts.write(request)).toMatchObject({ source: 'openai_fallback' });
    }
    expect([first.requests().length, second.requests().length]).toEqual([1, 3]);
    second.setMood('no_credits');
    for (let jobs = 0; jobs < 3; jobs++) {
      expect(await prompts.write(request)).toMatchObject({ source: 'template' });
    }
    expect([first.requests().length, second.requests().length]).toEqual([1, 4]);
    expect((await openBreakers()).map(({ name }) => name).sort()).toEqual([
      'prompts:openai',
      'prompts:openai_fallback',
    ]);
  });

  it.each(['flagged_input', 'blocked_input'] as const)(
    'is not one that says 403 to what a single seller sent, in its status or under HTTP 200: %s',
    async (kind) => {
      const prompts = openPromptsWithFallback();
      first.failNext({ kind });
      expect(await prompts.write(request)).toMatchObject({ source: 'openai_fallback' });
      expect(await prompts.write(request)).toMatchObject({ source: 'openai' });
      first.setMood('rate_limit');
      second.failNext({ kind });
      expect(await prompts.write(request)).toMatchObject({ source: 'template' });
      expect(await prompts.write(request)).toMatchObject({ source: 'openai_fallback' });
      expect(await openBreakers()).toEqual([]);
    },
  );

  it('is asked as ever while the database is away or silent, and the prompt comes in time', async () => {
    const away = () => Promise.reject(new Error('away'));
    const silent = () => new Promise<never>(() => undefined);
    for (const query of [away, silent]) {
      const manager = { query } as unknown as TestDatabase['dataSource']['manager'];
      const prompts = openPrompts({}, { dataSource: { manager } as TestDatabase['dataSource'] });
      const startedAt = performance.now();
      first.failNext({ kind: 'insufficient_quota' });
      expect(await prompts.write(request)).toMatchObject({ source: 'template' });
      expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 2);
    }
  });
});

describe('five videos of one order', () => {
  const writeFive = (prompts: PromptsService, change: Partial<PromptRequest> = {}) =>
    Promise.all([1, 2, 3, 4, 5].map((position) => prompts.write({ ...request, ...change, position })));
  const differ = (values: unknown[]) => expect(new Set(values).size).toBe(5);

  it('are asked for in five scenes from either provider, and filmed in five by the template', async () => {
    const byFirst = await writeFive(openPromptsWithFallback());
    differ(first.requests().map(({ body }) => (body as { instructions: string }).instructions));
    differ(byFirst.map(({ prompt }) => prompt));
    first.setMood('overloaded');
    const bySecond = await writeFive(openPromptsWithFallback());
    expect(bySecond.map(({ source }) => source)).toEqual(Array(5).fill('openai_fallback'));
    differ(
      second.requests().map(({ body }) => (body as { messages: { content: string }[] }).messages[0]?.content),
    );
    differ(bySecond.map(({ prompt }) => prompt));
    differ((await writeFive(openPrompts())).map(({ prompt }) => prompt));
  });

  it('by an own prompt are all filmed as it says', async () => {
    const own = { template: 'self' as const, productText: 'Dance, mug, dance! Only 99 ₽ at mug.example' };
    const written = await writeFive(openPrompts(), own);
    expect(written.map(({ prompt }) => prompt)).toEqual(Array(5).fill(own.productText));
  });
});

describe('an answer that obeys a text in the photo', () => {
  it.each(['openai', 'openai_fallback'] as const)('of %s loses what nobody asked for', async (source) => {
    if (source === 'openai_fallback') first.setMood('overloaded');
    (source === 'openai' ? first : second).failNext({ kind: 'hijacked' });
    const written = await openPromptsWithFallback().write(request);
    expect(written.source).toBe(source);
    expect(written.prompt).toContain('mug');
    expect(written.prompt).not.toMatch(/evil|99|₽|@/);
  });
});

describe('a person’s own prompt', () => {
  it('is used as it is, and nobody is asked', async () => {
    const own = { ...request, template: 'self' as const, productText: 'Dance, mug, dance!', wishes: null };
    expect(await openPromptsWithFallback().write(own)).toEqual({
      prompt: 'Dance, mug, dance!',
      source: 'self',
    });
    expect(first.requests()).toEqual([]);
  });

  it('without a word becomes a template prompt', async () => {
    const written = await openPrompts().write({ ...request, template: 'self', productText: ' ', wishes: '' });
    expect(written.source).toBe('template');
    expect(written.prompt).toContain('9:16');
    expect(first.requests()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are in no note', async () => {
    first.setMood('invalid_key');
    second.setMood('insufficient_quota');
    const written = await openPromptsWithFallback().write(request);
    expect(written.note).not.toContain(SANDBOX_OPENAI_KEY);
    expect(written.note).not.toContain('127.0.0.1');
  });
});

describe('an answer that no limit of OpenAI bounds', () => {
  let server: Server;
  let respond: (response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      respond(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function openAtServer(): PromptsService {
    const { port } = server.address() as AddressInfo;
    return openPrompts({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` });
  }

  it.each([60, 300, 2500])(
    'is cut to the %d characters that the video model takes',
    async (promptMaxLength) => {
      const prompt = 'The mug turns in the light. '.repeat(200).trim();
      const text = JSON.stringify({ prompt, refusal_reason: null });
      const output = [{ type: 'message', content: [{ type: 'output_text', text }] }];
      respond = (response) =>
        response.end(JSON.stringify({ object: 'response', status: 'completed', output }));
      const written = await openAtServer().write({ ...request, promptMaxLength });
      expect(written.source).toBe('openai');
      expect(written.prompt.length).toBeLessThanOrEqual(promptMaxLength);
      expect(written.prompt.length).toBeGreaterThan(promptMaxLength - 30);
      expect(written.prompt).toMatch(/light\.$/);
    },
  );

  it('ends with the timeout', async () => {
    // The headers come at once, where the SDK's own timeout stops watching.
    respond = (response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    const startedAt = performance.now();
    expect(await openAtServer().write(request)).toMatchObject({
      source: 'template',
      note: 'openai: timeout',
    });
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 2);
  });
});
