import { z } from 'zod';
import { badRequest, type OpenAiError } from './openai-errors.js';

const detail = z.enum(['low', 'high', 'auto', 'original']);
const metadata = z.record(z.string(), z.string()).nullish();
const role = z.enum(['user', 'assistant', 'system', 'developer']);
const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);
const verbosity = z.enum(['low', 'medium', 'high']);
const serviceTier = z.enum(['auto', 'default', 'flex', 'priority']).nullish();
const schemaName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/);
const jsonSchema = z.record(z.string(), z.unknown());

const inputPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('input_text'), text: z.string() }),
  z.strictObject({
    type: z.literal('input_image'),
    image_url: z.string().nullish(),
    file_id: z.string().nullish(),
    detail: detail.optional(),
  }),
  z.strictObject({
    type: z.literal('output_text'),
    text: z.string(),
    annotations: z.array(z.unknown()).optional(),
  }),
]);
const inputItem = z.strictObject({
  type: z.literal('message').optional(),
  role,
  content: z.union([z.string(), z.array(inputPart).min(1)]),
});
const textFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: schemaName,
    description: z.string().optional(),
    strict: z.boolean().nullish(),
    schema: jsonSchema,
  }),
]);

/** The body of `POST /v1/responses`. https://platform.openai.com/docs/api-reference/responses/create */
export const responsesRequestSchema = z.strictObject({
  model: z.string(),
  input: z.union([z.string(), z.array(inputItem).min(1)]),
  instructions: z.string().nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  reasoning: z
    .strictObject({ effort: effort.nullish(), summary: z.enum(['auto', 'concise', 'detailed']).nullish() })
    .nullish(),
  text: z.strictObject({ format: textFormat.optional(), verbosity: verbosity.nullish() }).optional(),
  store: z.boolean().nullish(),
  safety_identifier: z.string().max(64).optional(),
  prompt_cache_key: z.string().max(64).optional(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  service_tier: serviceTier,
  stream: z.literal(false).nullish(),
  background: z.literal(false).nullish(),
  previous_response_id: z.null().optional(),
  include: z.array(z.string()).nullish(),
  tools: z.array(z.unknown()).max(0).optional(),
  metadata,
  user: z.string().optional(),
});
export type ResponsesRequest = z.infer<typeof responsesRequestSchema>;

const chatPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({
    type: z.literal('image_url'),
    image_url: z.strictObject({ url: z.string(), detail: detail.optional() }),
  }),
]);
const responseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: schemaName,
      description: z.string().optional(),
      strict: z.boolean().nullish(),
      schema: jsonSchema,
    }),
  }),
]);

/** The body of `POST /v1/chat/completions`. https://platform.openai.com/docs/api-reference/chat/create */
export const chatRequestSchema = z.strictObject({
  model: z.string(),
  messages: z
    .array(
      z.strictObject({
        role,
        content: z.union([z.string(), z.array(chatPart).min(1)]),
        name: z.string().optional(),
      }),
    )
    .min(1),
  max_completion_tokens: z.int().min(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  reasoning_effort: effort.nullish(),
  verbosity: verbosity.nullish(),
  response_format: responseFormat.optional(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.literal(1).nullish(),
  stream: z.literal(false).nullish(),
  store: z.boolean().nullish(),
  safety_identifier: z.string().max(64).optional(),
  prompt_cache_key: z.string().max(64).optional(),
  service_tier: serviceTier,
  seed: z.int().nullish(),
  metadata,
  user: z.string().optional(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

const moderationPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('image_url'), image_url: z.strictObject({ url: z.string() }) }),
]);

/** The body of `POST /v1/moderations`. https://platform.openai.com/docs/api-reference/moderations/create */
export const moderationRequestSchema = z.strictObject({
  model: z.string().optional(),
  input: z.union([z.string(), z.array(z.string()).min(1), z.array(moderationPart).min(1)]),
});
export type ModerationRequest = z.infer<typeof moderationRequestSchema>;

/** Reads a body, or says in OpenAI's words what is wrong with it. */
export function readRequest<T>(schema: z.ZodType<T>, body: unknown): { value: T } | { error: OpenAiError } {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  return { error: issue ? describeIssue(issue, body, []) : badRequest('Invalid request', null, null) };
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, body: unknown, before: readonly PropertyKey[]): OpenAiError {
  const path = [...before, ...issue.path];
  const deeper = issue.code === 'invalid_union' ? deepestIssue(issue.errors) : null;
  if (deeper) return describeIssue(deeper, body, path);
  const param = nameOf(path);
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    body,
  );
  switch (issue.code) {
    case 'unrecognized_keys': {
      const unknown = nameOf([...path, issue.keys[0] ?? '']);
      return badRequest(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
    }
    case 'too_small':
      return badRequest(
        `Invalid '${param}': value is too small or too short. Expected at least ${issue.minimum}.`,
        param,
        issue.origin === 'int' || issue.origin === 'number'
          ? 'integer_below_min_value'
          : 'string_below_min_length',
      );
    case 'too_big':
      return badRequest(
        `Invalid '${param}': value is too large or too long. Expected at most ${issue.maximum}.`,
        param,
        issue.origin === 'int' || issue.origin === 'number'
          ? 'integer_above_max_value'
          : 'string_above_max_length',
      );
    case 'invalid_format':
      return badRequest(
        `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        param,
        'invalid_value',
      );
    case 'invalid_value':
      if (value !== undefined) {
        const supported = issue.values.map((one) => `'${String(one)}'`).join(', ');
        return badRequest(
          `Invalid value: ${JSON.stringify(value).replaceAll('"', "'")}. Supported values are: ${supported}.`,
          param,
          'invalid_value',
        );
      }
      break;
    case 'invalid_union':
      // No branch of a discriminated union: the type itself is the wrong value.
      if (value !== undefined && param.endsWith('.type')) {
        return badRequest(
          `Invalid value: ${JSON.stringify(value).replaceAll('"', "'")}.`,
          param,
          'invalid_value',
        );
      }
      break;
    default:
      break;
  }
  if (value === undefined)
    return badRequest(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
  const expected = issue.code === 'invalid_type' ? issue.expected : 'another value';
  return badRequest(
    `Invalid type for '${param}': expected ${expected}, but got ${typeNameOf(value)} instead.`,
    param,
    'invalid_type',
  );
}

/** Of a union's branches, the one that the body came nearest to is the one that was meant. */
function deepestIssue(branches: readonly (readonly Issue[])[]): Issue | null {
  const issues = branches.flatMap((branch) => branch.slice(0, 1));
  return (
    issues.sort((one, other) => other.path.length - one.path.length).find((issue) => issue.path.length > 0) ??
    null
  );
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`,
    '',
  );
}

function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
