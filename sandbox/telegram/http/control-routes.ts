import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PeopleError } from '../errors.js';
import type { FakeTelegram } from '../fake-telegram.js';
import { isVerb, runVerb } from './control-verbs.js';

/** Adds `POST /_control/<verb>`, `GET /_control/file/<id>` and `GET /_control/events` (server-sent events). */
export function addControlRoutes(app: FastifyInstance, telegram: FakeTelegram): void {
  app.post('/_control/:verb', (request, reply) => handleVerb(request, reply, telegram));
  app.get('/_control/file/:id', (request, reply) => sendFile(request, reply, telegram));
  app.get('/_control/events', (request, reply) => streamEvents(request, reply, telegram));
}

async function handleVerb(request: FastifyRequest, reply: FastifyReply, telegram: FakeTelegram) {
  const { verb } = request.params as { verb: string };
  if (!isVerb(verb)) return reply.code(404).send({ error: `There is no verb ${verb}` });
  try {
    const body =
      Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body.toString('utf8') : '{}';
    return await reply.send(await runVerb(telegram, verb, JSON.parse(body)));
  } catch (error) {
    if (!(error instanceof PeopleError || error instanceof SyntaxError)) throw error;
    return reply.code(400).send({ error: error.message });
  }
}

/** Sends a file of the chats, named by `id` in the address; in the range that was asked for. */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, telegram: FakeTelegram) {
  const { id } = request.params as { id: string };
  try {
    const { bytes, mimeType } = await telegram.file(id);
    void reply.type(mimeType).header('Accept-Ranges', 'bytes');
    // Browsers ask for videos in ranges, and cannot seek without them.
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    if (!range) return await reply.send(bytes);
    const from = Number(range[1]);
    const to = Math.min(range[2] ? Number(range[2]) : bytes.length - 1, bytes.length - 1);
    if (from > to) return await reply.code(416).send({ error: 'Range not satisfiable' });
    return await reply
      .code(206)
      .header('Content-Range', `bytes ${from}-${to}/${bytes.length}`)
      .send(bytes.subarray(from, to + 1));
  } catch (error) {
    if (error instanceof PeopleError) return reply.code(404).send({ error: error.message });
    throw error;
  }
}

function streamEvents(request: FastifyRequest, reply: FastifyReply, telegram: FakeTelegram) {
  reply.hijack();
  reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  reply.raw.write(': connected\n\n');
  const stop = telegram.onEvent((event) => {
    reply.raw.write(`data: ${JSON.stringify(event)}\n\n`);
  });
  request.raw.on('close', stop);
}
