import { randomUUID } from 'node:crypto';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { logger, runWithLogContext } from './logging.js';
import { METRICS_PATH } from './metrics/index.js';

/** Telegram's updates and KIE's callbacks are a few kB; nothing else may post here. */
const BODY_BYTES_MAX = 1024 * 1024;
/** From the first byte of a request to its last. */
const REQUEST_TIMEOUT_MS = 30_000;
const PATH_LENGTH_MAX = 100;

const log = logger('http');

/**
 * Fastify as every role serves with it: bounded bodies and times, an id for each request (on every line logged for its
 * sake, and in the answer's `X-Request-Id`), and one line when it is answered.
 *
 * @param options `trustedProxyHops`: how many proxies of ours stand in front; `request.ip` is who spoke to the outermost one,
 * whatever else that caller has written into `X-Forwarded-For`.
 */
export function createHttpAdapter({ trustedProxyHops = 0 } = {}): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // As a function: given a number, Fastify trusts nobody, since it cannot know that nobody else reaches this port.
    trustProxy: (_address: string, hop: number) => hop < trustedProxyHops,
    forceCloseConnections: true,
    // Ours, never the caller's: whoever calls could make two requests look like one.
    genReqId: () => randomUUID(),
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    inContextOf(request, done);
  });
  // Reading the body has left the context.
  fastify.addHook('preHandler', (request, _reply, done) => inContextOf(request, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const path = pathOf(request);
    const line = {
      method: request.method,
      path,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    inContextOf(request, () => {
      if (path.startsWith('/health/') || path === METRICS_PATH) log.debug(line, 'Answered');
      else log.info(line, 'Answered');
      done();
    });
  });
  return adapter;
}

/** Runs `work` with the request's id on every line that it logs. */
export function inContextOf<T>(request: FastifyRequest, work: () => T): T {
  return runWithLogContext({ requestId: request.id }, work);
}

/** The route's pattern, which holds no id; where there is no route, the beginning of the path, without the query. */
export function pathOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? (request.url.split('?')[0] ?? '').slice(0, PATH_LENGTH_MAX);
}
