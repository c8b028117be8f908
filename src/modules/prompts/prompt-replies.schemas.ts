import { z } from 'zod';
import { cleanText } from './prompt-text.rules.js';
import type { TokenUsage, WriterReply } from './prompt.types.js';

const REASON_LENGTH_MAX = 300;

const tokens = z.number().int().nonnegative().catch(0);
const optionalText = z.string().nullish().catch(null);

const responsesSchema = z.object({
  status: z.string(),
  incomplete_details: z.object({ reason: optionalText }).nullish().catch(null),
  error: z.object({ code: optionalText }).nullish().catch(null),
  output: z.array(z.looseObject({ type: z.string(), content: z.unknown().optional() })),
  usage: z.object({ input_tokens: tokens, output_tokens: tokens }).nullish().catch(null),
});

const partsSchema = z
  .array(z.looseObject({ type: z.string(), text: optionalText, refusal: optionalText }))
  .catch([]);

/** The text of a response, or why there is none. */
export type ResponseText = TokenUsage & { kind: 'text' | 'refused' | 'unusable'; text: string };

const NOTHING: TokenUsage = { tokensIn: 0, tokensOut: 0 };

/** The body of `POST /v1/responses` for a prompt. */
export function readResponsesReply(body: unknown): WriterReply {
  const reply = readResponseText(body);
  const { kind, text, ...usage } = reply;
  return kind === 'text' ? readAnswer(text, usage) : { kind, text, ...usage };
}

/**
 * The text of a `POST /v1/responses`. Its output may start with reasoning, and `output_text` is not on the wire.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
export function readResponseText(body: unknown): ResponseText {
  const reply = responsesSchema.safeParse(body).data;
  if (!reply) return { kind: 'unusable', text: 'a foreign body', ...NOTHING };
  const { input_tokens: tokensIn = 0, output_tokens: tokensOut = 0 } = reply.usage ?? {};
  const usage = { tokensIn, tokensOut };
  if (reply.status !== 'completed') {
    const why = reply.error?.code ?? reply.incomplete_details?.reason ?? 'no reason';
    return { kind: 'unusable', text: `status ${reply.status}: ${why}`, ...usage };
  }
  const parts = reply.output
    .filter((item) => item.type === 'message')
    .flatMap((item) => partsSchema.parse(item.content));
  const refusal = parts.find((part) => part.type === 'refusal')?.refusal;
  if (refusal) return { kind: 'refused', text: shorten(refusal), ...usage };
  const text = parts.map((part) => (part.type === 'output_text' ? (part.text ?? '') : '')).join('');
  return { kind: 'text', text, ...usage };
}

const chatSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: optionalText,
        message: z.object({ content: optionalText, refusal: optionalText }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
});

/**
 * The body of `POST /v1/chat/completions`. Some providers put an error into HTTP 200, without any choices.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function readChatReply(body: unknown): WriterReply {
  const reply = chatSchema.safeParse(body).data;
  const choice = reply?.choices[0];
  if (!choice) return { kind: 'unusable', text: 'a foreign body', ...NOTHING };
  const { prompt_tokens: tokensIn = 0, completion_tokens: tokensOut = 0 } = reply.usage ?? {};
  const usage = { tokensIn, tokensOut };
  if (choice.message.refusal) return { kind: 'refused', text: shorten(choice.message.refusal), ...usage };
  if (choice.finish_reason !== 'stop') {
    return { kind: 'unusable', text: `finish reason ${choice.finish_reason ?? 'unknown'}`, ...usage };
  }
  const content = (choice.message.content ?? '').replace(/^\s*```(?:json)?|```\s*$/g, '');
  return readAnswer(content, usage);
}

const answerSchema = z.object({ prompt: z.string(), refusal_reason: optionalText });

function readAnswer(text: string, usage: TokenUsage): WriterReply {
  const answer = answerSchema.safeParse(parseJson(text)).data;
  if (!answer) return { kind: 'unusable', text: 'an answer outside its schema', ...usage };
  const prompt = cleanText(answer.prompt);
  if (prompt !== '') return { kind: 'written', prompt, ...usage };
  if (answer.refusal_reason) return { kind: 'refused', text: shorten(answer.refusal_reason), ...usage };
  return { kind: 'unusable', text: 'an empty prompt', ...usage };
}

function shorten(text: string): string {
  return cleanText(text).slice(0, REASON_LENGTH_MAX);
}

/** JSON as a value; undefined for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
