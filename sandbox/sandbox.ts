import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { migrateDatabase } from '../src/platform/index.js';
import { AppProcess, PortTakenError } from './app-process.js';
import { SandboxClock } from './clock.js';
import { SandboxError } from './errors.js';
import { freePort } from './free-port.js';
import { OutsideWorld, type SandboxEnv } from './outside-world.js';
import { openLastingFolder, openRunFolder, publishDatabaseUrl } from './places.js';
import { startEmbeddedPostgres } from './postgres/index.js';
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
  /** Stops everything, the application first. May be called more than once. */
  stop(): Promise<void>;
}

/** What was started, as the ways to end it, in the order of the starts. */
type Endings = (() => Promise<unknown>)[];

const APP_STARTS_MAX = 3;

/**
 * Starts everything. What was started is stopped again when something fails.
 *
 * @throws SandboxError and the errors of the parts.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const endings: Endings = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= endAll(endings));
  try {
    return { ...(await start(options, endings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: SandboxOptions, endings: Endings): Promise<Omit<Sandbox, 'stop'>> {
  const runFolder = await openRunFolder();
  endings.push(() => rm(runFolder, { recursive: true, force: true }));
  const folder = options.lasting ? await openLastingFolder() : runFolder;
  const storage = join(folder, 'storage');
  await mkdir(storage, { recursive: true });
  const world = new OutsideWorld(new SandboxClock(options.scale), runFolder);
  endings.push(() => world.stop());
  if (options.recordFile) await world.record(options.recordFile);
  const databaseUrl = options.databaseUrl ?? (await startDatabase(options.lasting, endings));
  await migrateDatabase(databaseUrl);
  await world.start();
  const logFile = join(folder, 'app.log');
  const secrets = { WEBHOOK_SECRET_TOKEN: randomBytes(24).toString('hex') };
  const { app, env } = await startApp(options.port, (port) => ({
    env: {
      APP_ENV: 'sandbox',
      ...world.env(),
      ...scaledDurations(world.clock),
      ...secrets,
      ...queuesEnv(options.redisUrl),
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
      TELEGRAM_MODE: 'webhook',
      DATABASE_URL: databaseUrl,
      STORAGE_BASE_PATH: storage,
      LOG_LEVEL: options.logLevel ?? 'info',
    },
    logFile,
    folder: runFolder,
  }));
  endings.push(() => app.stop());
  if (options.lasting) endings.push(await publishDatabaseUrl(folder, databaseUrl));
  return { world, databaseUrl, app, env, logFile };
}

async function startDatabase(lasting: boolean, endings: Endings): Promise<string> {
  const postgres = await startEmbeddedPostgres(lasting ? {} : { ephemeral: true });
  endings.push(() => postgres.stop());
  if (lasting && postgres.shared) {
    // Two applications on one database, each with providers of its own, would take each other's jobs.
    throw new SandboxError(
      'The sandbox of this clone already runs, in another terminal: stop that one first, or start from another clone.',
    );
  }
  return postgres.url;
}

/** A port that is free now may be taken in a moment, when two sandboxes start together: then it is another one. */
async function startApp(
  port: number | undefined,
  optionsFor: (port: number) => Parameters<typeof AppProcess.start>[0],
): Promise<{ app: AppProcess; env: SandboxEnv }> {
  for (let starts = 1; ; starts++) {
    const options = optionsFor(await freePort(starts === 1 ? port : 0));
    try {
      return { app: await AppProcess.start(options), env: options.env };
    } catch (error) {
      if (!(error instanceof PortTakenError) || starts >= APP_STARTS_MAX) throw error;
    }
  }
}

function queuesEnv(redisUrl: string | undefined): SandboxEnv {
  if (!redisUrl) return {};
  return { REDIS_URL: redisUrl, QUEUE_PREFIX: `sandbox-${randomBytes(4).toString('hex')}` };
}

/** The last first. What cannot be ended does not keep the rest from ending. */
async function endAll(endings: Endings): Promise<void> {
  const failures: unknown[] = [];
  for (const end of [...endings].reverse()) await end().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
