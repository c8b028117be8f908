import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startApp, stopApp } from './app.js';
import {
  AppError,
  configureLogging,
  loadEnv,
  logger,
  maskSecrets,
  registerSecrets,
  secretsOf,
  toError,
  type Env,
} from './platform/light.js';

const log = logger('main');

process.on('unhandledRejection', (reason) =>
  log.error({ err: toError(reason) }, 'A promise failed and nobody waited for it'),
);
// Node would print the whole error, with whatever a library has hung on it.
process.on('uncaughtException', (error) => {
  log.error({ err: error }, 'The program broke; its supervisor starts it again');
  process.stderr.write(`Neurocards broke: ${maskSecrets(error.message)}\n`);
  process.exit(1);
});

await main();

/** Starts the roles of this process and ends them in good order: exit 0 after a signal, 1 when it cannot start. */
async function main(): Promise<void> {
  const env = readEnv();
  const starting = startApp(env);
  endOnSignals(env, starting);
  try {
    const { port } = (await starting).getHttpServer().address() as { port: number };
    log.info(
      { roles: env.ROLES, appEnv: env.APP_ENV, telegram: env.TELEGRAM_MODE, port },
      'Neurocards is ready',
    );
  } catch (error) {
    exitUnstarted(env, toError(error));
  }
}

/** The environment; the process ends when it is wrong. */
function readEnv(): Env {
  try {
    const env = loadEnv();
    registerSecrets(secretsOf(env));
    configureLogging(env.LOG_LEVEL);
    return env;
  } catch (error) {
    process.stderr.write(`${toError(error).message}\n`);
    process.exit(1);
  }
}

/** The first signal stops the process; the next ones (Ctrl+C reaches a whole group twice) change nothing. */
function endOnSignals(env: Env, starting: Promise<NestFastifyApplication>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'Stopping: taking no more work, finishing what is in hand');
      setTimeout(() => {
        log.error(
          { timeoutMs: env.STOP_TIMEOUT_MS },
          'Not everything ended in time; what is in hand is taken over',
        );
        process.exit();
      }, env.STOP_TIMEOUT_MS);
      starting.then(stop, () => undefined);
    });
  }
}

async function stop(app: NestFastifyApplication): Promise<void> {
  try {
    await stopApp(app);
    log.info({}, 'Stopped');
    process.exit();
  } catch (error) {
    log.error({ err: toError(error) }, 'Not everything ended in good order');
    process.exit(1);
  }
}

/** One sentence for the person who started it; the stack only where we do not know what went wrong. */
function exitUnstarted(env: Env, error: Error): never {
  const sentence = maskSecrets(explainStart(env, error));
  if (error instanceof AppError || isPortTrouble(error)) log.error({ reason: sentence }, 'Could not start');
  else log.error({ err: error }, 'Could not start');
  process.stderr.write(`Neurocards could not start. ${sentence}\n`);
  process.exit(1);
}

function explainStart(env: Env, error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `Port ${env.PORT} of ${env.HOST} is taken by another program: stop that one, or set PORT to a free port.`;
  }
  if (code === 'EACCES') {
    return `Port ${env.PORT} may not be used by this user: set PORT to one above 1023.`;
  }
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${env.HOST}: set HOST to one that it has.`;
  return error.message;
}

function isPortTrouble({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL';
}
