import type { FastifyRequest } from 'fastify';
import { YooRefusal, type YooAnswer } from './yookassa-answers.js';
import { KEY_HEADER } from './yookassa-keys.js';
import type { YooParts } from './yookassa-parts.js';
import type { Shop } from './yookassa-shops.js';
import type { Exchange, YooRoute } from './yookassa-wire.js';

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
