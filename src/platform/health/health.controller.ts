import { Controller, Get, Header } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { toError } from '../errors.js';
import { maskSecrets } from '../mask-secrets.js';
import { Readiness, type ReadinessCheck } from './readiness.js';

const CHECK_TIMEOUT_MS = 2_000;

/** Health for the supervisor of every role: `live` says that the process answers, `ready` that it can work. */
@Controller('health')
export class HealthController {
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
  ready(): Promise<HealthCheckResult> {
    return this.health.check(this.readiness.checks().map((check) => () => judge(check)));
  }
}

async function judge({ name, check }: ReadinessCheck): Promise<HealthIndicatorResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(check), timeout]);
    return { [name]: { status: 'up' } };
  } catch (error) {
    return { [name]: { status: 'down', message: maskSecrets(toError(error).message) } };
  } finally {
    clearTimeout(timer);
  }
}
