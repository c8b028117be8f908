import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import {
  checkDatabase,
  createHttpAdapter,
  HttpErrorsFilter,
  NestLogger,
  type Env,
} from './platform/index.js';

/**
 * Builds the application for the roles of the environment and listens.
 *
 * @throws DatabaseUnreachableError, MigrationsPendingError; a system error such as EADDRINUSE when it cannot listen.
 */
export async function startApp(env: Env): Promise<NestFastifyApplication> {
  await checkDatabase(env.DATABASE_URL);
  const adapter = createHttpAdapter({ trustedProxyHops: env.TRUSTED_PROXY_HOPS });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoles(env), adapter, {
    logger: new NestLogger(),
    abortOnError: false,
  });
  try {
    app.useGlobalFilters(new HttpErrorsFilter());
    await app.listen({ host: env.HOST, port: env.PORT });
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
