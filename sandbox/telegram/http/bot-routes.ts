import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeArgs } from '../calls.js';
import { type Dispatcher, type Outcome, refusal } from '../dispatcher.js';
import { BotApiError } from '../errors.js';
import { DOWNLOAD, type FaultPlan } from '../faults.js';
import { BotQuery } from '../query.js';
import { toBotApiError, type World } from '../world.js';
import { readQuery, removeUploads } from './request-reader.js';

/** What the bot's routes work with. */
export interface BotRoutesContext {
  world: World;
  dispatcher: Dispatcher;
  faults: FaultPlan;
  /** Says what a request held, for the record of calls. */
  describe: (request: FastifyRequest, summary: unknown) => void;
}

/** Adds `/bot<token>/<method>` and `/file/bot<token>/<path>`, and answers all else as the real server does. */
export function addBotRoutes(app: FastifyInstance, context: BotRoutesContext): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/bot:token/:method',
    handler: (request, reply) => handleCall(request, reply, context),
  });
  app.get('/file/bot:token/*', (request, reply) => handleDownload(request, reply, context));
  app.setNotFoundHandler((_request, reply) =>
    send(_request, reply, refusal(new BotApiError(404, 'Not Found'))),
  );
  app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
    const tooLarge = error.statusCode === 413;
    const known = tooLarge ? new BotApiError(413, 'Request Entity Too Large') : toBotApiError(error);
    return send(request, reply, refusal(known));
  });
}

async function handleCall(request: FastifyRequest, reply: FastifyReply, context: BotRoutesContext) {
  const { token, method } = request.params as { token: string; method: string };
  const query = await readQuery(request, method, context.world);
  try {
    context.describe(request, describeArgs(query));
    if (token !== context.world.options.token) return send(request, reply, refusal(badToken(token)));
    return send(request, reply, await context.dispatcher.run(query));
  } finally {
    await removeUploads(query);
  }
}

async function handleDownload(request: FastifyRequest, reply: FastifyReply, context: BotRoutesContext) {
  const { token, '*': path } = request.params as { token: string; '*': string };
  const { world, faults, dispatcher } = context;
  const file = token === world.options.token ? world.files.findDownload(path) : undefined;
  if (!file) return send(request, reply, refusal(new BotApiError(404, 'Not Found')));
  const fault = faults.take(new BotQuery(DOWNLOAD, new Map()), file.senderId ?? null);
  const outcome = fault && (await dispatcher.meetFault(fault));
  if (outcome) return send(request, reply, outcome);
  return reply.type('application/octet-stream').send(await world.files.read(file));
}

function badToken(token: string): BotApiError {
  const wellFormed = token.length <= 80 && /^[1-9]\d*:/.test(token);
  return new BotApiError(401, wellFormed ? 'Unauthorized' : 'Unauthorized: invalid token specified');
}

/** Turns an outcome into an HTTP answer, silence or a cut connection. */
function send(request: FastifyRequest, reply: FastifyReply, outcome: Outcome) {
  if (outcome.kind !== 'answer') {
    reply.hijack();
    if (outcome.kind === 'reset') request.raw.socket.resetAndDestroy();
    return reply;
  }
  const { status, body, retryAfterS } = outcome;
  if (retryAfterS !== undefined) void reply.header('Retry-After', String(retryAfterS));
  const type = typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json';
  return reply
    .code(status)
    .type(type)
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}
