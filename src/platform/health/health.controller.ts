import { Controller, Get, Header, HttpException, Res } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { logger } from '../logging.js';
import { judge } from './judge.js';
import { Readiness, type ReadinessCheck } from './readiness.js';

const log = logger('health');

/** Health for the supervisor of every role: `live` says that the process answers, `ready` that it can work. */
@Controller('health')
export class HealthController {
  private missing = '';

  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  /** 200 as long as the event loop turns. */
  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 when every part of this process has what it needs, else 503 naming what is missing; each check has 2 s. */
  @Get('ready')
  @HealthCheck()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    const result = await this.check();
    if (result.status !== 'ok') void reply.status(503);
    this.tellChange(result);
    return result;
  }

  private async check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check(this.readiness.checks().map((check) => () => indicate(check)));
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      return error.getResponse() as HealthCheckResult;
    }
  }

  /** One line when something begins or ceases to be missing, not one for each question. */
  private tellChange({ error = {} }: HealthCheckResult): void {
    const missing = Object.keys(error).sort().join(', ');
    if (missing === this.missing) return;
    this.missing = missing;
    if (missing) log.warn({ missing, checks: error }, 'Not ready');
    else log.info({}, 'Ready again');
  }
}

async function indicate(check: ReadinessCheck): Promise<HealthIndicatorResult> {
  const missing = await judge(check);
  return { [check.name]: missing === null ? { status: 'up' } : { status: 'down', message: missing } };
}
