import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { answerAs, chatBody, countTokens, responsesBody } from './openai-answers.js';
import {
  callOfChat,
  callOfResponses,
  findCallProblem,
  type AnswerBody,
  type GenerationCall,
} from './openai-calls.js';
import type { OpenAiDesk, Result } from './openai-desk.js';
import { unknownModel, type OpenAiError } from './openai-errors.js';
import type { OpenAiFault, OpenAiRoute } from './openai-faults.js';
import { seeImage, type Colour } from './openai-images.js';
import { OPENAI_MODEL_ROWS, findServedModel } from './openai-models.data.js';
import { flagsOfText, moderationResult } from './openai-moderation.rules.js';
import {
  chatRequestSchema,
  moderationRequestSchema,
  readRequest,
  responsesRequestSchema,
  type ModerationRequest,
} from './openai-requests.schemas.js';

const CREATED_S = 1_790_000_000;

/** How an endpoint turns its body into a generation and the answer into its own form. */
interface Endpoint<T> {
  route: OpenAiRoute;
  schema: z.ZodType<T>;
  read(request: T): GenerationCall;
  write: AnswerBody;
}

/** Adds OpenAI's routes; `compatible` leaves out what other providers do not have. */
export function openAiRoutes(app: FastifyInstance, desk: OpenAiDesk, compatible: boolean): void {
  const generation = <T>(path: string, endpoint: Endpoint<T>): void => {
    app.post(path, (request, reply) =>
      desk.handle(endpoint.route, { request, reply }, (fault) =>
        generate(request.body, endpoint, { fault, anyModel: compatible, desk }),
      ),
    );
  };
  generation('/v1/chat/completions', {
    route: 'chat',
    schema: chatRequestSchema,
    read: callOfChat,
    write: chatBody,
  });
  app.get('/v1/models', (request, reply) => {
    const error = desk.findKeyError(request);
    return desk.send(reply, error ? { error } : { body: modelList() });
  });
  if (compatible) return;
  generation('/v1/responses', {
    route: 'responses',
    schema: responsesRequestSchema,
    read: callOfResponses,
    write: responsesBody,
  });
  app.post('/v1/moderations', (request, reply) =>
    desk.handle('moderations', { request, reply }, () => moderate(request.body, desk)),
  );
}

async function generate<T>(
  body: unknown,
  endpoint: Endpoint<T>,
  { fault, anyModel, desk }: { fault: OpenAiFault | null; anyModel: boolean; desk: OpenAiDesk },
): Promise<Result> {
  const parsed = readRequest(endpoint.schema, body);
  if ('error' in parsed) return parsed;
  const call = endpoint.read(parsed.value);
  const problem = findCallProblem(call, anyModel);
  if (problem) return { error: problem };
  let input = countTokens(call.task.instructions) + countTokens(call.task.text);
  const pictures: Colour[] = [];
  for (const image of call.images) {
    const seen = await seeImage(image.url, image);
    if ('status' in seen) return { error: seen };
    input += seen.tokens;
    pictures.push(seen.colour);
  }
  const answer = answerAs({ ...call, fault, sight: desk.see(pictures) });
  const output = 'text' in answer ? countTokens(answer.text) : (call.outputTokensMax ?? 0);
  return { body: endpoint.write(call.model, answer, { input, output }) };
}

async function moderate(body: unknown, desk: OpenAiDesk): Promise<Result> {
  const parsed = readRequest(moderationRequestSchema, body);
  if ('error' in parsed) return parsed;
  const { model = 'omni-moderation-latest', input } = parsed.value;
  if (!model.startsWith('omni-moderation')) return { error: unknownModel(model) };
  const results = await judge(input, desk);
  if ('error' in results) return results;
  const id = `modr-${randomBytes(12).toString('hex')}`;
  return { body: { id, model: 'omni-moderation-2024-09-26', results: results.list } };
}

/** One result for a whole multi-part input, one for each string of a plain list. */
async function judge(
  input: ModerationRequest['input'],
  desk: OpenAiDesk,
): Promise<{ list: unknown[] } | { error: OpenAiError }> {
  if (typeof input === 'string') return judge([input], desk);
  const texts = input.filter((part) => typeof part === 'string');
  if (texts.length > 0) {
    return { list: texts.map((text) => moderationResult({ text: flagsOfText(text), images: null })) };
  }
  let text: string[] | null = null;
  const pictures: Colour[] = [];
  for (const [index, part] of input.entries()) {
    if (typeof part === 'string') continue;
    if (part.type === 'text') text = [...(text ?? []), ...flagsOfText(part.text)];
    else {
      const seen = await seeImage(part.image_url.url, { param: `input[${index}].image_url.url` });
      if ('status' in seen) return { error: seen };
      pictures.push(seen.colour);
    }
  }
  const images = pictures.length > 0 ? desk.see(pictures).flagged : null;
  return { list: [moderationResult({ text, images })] };
}

/** https://platform.openai.com/docs/api-reference/models/list ; `shutdown_date` is null for models without one. */
function modelList(): unknown {
  const served = OPENAI_MODEL_ROWS.filter(({ id }) => findServedModel(id, new Date()));
  const data = served.map(({ id, shutdownDate }) => ({
    id,
    object: 'model',
    created: CREATED_S,
    owned_by: 'openai',
    shutdown_date: shutdownDate,
  }));
  return { object: 'list', data };
}
