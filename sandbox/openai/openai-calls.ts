import type { ModelAnswer, AnswerRequest } from './openai-answers.js';
import { badRequest, unknownModel, type OpenAiError } from './openai-errors.js';
import { findServedModel } from './openai-models.data.js';
import type { ChatRequest, ResponsesRequest } from './openai-requests.schemas.js';
import { findSchemaProblem, type JsonSchema } from './openai-schema.rules.js';

/** A picture of a request and where it stands in it. */
export interface ImageInput {
  url: string;
  detail?: string;
  param: string;
}

/** A generation, whichever endpoint it came by. */
export interface GenerationCall {
  model: string;
  task: AnswerRequest['task'];
  images: ImageInput[];
  form: AnswerRequest['form'];
  formName: string;
  formParam: string;
  strict: boolean;
  outputTokensMax: number | null;
  /** Parameters that a reasoning model refuses, and what it says. */
  refusedByReasoning: { param: string; message: string }[];
}

/** What an answer looks like on the wire. */
export type AnswerBody = (
  model: string,
  answer: ModelAnswer,
  usage: { input: number; output: number },
) => unknown;

/** Reads a Responses request as a generation. */
export function callOfResponses(request: ResponsesRequest): GenerationCall {
  const items =
    typeof request.input === 'string' ? [{ role: 'user' as const, content: request.input }] : request.input;
  const told = items
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(({ content }) => textOf(content));
  const said = items.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
  const format = request.text?.format;
  return {
    model: request.model,
    task: { instructions: [request.instructions ?? '', ...told].join('\n'), text: said.join('\n') },
    images: items.flatMap(({ content }, item) =>
      typeof content === 'string'
        ? []
        : content.flatMap((part, index) =>
            part.type === 'input_image'
              ? [
                  {
                    url: part.image_url ?? '',
                    detail: part.detail,
                    param: `input[${item}].content[${index}].image_url`,
                  },
                ]
              : [],
          ),
    ),
    form:
      format?.type === 'json_schema'
        ? { schema: format.schema }
        : format?.type === 'json_object'
          ? 'json'
          : null,
    formName: format?.type === 'json_schema' ? format.name : '',
    formParam: 'text.format.schema',
    strict: format?.type === 'json_schema' && format.strict !== false,
    outputTokensMax: request.max_output_tokens ?? null,
    refusedByReasoning: samplingOf(request, request.reasoning?.effort ?? null),
  };
}

/** Reads a Chat Completions request as a generation. */
export function callOfChat(request: ChatRequest): GenerationCall {
  const { messages } = request;
  const told = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(({ content }) => textOf(content));
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => textOf(content));
  const format = request.response_format;
  const maxTokens = {
    param: 'max_tokens',
    message:
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  };
  return {
    model: request.model,
    task: { instructions: told.join('\n'), text: said.join('\n') },
    images: messages.flatMap(({ content }, item) =>
      typeof content === 'string'
        ? []
        : content.flatMap((part, index) =>
            part.type === 'image_url'
              ? [{ ...part.image_url, param: `messages[${item}].content[${index}].image_url.url` }]
              : [],
          ),
    ),
    form:
      format?.type === 'json_schema'
        ? { schema: format.json_schema.schema }
        : format?.type === 'json_object'
          ? 'json'
          : null,
    formName: format?.type === 'json_schema' ? format.json_schema.name : '',
    formParam: 'response_format',
    strict: format?.type === 'json_schema' && format.json_schema.strict === true,
    outputTokensMax: request.max_completion_tokens ?? request.max_tokens ?? null,
    refusedByReasoning: [
      ...(typeof request.max_tokens === 'number' ? [maxTokens] : []),
      ...samplingOf(request, request.reasoning_effort ?? null),
    ],
  };
}

/** What OpenAI itself holds against a well-formed call: its model, its parameters, its schema. Null when nothing. */
export function findCallProblem(call: GenerationCall, anyModel: boolean): OpenAiError | null {
  const model = findServedModel(call.model, new Date());
  if (!model && !anyModel) return unknownModel(call.model);
  const refused = model?.reasons ? call.refusedByReasoning[0] : undefined;
  if (refused) return badRequest(refused.message, refused.param, 'unsupported_parameter');
  if (call.form === 'json' && !/json/i.test(`${call.task.instructions}${call.task.text}`)) {
    const message =
      "'messages' must contain the word 'json' in some form, to use 'text.format' of type 'json_object'.";
    return badRequest(message, 'input', null);
  }
  if (!call.strict || call.form === null || call.form === 'json') return null;
  const problem = findSchemaProblem(call.form.schema satisfies JsonSchema);
  const message = `Invalid schema for response_format '${call.formName}': ${problem ?? ''}`;
  return problem ? badRequest(message, call.formParam, 'invalid_json_schema') : null;
}

function samplingOf(
  request: { temperature?: number | null; top_p?: number | null },
  effort: string | null,
): { param: string; message: string }[] {
  if (effort === 'none') return [];
  return (['temperature', 'top_p'] as const)
    .filter((param) => typeof request[param] === 'number' && request[param] !== 1)
    .map((param) => ({
      param,
      message: `Unsupported parameter: '${param}' is not supported with this model.`,
    }));
}

function textOf(content: string | readonly { type: string; text?: string }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('\n');
}
