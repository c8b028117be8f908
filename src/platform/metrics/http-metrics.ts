import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CALL_BUCKETS_S, defineHistogram } from './definitions.js';
import { Metrics } from './metrics.js';
import { METRICS_PATH } from './metrics.controller.js';

const REQUEST_SECONDS = defineHistogram({
  name: 'neurocards_http_request_duration_seconds',
  help: 'HTTP requests that we answered, by the pattern of the route.',
  labels: { method: 'any', route: 'any', status: 'any' },
  buckets: CALL_BUCKETS_S,
});

/** Measures every answer of this process. */
@Injectable()
export class HttpMetrics {
  constructor(host: HttpAdapterHost, metrics: Metrics) {
    const fastify = host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onResponse', (request, reply, done) => {
      if (!isScrapeOfStranger(request, reply)) {
        const labels = {
          method: request.method,
          // What has no route has any path that a stranger makes up.
          route: request.routeOptions.url ?? 'none',
          status: String(reply.statusCode),
        };
        metrics.observe(REQUEST_SECONDS, labels, reply.elapsedTime / 1000);
      }
      done();
    });
  }
}

/** Who may not see the figures leaves no trace in them. */
function isScrapeOfStranger(request: FastifyRequest, reply: FastifyReply): boolean {
  return request.routeOptions.url === METRICS_PATH && reply.statusCode === 403;
}
