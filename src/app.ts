import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { examineStart } from './doctor/index.js';
import type { Env } from './platform/light.js';

/**
 * Lets the doctor look, builds the application for the roles of the environment and listens. The application is loaded
 * after the look: that takes a second, which a start that cannot succeed does not need.
 *
 * @throws StartForbiddenError; a system error such as EADDRINUSE when it cannot listen.
 */
export async function startApp(env: Env): Promise<NestFastifyApplication> {
  await examineStart(env);
  const { listen } = await import('./nest-app.js');
  return listen(env);
}

/** Readiness turns red, then whatever is in hand ends. */
export async function stopApp(app: NestFastifyApplication): Promise<void> {
  const { Readiness } = await import('./platform/index.js');
  app.get(Readiness).beginStop();
  await app.close();
}
