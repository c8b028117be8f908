import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Env } from '../env.js';
import { logger } from '../logging.js';
import { Networks } from '../networks.js';
import { isSameSecret } from '../same-secret.js';
import { Metrics } from './metrics.js';

/** Where Prometheus asks. */
export const METRICS_PATH = '/metrics';

/** Loopback and private networks (RFC 1918, RFC 4193), and link-local ones. */
const NEAR = new Networks([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
  ...['::1/128', 'fc00::/7', 'fe80::/10'],
]);

/** Figures for Prometheus: how the business goes is nobody else's to know. */
@Controller()
export class MetricsController {
  private readonly log = logger('metrics');

  constructor(
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  /** 200 for who has `METRICS_TOKEN`, or is near where there is none; else 403. */
  @Get(METRICS_PATH)
  async scrape(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.mayScrape(request)) {
      this.log.debug({ from: request.ip }, 'A look at /metrics was refused');
      await reply.status(403).send();
      return;
    }
    const text = await this.metrics.expose();
    await reply
      .header('Content-Type', this.metrics.contentType)
      .header('Cache-Control', 'no-store')
      .send(text);
  }

  private mayScrape({ ip, headers }: FastifyRequest): boolean {
    const { METRICS_TOKEN: token, TRUSTED_PROXY_HOPS: hops } = this.env;
    if (token !== undefined) {
      return isSameSecret(/^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1], token);
    }
    // A proxy that we were not told of stands in a private network, and whoever speaks through it does not.
    const cameByUnknownProxy = hops === 0 && (headers['x-forwarded-for'] ?? headers.forwarded) !== undefined;
    return NEAR.contains(ip) && !cameByUnknownProxy;
  }
}
