import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { assertMigrated, HttpErrorsFilter, NestLogger, type Env } from './platform/index.js';

/** Telegram's updates and KIE's callbacks are a few kB; nothing else may post here. */
const BODY_BYTES_MAX = 1024 * 1024;

/**
 * Builds the application for the roles of the environment and listens.
 *
 * @throws MigrationsPendingError when the database is older than this build.
 */
export async function startApp(env: Env): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: false,
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoles(env), adapter, {
    logger: new NestLogger(),
    abortOnError: false,
  });
  try {
    app.useGlobalFilters(new HttpErrorsFilter());
    await assertMigrated(app.get(DataSource));
    await app.listen({ host: env.HOST, port: env.PORT });
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
