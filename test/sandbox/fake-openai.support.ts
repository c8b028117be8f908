import { SANDBOX_OPENAI_KEY } from '../../sandbox/openai/index.js';

/** An answer as it came; `text` is its body unread. */
export interface OpenAiReply {
  status: number;
  headers: Headers;
  // The tests look into bodies of many shapes.
  body: Record<string, unknown>;
  text: string;
}

/** A small client that hides nothing: the tests look at the wire. */
export function openAiApi(baseUrl: () => string) {
  const call = async (
    path: string,
    init: RequestInit = {},
    key = SANDBOX_OPENAI_KEY,
  ): Promise<OpenAiReply> => {
    const headers = { Authorization: `Bearer ${key}`, ...init.headers };
    const response = await fetch(`${baseUrl()}${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text), text };
  };
  const get = (path: string, key?: string) => call(path, {}, key);
  const post = (path: string, body: unknown, key?: string, signal?: AbortSignal) => {
    const headers = { 'Content-Type': 'application/json' };
    return call(path, { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null }, key);
  };
  return { call, get, post };
}

/** The schema that our prompt writer asks for. */
export const PROMPT_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['prompt', 'refusal_reason'],
  properties: { prompt: { type: 'string' }, refusal_reason: { type: ['string', 'null'] } },
};

const INSTRUCTIONS = 'You write prompts for vertical product videos, at most 1500 characters.';

type Body = Record<string, unknown>;

/** A good body for `/v1/responses`. */
export function responsesRequest(text = 'A blue ceramic mug', change: Body = {}): Body {
  return {
    model: 'gpt-6-luna',
    store: false,
    max_output_tokens: 1200,
    reasoning: { effort: 'none' },
    instructions: INSTRUCTIONS,
    input: [{ role: 'user', content: [{ type: 'input_text', text }] }],
    text: { format: { type: 'json_schema', name: 'video_prompt', strict: true, schema: PROMPT_SCHEMA } },
    safety_identifier: 'a-hash',
    ...change,
  };
}

/** A good body for `/v1/chat/completions`. */
export function chatRequest(text = 'A blue ceramic mug', change: Body = {}): Body {
  return {
    model: 'gpt-6-luna',
    max_completion_tokens: 1200,
    messages: [
      { role: 'system', content: INSTRUCTIONS },
      { role: 'user', content: [{ type: 'text', text }] },
    ],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'video_prompt', strict: true, schema: PROMPT_SCHEMA },
    },
    ...change,
  };
}

interface OutputItem {
  type: string;
  content?: { type: string; text?: string; refusal?: string }[];
}

/** The message's part in a response, wherever it stands in `output`. */
export function messagePart(
  reply: OpenAiReply,
): { type: string; text?: string; refusal?: string } | undefined {
  const output = reply.body.output as OutputItem[];
  return output.find(({ type }) => type === 'message')?.content?.[0];
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {};
  }
}
