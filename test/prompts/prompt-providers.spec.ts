import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeOpenAi, OpenAiFaultKind } from '../../sandbox/openai/index.js';
import type { PromptRequest } from '../../src/modules/prompts/index.js';
import type { TestDatabase } from '../support/database.js';
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

describe('the second provider', () => {
  it('is not asked while the first one writes', async () => {
    expect(await world.openPromptsWithFallback().write(request)).toMatchObject({ source: 'openai' });
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
    const written = await world.openPromptsWithFallback().write(request);
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
    const written = await world.openPromptsWithFallback().write(request);
    expect(written.source).toBe('template');
    expect(written.note).toBe(`openai: status 429 rate_limit_exceeded; openai_fallback: ${note}`);
  });

  it('sees the photo too, is told nothing of the person, and answers in the same schema', async () => {
    first.setMood('overloaded');
    expect(await world.openPromptsWithFallback().write(request)).toMatchObject({ source: 'openai_fallback' });
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
    expect(await world.openPromptsWithFallback().write(request)).toMatchObject({ source: 'template' });
    expect(second.requests()).toEqual([]);
  });
});

describe('a provider that only an operator can bring back', () => {
  const letTimePass = () => world.db.query(`update breakers set open_until = clock_timestamp()`);
  const openBreakers = () =>
    world.db.query<{ name: string; reason: string }>('select name, reason from breakers');

  it.each<[OpenAiFaultKind, string]>([
    ['insufficient_quota', 'status 429 insufficient_quota'],
    ['invalid_key', 'status 401 invalid_api_key'],
    ['region', 'status 403 unsupported_country_region_territory'],
    ['model_not_found', 'status 404 model_not_found'],
    ['foreign_in_200', 'status 402'],
  ])('F-65 is asked once, by %s, and then left alone until its time is over', async (kind, reason) => {
    first.setMood(kind);
    expect((await world.openPrompts().write(request)).note).toBe(`openai: ${reason}`);
    expect(await openBreakers()).toEqual([{ name: 'prompts:openai', reason }]);
    // In other processes too, and although it would answer by now.
    first.setMood(null);
    for (let jobs = 0; jobs < 3; jobs++) {
      const written = await world.openPrompts().write(request);
      expect(written).toMatchObject({ source: 'template', note: 'openai: left alone' });
      expect(written.prompt).toContain(request.productText);
    }
    expect(first.requests()).toHaveLength(1);
    await letTimePass();
    expect(await world.openPrompts().write(request)).toMatchObject({ source: 'openai' });
    expect(first.requests()).toHaveLength(2);
  });

  it.each<OpenAiFaultKind>(['rate_limit', 'overloaded', 'server_error', 'reset', 'refusal', 'failed'])(
    'is none that fails by %s: the next job asks it again',
    async (kind) => {
      first.setMood(kind);
      await world.openPrompts().write(request);
      expect(await openBreakers()).toEqual([]);
      first.setMood(null);
      expect(await world.openPrompts().write(request)).toMatchObject({ source: 'openai' });
    },
  );

  it('leaves the prompts to the second one, which is left alone in its turn', async () => {
    first.setMood('insufficient_quota');
    const prompts = world.openPromptsWithFallback();
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
      const prompts = world.openPromptsWithFallback();
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
      const prompts = world.openPrompts({}, { dataSource: { manager } as TestDatabase['dataSource'] });
      const startedAt = performance.now();
      first.failNext({ kind: 'insufficient_quota' });
      expect(await prompts.write(request)).toMatchObject({ source: 'template' });
      expect(performance.now() - startedAt).toBeLessThan(PROVIDER_TIMEOUT_MS * 2);
    }
  });
});
