import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SANDBOX_OPENAI_KEY, type FakeOpenAi, type OpenAiFaultKind } from '../../sandbox/openai/index.js';
import type { PromptRequest, PromptsService } from '../../src/modules/prompts/index.js';
import { PROVIDER_TIMEOUT_MS, PromptsWorld } from './prompts-world.js';

let world: PromptsWorld;
let first: FakeOpenAi;
let second: FakeOpenAi;
let request: PromptRequest;

beforeAll(async () => {
  world = await PromptsWorld.open();
  ({ first, second, request } = world);
});
beforeEach(() => world.reset());
afterAll(() => world.close());

describe('a prompt by OpenAI', () => {
  it('is written from the photo and the texts, without anything being stored', async () => {
    const written = await world.openPrompts().write(request);
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
    expect(await world.openPrompts().write(rest)).toMatchObject({ source: 'openai' });
  });

  it('that does not end within its tokens is not used', async () => {
    first.failNext({ kind: 'long_prompt' });
    const written = await world.openPrompts().write(request);
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
    const written = await world.openPrompts().write(request);
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
      expect(await world.openPrompts().write(request)).toMatchObject({ source: 'openai' });
    }
  });

  it('is waited for no longer than two timeouts in all', async () => {
    first.setMood('hang');
    second.setMood('hang');
    const startedAt = performance.now();
    expect(await world.openPromptsWithFallback().write(request)).toMatchObject({ source: 'template' });
    expect(performance.now() - startedAt).toBeLessThan(PROVIDER_TIMEOUT_MS * 2 + 1_000);
  });

  it('out of quota costs no time', async () => {
    first.setMood('insufficient_quota');
    const startedAt = performance.now();
    expect(await world.openPrompts().write(request)).toMatchObject({
      source: 'template',
      note: 'openai: status 429 insufficient_quota',
    });
    expect(performance.now() - startedAt).toBeLessThan(PROVIDER_TIMEOUT_MS);
  });
});

describe('five videos of one order', () => {
  const writeFive = (prompts: PromptsService, change: Partial<PromptRequest> = {}) =>
    Promise.all([1, 2, 3, 4, 5].map((position) => prompts.write({ ...request, ...change, position })));
  const differ = (values: unknown[]) => expect(new Set(values).size).toBe(5);

  it('are asked for in five scenes from either provider, and filmed in five by the template', async () => {
    const byFirst = await writeFive(world.openPromptsWithFallback());
    differ(first.requests().map(({ body }) => (body as { instructions: string }).instructions));
    differ(byFirst.map(({ prompt }) => prompt));
    first.setMood('overloaded');
    const bySecond = await writeFive(world.openPromptsWithFallback());
    expect(bySecond.map(({ source }) => source)).toEqual(Array(5).fill('openai_fallback'));
    differ(
      second.requests().map(({ body }) => (body as { messages: { content: string }[] }).messages[0]?.content),
    );
    differ(bySecond.map(({ prompt }) => prompt));
    differ((await writeFive(world.openPrompts())).map(({ prompt }) => prompt));
  });

  it('by an own prompt are all filmed as it says', async () => {
    const own = { template: 'self' as const, productText: 'Dance, mug, dance! Only 99 ₽ at mug.example' };
    const written = await writeFive(world.openPrompts(), own);
    expect(written.map(({ prompt }) => prompt)).toEqual(Array(5).fill(own.productText));
  });
});

describe('an answer that obeys a text in the photo', () => {
  it.each(['openai', 'openai_fallback'] as const)('of %s loses what nobody asked for', async (source) => {
    if (source === 'openai_fallback') first.setMood('overloaded');
    (source === 'openai' ? first : second).failNext({ kind: 'hijacked' });
    const written = await world.openPromptsWithFallback().write(request);
    expect(written.source).toBe(source);
    expect(written.prompt).toContain('mug');
    expect(written.prompt).not.toMatch(/evil|99|₽|@/);
  });
});

describe('a person’s own prompt', () => {
  it('is used as it is, and nobody is asked', async () => {
    const own = { ...request, template: 'self' as const, productText: 'Dance, mug, dance!', wishes: null };
    expect(await world.openPromptsWithFallback().write(own)).toEqual({
      prompt: 'Dance, mug, dance!',
      source: 'self',
    });
    expect(first.requests()).toEqual([]);
  });

  it('without a word becomes a template prompt', async () => {
    const written = await world
      .openPrompts()
      .write({ ...request, template: 'self', productText: ' ', wishes: '' });
    expect(written.source).toBe('template');
    expect(written.prompt).toContain('9:16');
    expect(first.requests()).toEqual([]);
  });
});

describe('secrets', () => {
  it('are in no note', async () => {
    first.setMood('invalid_key');
    second.setMood('insufficient_quota');
    const written = await world.openPromptsWithFallback().write(request);
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
    return world.openPrompts({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` });
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
    expect(performance.now() - startedAt).toBeLessThan(PROVIDER_TIMEOUT_MS * 2);
  });
});
