import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeOpenAi, SANDBOX_OPENAI_KEY } from '../../sandbox/openai/index.js';
import { writeVideoPrompt } from '../../sandbox/openai/openai-prompt.rules.js';
import { valueFor } from '../../sandbox/openai/openai-schema.rules.js';
import { chatRequest, messagePart, openAiApi, responsesRequest } from './fake-openai.support.js';

const openAi = new FakeOpenAi({ latencyTrueMs: { min: 0, max: 0 } });
const api = openAiApi(() => openAi.url);

beforeAll(() => openAi.start());
afterAll(() => openAi.stop());
beforeEach(() => openAi.reset());

describe('a response', () => {
  it('has the form of the wire: a reasoning item first, no output_text', async () => {
    const reply = await api.post('/v1/responses', responsesRequest());
    expect(reply.body).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'gpt-6-luna',
      error: null,
      incomplete_details: null,
      output: [
        { type: 'reasoning', summary: [] },
        {
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', annotations: [] }],
        },
      ],
    });
    expect(reply.body).not.toHaveProperty('output_text');
    const usage = reply.body.usage as Record<string, number>;
    expect(usage.total_tokens).toBe((usage.input_tokens ?? 0) + (usage.output_tokens ?? 0));
  });

  it('honours the schema with a prompt about the product', async () => {
    const text = 'Керамическая кружка, бирюзовая, 350 мл. Держит тепло. Утро на кухне';
    const answer = JSON.parse(
      messagePart(await api.post('/v1/responses', responsesRequest(text)))?.text ?? '',
    ) as {
      prompt: string;
      refusal_reason: string | null;
    };
    expect(answer.refusal_reason).toBeNull();
    expect(answer.prompt).toContain('A teal ceramic mug (350 ml)');
    expect(answer.prompt).toContain('in a bright kitchen early in the morning');
    expect(answer.prompt).not.toMatch(/[а-я]/i);
  });

  it('is read by the SDK', async () => {
    const sdk = new OpenAI({ apiKey: SANDBOX_OPENAI_KEY, baseURL: `${openAi.url}/v1`, maxRetries: 0 });
    const response = await sdk.responses.create(
      responsesRequest() as unknown as OpenAI.Responses.ResponseCreateParamsNonStreaming,
    );
    expect(JSON.parse(response.output_text)).toHaveProperty('prompt');
    const chat = await sdk.chat.completions.create(
      chatRequest() as unknown as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming,
    );
    expect(JSON.parse(chat.choices[0]?.message.content ?? '')).toHaveProperty('prompt');
  });

  it('is cut at the limit of its tokens', async () => {
    const reply = await api.post('/v1/responses', responsesRequest('A mug', { max_output_tokens: 20 }));
    expect(reply.body).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    expect(messagePart(reply)?.text).toHaveLength(80);
  });

  it('is plain text or any JSON where that is asked for', async () => {
    const plain = await api.post('/v1/responses', responsesRequest('A red lamp', { text: undefined }));
    expect(messagePart(plain)?.text).toMatch(/^A red lamp/);
    const json = await api.post(
      '/v1/responses',
      responsesRequest('A red lamp as JSON', { text: { format: { type: 'json_object' } } }),
    );
    expect(JSON.parse(messagePart(json)?.text ?? '')).toHaveProperty('prompt');
    const unsaid = await api.post(
      '/v1/responses',
      responsesRequest('A red lamp', { text: { format: { type: 'json_object' } } }),
    );
    expect(unsaid.status).toBe(400);
  });
});

describe('a chat completion', () => {
  it('has the form of the wire', async () => {
    const { body } = await api.post('/v1/chat/completions', chatRequest());
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'gpt-6-luna',
      choices: [{ index: 0, message: { role: 'assistant', refusal: null }, finish_reason: 'stop' }],
    });
  });
});

describe('the writer', () => {
  const write = (text: string, instructions = '') => writeVideoPrompt({ text, instructions });

  it('gives the same prompt for the same task, and another for another', () => {
    expect(write('рюкзак')).toBe(write('рюкзак'));
    expect(write('рюкзак', 'scene 1')).not.toBe(write('рюкзак', 'scene 2').replace('scene 2', 'scene 1'));
  });

  it.each([
    ['Городской рюкзак тёмно-синий, 20 л', 'A navy urban backpack (20 litres)'],
    ['Настольная лампа с тёплым светом', 'A lamp'],
    ['Прекрасная красная сумка', 'A red bag'],
    ['Bluetooth pet feeder with camera, 3 l', 'A Bluetooth pet feeder with camera (3 litres)'],
    ['Набор для вышивания', 'The product'],
  ])('names %s', (text, name) => {
    expect(write(text).startsWith(`${name}, exactly as in the photo`)).toBe(true);
  });

  it('keeps to the length that it was told, by whole sentences', () => {
    const prompt = write('Белая кружка', 'at most 300 characters');
    expect(prompt.length).toBeLessThanOrEqual(300);
    expect(prompt).toMatch(/\.$/);
  });

  it('lets a blogger speak where it is told to', () => {
    const prompt = write('Белая кружка', "a blogger's honest take. Words spoken are in Russian");
    expect(prompt).toContain('Filmed on a phone');
    expect(prompt).toMatch(/«.+»/);
    expect(write('Белая кружка')).toContain('No people');
  });

  it('keeps magic words that are not its own', () => {
    const prompt = write('Кружка [[fail:internal]] [[openai:refusal]]', 'at most 200 characters');
    expect(prompt).toContain('[[fail:internal]]');
    expect(prompt).not.toContain('openai');
  });
});

describe('a schema', () => {
  it('of a look at a photo is filled as for a good product', () => {
    const properties = {
      is_product: { type: 'boolean' },
      has_people: { type: 'boolean' },
      blurred: { type: 'boolean' },
      subject: { type: 'string' },
      warning: { type: ['string', 'null'] },
      mood: { type: 'string', enum: ['bright', 'dark'] },
      brands: { type: 'array', items: { type: 'string' } },
      count: { type: 'integer', minimum: 1 },
      box: { anyOf: [{ $ref: '#/$defs/box' }, { type: 'null' }] },
    };
    const box = {
      type: 'object',
      properties: { width: { type: 'number' } },
      required: ['width'],
      additionalProperties: false,
    };
    const schema = {
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
      $defs: { box },
    };
    expect(valueFor(schema, () => 'a mug')).toEqual({
      is_product: true,
      has_people: false,
      blurred: false,
      subject: 'a mug',
      warning: null,
      mood: 'bright',
      brands: [],
      count: 1,
      box: { width: 0 },
    });
  });
});
