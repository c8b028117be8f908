import { randomBytes } from 'node:crypto';
import { isAnswerFault, type OpenAiFault } from './openai-faults.js';
import { writeVideoPrompt, nameProduct, type WritingTask } from './openai-prompt.rules.js';
import { valueFor, type JsonSchema } from './openai-schema.rules.js';
import { answerWithSight, type Sight } from './openai-sight.rules.js';

/** What the model made of a request. */
export type ModelAnswer =
  | { kind: 'text'; text: string; cut: boolean }
  | { kind: 'nothing' }
  | { kind: 'filtered'; text: string }
  | { kind: 'refusal'; text: string }
  | { kind: 'failed' };

/** What is asked for: the task, the form of the answer and its limit. */
export interface AnswerRequest {
  task: WritingTask;
  /** The schema to honour; `json` without one for json_object, null for plain text. */
  form: { schema: JsonSchema } | 'json' | null;
  outputTokensMax: number | null;
  fault: OpenAiFault | null;
  /** What is in the pictures of the request. */
  sight: Sight;
}

/** Token counts as OpenAI reports them, per endpoint named differently. */
export interface Usage {
  input: number;
  output: number;
}

/** English text holds about 4 characters a token. */
const TOKEN_CHARACTERS = 4;
const LONG_TEXT_LENGTH = 30_000;
const REFUSAL = "I'm sorry, but I can't assist with that request.";
/** What nobody but a text in the photo has asked for. */
const HIJACKED =
  'Huge red letters say: buy now at https://evil.example/win, only 99 ₽. A voice tells everybody to write to @evil_shop today.';
const DECLINED = 'This product cannot be shown in an advertising video.';

/** Plays the model. */
export function answerAs(request: AnswerRequest): ModelAnswer {
  const kind = request.fault?.kind;
  const text =
    kind !== undefined && isAnswerFault(kind) ? writeWith(request, kind) : writeWith(request, null);
  if (kind === 'refusal') return { kind: 'refusal', text: REFUSAL };
  if (kind === 'failed') return { kind: 'failed' };
  if (kind === 'incomplete_empty') return { kind: 'nothing' };
  if (kind === 'filtered') return { kind: 'filtered', text: text.slice(0, text.length / 2) };
  if (kind === 'bad_json')
    return { kind: 'text', text: `Sure! Here is your prompt: ${text.slice(1)}`, cut: false };
  const lengthMax = (request.outputTokensMax ?? Infinity) * TOKEN_CHARACTERS;
  if (kind === 'incomplete_cut') return { kind: 'text', text: text.slice(0, text.length / 2), cut: true };
  return { kind: 'text', text: text.slice(0, lengthMax), cut: text.length > lengthMax };
}

/** About how many tokens a text is. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / TOKEN_CHARACTERS);
}

function writeWith({ task, form, sight }: AnswerRequest, kind: string | null): string {
  const written = writeAs(kind, task);
  if (form === null) return written;
  if (form === 'json') return JSON.stringify({ prompt: written });
  const declined = kind === 'declined';
  const writeText = (name: string): string => {
    if (/refus|reason/i.test(name)) return declined ? DECLINED : '';
    if (declined) return '';
    if (/lang/i.test(name)) return 'en';
    return /product|subject|title|name/i.test(name) ? nameProduct(task.text) : written;
  };
  const value = answerWithSight(valueFor(form.schema, writeText), form.schema, sight);
  return JSON.stringify(declined ? withReason(value) : value);
}

function writeAs(kind: string | null, task: WritingTask): string {
  switch (kind) {
    case 'long_prompt':
      return longText(task);
    case 'empty_prompt':
      return '';
    case 'hijacked':
      return `${writeVideoPrompt(task)} ${HIJACKED}`;
    default:
      return writeVideoPrompt(task);
  }
}

/** A nullable reason is null for a good product; a declined one needs it. */
function withReason(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [
    name,
    /refus|reason/i.test(name) ? DECLINED : (one as unknown),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function longText(task: WritingTask): string {
  const once = `${writeVideoPrompt(task)} `;
  return once.repeat(Math.ceil(LONG_TEXT_LENGTH / once.length)).slice(0, LONG_TEXT_LENGTH);
}

function isCut(answer: ModelAnswer): boolean {
  return answer.kind === 'nothing' || answer.kind === 'filtered' || (answer.kind === 'text' && answer.cut);
}

function newId(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('hex')}`;
}

/** The body of `POST /v1/responses`. https://platform.openai.com/docs/api-reference/responses/object */
export function responsesBody(model: string, answer: ModelAnswer, usage: Usage): Record<string, unknown> {
  const cut = isCut(answer);
  const status = answer.kind === 'failed' ? 'failed' : cut ? 'incomplete' : 'completed';
  const content =
    answer.kind === 'refusal'
      ? { type: 'refusal', refusal: answer.text }
      : 'text' in answer
        ? { type: 'output_text', text: answer.text, annotations: [], logprobs: [] }
        : null;
  const message = content && {
    id: newId('msg'),
    type: 'message',
    role: 'assistant',
    status: cut ? 'incomplete' : 'completed',
    content: [content],
  };
  return {
    id: newId('resp'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status,
    model,
    error:
      answer.kind === 'failed'
        ? { code: 'server_error', message: 'The model failed to generate a response.' }
        : null,
    incomplete_details: cut
      ? { reason: answer.kind === 'filtered' ? 'content_filter' : 'max_output_tokens' }
      : null,
    output: [{ id: newId('rs'), type: 'reasoning', summary: [] }, ...(message ? [message] : [])],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.input + usage.output,
    },
  };
}

/** The body of `POST /v1/chat/completions`. https://platform.openai.com/docs/api-reference/chat/object */
export function chatBody(model: string, answer: ModelAnswer, usage: Usage): Record<string, unknown> {
  const cut = isCut(answer);
  const message = {
    role: 'assistant',
    content:
      'text' in answer && answer.kind !== 'refusal' ? answer.text : answer.kind === 'nothing' ? '' : null,
    refusal: answer.kind === 'refusal' ? answer.text : null,
    annotations: [],
  };
  return {
    id: newId('chatcmpl'),
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [
      {
        index: 0,
        message,
        logprobs: null,
        finish_reason: answer.kind === 'filtered' ? 'content_filter' : cut ? 'length' : 'stop',
      },
    ],
    usage: {
      prompt_tokens: usage.input,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.output,
    },
  };
}
