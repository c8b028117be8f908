import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { FakeOpenAi } from '../../sandbox/openai/index.js';
import { PROMPT_SCHEMA, chatRequest, openAiApi, responsesRequest } from './fake-openai.support.js';

const openAi = new FakeOpenAi({ latencyTrueMs: { min: 0, max: 0 } });
const api = openAiApi(() => openAi.url);

beforeAll(() => openAi.start());
afterAll(() => openAi.stop());
beforeEach(() => openAi.reset());

type Body = Record<string, unknown>;

/** What stands in the error of a refused request. */
async function refusal(path: string, body: unknown): Promise<Body> {
  const reply = await api.post(path, body);
  return { status: reply.status, ...(reply.body.error as Body) };
}

describe('a key', () => {
  it.each(['/v1/responses', '/v1/chat/completions', '/v1/moderations'])(
    'that is wrong gets 401 from %s',
    async (path) => {
      const reply = await api.post(path, responsesRequest(), 'sk-wrong-key-1234');
      expect(reply.status).toBe(401);
      expect(reply.body.error).toEqual({
        message:
          'Incorrect API key provided: sk-w****1234. You can find your API key at https://platform.openai.com/account/api-keys.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      });
      expect(openAi.requests()).toEqual([]);
    },
  );

  it('that is missing gets 401 without a code', async () => {
    const reply = await api.call('/v1/models', { headers: { Authorization: '' } });
    expect(reply.status).toBe(401);
    expect(reply.body.error).toMatchObject({ code: null });
  });

  it('can be added and revoked', async () => {
    openAi.addKey('second');
    expect((await api.get('/v1/models', 'second')).status).toBe(200);
    openAi.revokeKey('second');
    expect((await api.get('/v1/models', 'second')).status).toBe(401);
  });
});

const badSchema = (schema: unknown) => ({
  text: { format: { type: 'json_schema', name: 'video_prompt', strict: true, schema } },
});

describe('/v1/responses', () => {
  it.each<[string, Body, Body]>([
    [
      'an unknown parameter',
      { max_tokens: 5 },
      { code: 'unknown_parameter', param: 'max_tokens', message: "Unknown parameter: 'max_tokens'." },
    ],
    [
      'an unknown parameter inside',
      { reasoning: { efort: 'low' } },
      { code: 'unknown_parameter', param: 'reasoning.efort' },
    ],
    [
      'no model',
      { model: undefined },
      { code: 'missing_required_parameter', message: "Missing required parameter: 'model'." },
    ],
    ['no input', { input: undefined }, { code: 'missing_required_parameter', param: 'input' }],
    ['an unknown model', { model: 'gpt-7' }, { status: 404, code: 'model_not_found' }],
    ['a model past its day', { model: 'gpt-4.1-nano' }, { status: 404, code: 'model_not_found' }],
    [
      'text for a number',
      { max_output_tokens: '1200' },
      { code: 'invalid_type', param: 'max_output_tokens' },
    ],
    ['too small a limit', { max_output_tokens: 5 }, { code: 'integer_below_min_value' }],
    [
      'an unknown effort',
      { reasoning: { effort: 'off' } },
      { code: 'invalid_value', param: 'reasoning.effort' },
    ],
    [
      'a temperature while it reasons',
      { temperature: 0.2, reasoning: { effort: 'low' } },
      { code: 'unsupported_parameter', param: 'temperature' },
    ],
    [
      'a part of chat',
      { input: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] },
      { code: 'invalid_value', param: 'input[0].content[0].type' },
    ],
    ['too long an identifier', { safety_identifier: 'a'.repeat(65) }, { code: 'string_above_max_length' }],
    [
      'a bad schema name',
      { text: { format: { type: 'json_schema', name: 'a b', schema: PROMPT_SCHEMA } } },
      { param: 'text.format.name' },
    ],
    [
      'a schema open to more',
      badSchema({ ...PROMPT_SCHEMA, additionalProperties: undefined }),
      {
        code: 'invalid_json_schema',
        param: 'text.format.schema',
        message:
          "Invalid schema for response_format 'video_prompt': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      },
    ],
    [
      'a schema with an optional property',
      badSchema({ ...PROMPT_SCHEMA, required: ['prompt'] }),
      {
        message:
          "Invalid schema for response_format 'video_prompt': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'refusal_reason'.",
      },
    ],
    [
      'a schema of a list',
      badSchema({ type: 'array', items: { type: 'string' } }),
      { code: 'invalid_json_schema' },
    ],
    [
      'a schema whose inside is open',
      badSchema({
        ...PROMPT_SCHEMA,
        properties: { ...PROMPT_SCHEMA.properties, refusal_reason: { type: 'object', properties: {} } },
      }),
      {
        message:
          "Invalid schema for response_format 'video_prompt': In context=('properties', 'refusal_reason'), 'additionalProperties' is required to be supplied and to be false.",
      },
    ],
  ])('refuses %s', async (_what, change, error) => {
    const found = await refusal('/v1/responses', responsesRequest('a', change));
    expect(found).toMatchObject({ status: 400, type: 'invalid_request_error', ...error });
  });

  it('takes what is right', async () => {
    expect((await api.post('/v1/responses', responsesRequest())).status).toBe(200);
    expect((await api.post('/v1/responses', { model: 'gpt-6-luna', input: 'Hello' })).status).toBe(200);
    const cool = responsesRequest('a', { temperature: 0.2 });
    expect((await api.post('/v1/responses', cool)).status).toBe(200);
  });

  it('refuses a body that is no JSON, and unknown paths', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const broken = await api.call('/v1/responses', { method: 'POST', headers, body: '{"model"' });
    expect([broken.status, (broken.body.error as Body).message]).toEqual([
      400,
      'We could not parse the JSON body of your request.',
    ]);
    expect(await refusal('/v1/videos', {})).toMatchObject({
      status: 404,
      message: 'Invalid URL (POST /v1/videos)',
    });
  });
});

describe('a picture', () => {
  const photo = readAsset('photos/mug.jpg').toString('base64');
  const withPicture = (image_url: string) =>
    responsesRequest('a', {
      input: [{ role: 'user', content: [{ type: 'input_image', image_url, detail: 'low' }] }],
    });

  it('must be one', async () => {
    const refused = async (url: string) => (await refusal('/v1/responses', withPicture(url))).code;
    expect(await refused(`data:image/jpeg;base64,${Buffer.from('no picture').toString('base64')}`)).toBe(
      'invalid_image_format',
    );
    expect(await refused('data:image/jpeg;base64,???')).toBe('invalid_base64_image');
    expect(await refused('data:image/jpeg;base64,')).toBe('empty_image_file');
    expect(await refused(`data:image/jpeg;base64,${photo.slice(0, 8_000)}`)).toBe('invalid_image_format');
    expect(await refused('http://127.0.0.1:9/a.jpg')).toBe('invalid_image_url');
  });

  it('costs tokens and is recorded by its size', async () => {
    const plain = (await api.post('/v1/responses', responsesRequest('a'))).body.usage as {
      input_tokens: number;
    };
    const reply = await api.post('/v1/responses', withPicture(`data:image/jpeg;base64,${photo}`));
    expect((reply.body.usage as { input_tokens: number }).input_tokens).toBeGreaterThan(
      plain.input_tokens + 100,
    );
    const record = JSON.stringify(openAi.requests()[1]);
    expect(record).toContain(`data:image/jpeg;base64,<${readAsset('photos/mug.jpg').length} bytes>`);
    expect(record).not.toContain(photo.slice(0, 50));
  });

  it('of chat stands in image_url.url', async () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } }];
    expect(
      await refusal('/v1/chat/completions', chatRequest('a', { messages: [{ role: 'user', content }] })),
    ).toMatchObject({
      code: 'invalid_image_format',
      param: 'messages[0].content[0].image_url.url',
    });
  });
});

describe('/v1/chat/completions', () => {
  it('wants max_completion_tokens of a reasoning model', async () => {
    expect(await refusal('/v1/chat/completions', chatRequest('a', { max_tokens: 100 }))).toMatchObject({
      status: 400,
      code: 'unsupported_parameter',
      param: 'max_tokens',
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    });
    const older = chatRequest('a', { model: 'gpt-4o-mini', max_tokens: 100 });
    expect((await api.post('/v1/chat/completions', older)).status).toBe(200);
  });

  it('refuses the fields of Responses and a bad schema', async () => {
    expect(await refusal('/v1/chat/completions', chatRequest('a', { instructions: 'b' }))).toMatchObject({
      code: 'unknown_parameter',
    });
    const json_schema = { name: 'a', strict: true, schema: { ...PROMPT_SCHEMA, required: [] } };
    const body = chatRequest('a', { response_format: { type: 'json_schema', json_schema } });
    expect(await refusal('/v1/chat/completions', body)).toMatchObject({
      code: 'invalid_json_schema',
      param: 'response_format',
    });
  });
});

describe('every answer', () => {
  it('has a request id and the state of the limits', async () => {
    const { headers } = await api.post('/v1/responses', responsesRequest());
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    expect(headers.get('x-ratelimit-limit-requests')).toBe('500');
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('499');
    for (const name of ['limit-tokens', 'remaining-tokens', 'reset-requests', 'reset-tokens']) {
      expect(headers.get(`x-ratelimit-${name}`)).toBeTruthy();
    }
  });
});

describe('/v1/models', () => {
  it('lists what is served, with the day on which it stops', async () => {
    const { body } = await api.get('/v1/models');
    const models = body.data as { id: string; shutdown_date: string | null }[];
    expect(body.object).toBe('list');
    expect(models.find(({ id }) => id === 'gpt-6-luna')).toMatchObject({
      object: 'model',
      shutdown_date: null,
    });
    expect(models.find(({ id }) => id === 'gpt-4.1-nano')).toBeUndefined();
  });
});
