import 'reflect-metadata';
import { startApp } from './app.js';
import {
  configureLogging,
  loadEnv,
  logger,
  registerSecrets,
  secretsOf,
  toError,
  type Env,
} from './platform/index.js';

const log = logger('main');

/** Starts the roles of this process and ends them in good order: exit 0 after a signal, 1 when it cannot start. */
async function main(): Promise<void> {
  const env = readEnv();
  if (!env) return;
  const app = await startApp(env);
  const { port } = app.getHttpServer().address() as { port: number };
  log.info(
    { roles: env.ROLES, appEnv: env.APP_ENV, telegram: env.TELEGRAM_MODE, port },
    'Neurocards is ready',
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));

  async function stop(signal: string): Promise<void> {
    log.info({ signal }, 'Stopping: taking no more work, finishing what is in hand');
    const overdue = setTimeout(() => {
      log.error(
        { timeoutMs: env?.STOP_TIMEOUT_MS },
        'Not everything ended in time; what is in hand will be taken over',
      );
      process.exit(0);
    }, env?.STOP_TIMEOUT_MS);
    overdue.unref();
    await app.close();
    log.info({}, 'Stopped');
    process.exit(process.exitCode ?? 0);
  }
}

function readEnv(): Env | null {
  try {
    const env = loadEnv();
    registerSecrets(secretsOf(env));
    configureLogging(env.LOG_LEVEL);
    return env;
  } catch (error) {
    process.stderr.write(`${toError(error).message}\n`);
    process.exitCode = 1;
    return null;
  }
}

process.on('unhandledRejection', (reason) =>
  log.error({ err: toError(reason) }, 'A promise failed and nobody waited for it'),
);

main().catch((error: unknown) => {
  log.error({ err: toError(error) }, 'Could not start');
  process.stderr.write(`Neurocards could not start: ${toError(error).message}\n`);
  process.exit(1);
});
