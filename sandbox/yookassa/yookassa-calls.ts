import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorAnswer, YooRefusal, type YooAnswer } from './yookassa-answers.js';
import { KEY_HEADER } from './yookassa-keys.js';
import type { YooParts } from './yookassa-parts.js';
import type { Shop } from './yookassa-shops.js';
import { sendJson, type Exchange, type YooRoute } from './yookassa-wire.js';

const KNOWN_PATH = /^\/v3\/(payments|refunds)(\/[\w-]+(\/(capture|cancel))?)?(\?|$)/;

/** What a route does for the shop that calls, and what is to be awaited before the answer leaves. */
export interface CallWork {
  work: (shop: Shop) => YooAnswer;
  afterwards?: () => Promise<void>;
}

/** Answers one call of the API: faults, shop and key, for a POST its idempotence, then the work. */
export async function answerCall(
  { shops, keys, wire }: YooParts,
  route: YooRoute,
  exchange: Exchange,
  { work, afterwards }: CallWork,
): Promise<Exchange['reply']> {
  const { request, reply } = exchange;
  await wire.answer(route, exchange, async () => {
    const answer = unlessRefused(() => {
      const shop = shops.authenticate(request.headers.authorization);
      if (request.method !== 'POST') return work(shop);
      return keys.once(keyedCall(request, shop), () => work(shop));
    });
    await afterwards?.();
    return answer;
  });
  return reply;
}

/** Answers in YooKassa's shape what no route answers: other paths, verbs, types of content, broken JSON. */
export function strangerRoutes(app: FastifyInstance): void {
  // Fastify would take it; everything but JSON is refused with 415.
  app.removeContentTypeParser('text/plain');
  app.setNotFoundHandler((request, reply) => {
    const isKnownPath = KNOWN_PATH.test(request.url);
    const description = isKnownPath ? 'Method not allowed' : 'Resource not found';
    return sendJson(reply, errorAnswer(isKnownPath ? 405 : 404, { description }));
  });
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) =>
    sendJson(reply, errorAnswer(error.statusCode ?? 500, { description: error.message })),
  );
}

/** The Idempotence-Key of a call, as far as there is one. */
export function keyOf({ headers }: FastifyRequest): string | undefined {
  const value = headers[KEY_HEADER.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}

function keyedCall(request: FastifyRequest, { shopId }: Shop) {
  const [path = ''] = request.url.split('?');
  return { shopId, method: request.method, path, key: keyOf(request), body: request.body };
}

function unlessRefused(work: () => YooAnswer): YooAnswer {
  try {
    return work();
  } catch (error) {
    if (error instanceof YooRefusal) return error.answer;
    throw error;
  }
}
