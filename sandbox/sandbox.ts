import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase } from '../src/platform/index.js';
import { AppProcess } from './app-process.js';
import { SandboxClock } from './clock.js';
import { freePort } from './free-port.js';
import { OutsideWorld, type SandboxEnv } from './outside-world.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './postgres/index.js';
import { scaledDurations } from './time-scale.js';

export interface SandboxOptions {
  /** How many times faster than real time. */
  scale: number;
  /** A lasting database and storage of this clone's, or ones that end with the sandbox. */
  lasting: boolean;
  /** The port to listen on if it is free. */
  port?: number;
  /** An own PostgreSQL instead of the embedded one. */
  databaseUrl?: string | undefined;
  /** A Redis for the queues; without it they live in PostgreSQL. */
  redisUrl?: string | undefined;
  /** Where every call to a provider is written. */
  recordFile?: string | undefined;
  logLevel?: string | undefined;
}

/** The whole product in a box: database, providers, and the application as a process of its own. */
export interface Sandbox {
  world: OutsideWorld;
  databaseUrl: string;
  app: AppProcess;
  env: SandboxEnv;
  /** The application's log. */
  logFile: string;
  stop(): Promise<void>;
}

/** Starts everything. What was started is stopped again when something fails. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of endings.reverse().splice(0)) await end();
  };
  try {
    return { ...(await start(options, endings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: SandboxOptions,
  endings: (() => Promise<unknown>)[],
): Promise<Omit<Sandbox, 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'neurocards-sandbox-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const storage = options.lasting ? join(process.cwd(), '.sandbox', 'storage') : join(folder, 'storage');
  await mkdir(storage, { recursive: true });
  const postgres = options.databaseUrl ? null : await embedded(options);
  if (postgres) endings.push(() => postgres.stop());
  const databaseUrl = options.databaseUrl ?? postgres?.url ?? '';
  await migrateDatabase(databaseUrl);
  const world = new OutsideWorld(new SandboxClock(options.scale));
  if (options.recordFile) await world.record(options.recordFile);
  await world.start();
  endings.push(() => world.stop());
  const port = await freePort(options.port);
  const env: SandboxEnv = {
    APP_ENV: 'sandbox',
    ...world.env(),
    ...scaledDurations(world.clock),
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    TELEGRAM_MODE: 'webhook',
    WEBHOOK_SECRET_TOKEN: randomBytes(24).toString('hex'),
    DATABASE_URL: databaseUrl,
    STORAGE_BASE_PATH: storage,
    LOG_LEVEL: options.logLevel ?? 'info',
    ...(options.redisUrl
      ? { REDIS_URL: options.redisUrl, QUEUE_PREFIX: `sandbox-${randomBytes(4).toString('hex')}` }
      : {}),
  };
  const logFile = join(options.lasting ? join(process.cwd(), '.sandbox') : folder, 'app.log');
  const app = await AppProcess.start(env, logFile);
  endings.push(() => app.stop());
  return { world, databaseUrl, app, env, logFile };
}

function embedded(options: SandboxOptions): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres(options.lasting ? {} : { ephemeral: true });
}
