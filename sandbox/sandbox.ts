import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { migrateDatabase } from '../src/platform/database/index.js';
import type { AppProcessOptions } from './app-process.js';
import type { AppListener, Application, RestartChange, RunningApp } from './application.js';
import { SandboxClock } from './clock.js';
import { endAll, type Stop } from './endings.js';
import { SandboxError } from './errors.js';
import { OutsideWorld, type SandboxEnv } from './outside-world.js';
import { openLastingFolder, openRunFolder, publishDatabaseUrl } from './places.js';
import { startEmbeddedPostgres } from './postgres/index.js';
import { RestartableApp } from './restartable-app.js';
import { SeparateApp, type ProcessPlan } from './separate-app.js';
import { showcaseEnv } from './showcase.js';
import { scaledDurations } from './time-scale.js';

/** Of the operators' page of every sandbox: nothing that it shows is real, and only this machine reaches it. */
export const SANDBOX_CONSOLE_PASSWORD = 'sandbox-operator';
const CONSOLE = { CONSOLE_PASSWORD: SANDBOX_CONSOLE_PASSWORD };

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
  /** No time limit of Telegram on the bot (the life of a tap, the webhook's answer) is shorter than this, in real milliseconds. */
  telegramPatienceMs?: number;
  /** Shows what an operator sets up for people in production: example videos in the welcome, several models. */
  showcase?: boolean;
  /** What the application is told besides, or instead. */
  appEnv?: SandboxEnv;
  /** Several processes instead of one with all roles; the outside world calls the first of them. */
  processes?: readonly ProcessPlan[] | undefined;
  /** Puts something between the application and its database; its address is what the application is given. */
  databaseWire?: (databaseUrl: string) => Promise<{ url: string; close(): Promise<void> }>;
}

/** The whole product in a box: database, providers, and the application as one process of its own, or several. */
export interface Sandbox {
  world: OutsideWorld;
  databaseUrl: string;
  /** What runs of the application now. */
  readonly app: RunningApp;
  /** The application's processes, where they are several. */
  readonly separate: SeparateApp | null;
  /** Resolves when the application ends although nobody stopped, killed or restarted it. */
  appEndedByItself: Promise<void>;
  /** What the application is started with. */
  readonly env: SandboxEnv;
  /** The application's log, or that of its first process. */
  logFile: string;
  /** The logs of all its processes. */
  logFiles: readonly string[];
  /**
   * Ends the application, if it still runs, and starts it again: same port, same data, same outside world, its log goes on.
   * What is changed holds until the next restart.
   *
   * @throws SandboxError when it does not become ready.
   */
  restart(change?: RestartChange): Promise<void>;
  /**
   * Runs the outside world at another pace, and starts the application again with its durations at that pace. What is on its way keeps
   * the pace that it began with.
   *
   * @throws RangeError unless the scale is above 0; SandboxError as `restart`.
   */
  setScale(scale: number, change?: RestartChange): Promise<void>;
  /** Tells when the application goes down and when it serves again; the returned function ends it. */
  onAppChange(listener: AppListener): () => void;
  /** Stops everything, the application first. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts everything. What was started is stopped again when something fails.
 *
 * @throws SandboxError and the errors of the parts.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const endings: Stop[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= endAll(endings));
  try {
    return await start(options, endings, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: SandboxOptions, endings: Stop[], stop: Sandbox['stop']): Promise<Sandbox> {
  const runFolder = await openRunFolder();
  endings.push(() => rm(runFolder, { recursive: true, force: true }));
  const folder = options.lasting ? await openLastingFolder() : runFolder;
  const storage = join(folder, 'storage');
  await mkdir(storage, { recursive: true });
  const world = new OutsideWorld(new SandboxClock(options.scale), {
    temporaryPath: runFolder,
    limitRealMsMin: options.telegramPatienceMs,
  });
  endings.push(() => world.stop());
  if (options.recordFile) await world.record(options.recordFile);
  const databaseUrl = options.databaseUrl ?? (await startDatabase(options.lasting, endings));
  await migrateDatabase(databaseUrl);
  await world.start();
  const wire = await options.databaseWire?.(databaseUrl);
  if (wire) endings.push(() => wire.close());
  const showcase = options.showcase ? await showcaseEnv(world) : {};
  const env = {
    APP_ENV: 'sandbox',
    ...world.env(),
    ...world.spareEnv(),
    ...scaledDurations(world.clock),
    WEBHOOK_SECRET_TOKEN: randomBytes(24).toString('hex'),
    ...CONSOLE,
    ...queuesEnv(options.redisUrl),
    HOST: '127.0.0.1',
    TELEGRAM_MODE: 'webhook',
    TRUSTED_PROXY_HOPS: '1',
    TERMS_URL: 'https://neurocards.example/terms',
    PRIVACY_URL: 'https://neurocards.example/privacy',
    DATABASE_URL: wire?.url ?? databaseUrl,
    STORAGE_BASE_PATH: storage,
    LOG_LEVEL: options.logLevel ?? 'info',
    ...showcase,
    ...options.appEnv,
  };
  const application = await startApplication(options, env, { folder, runFolder });
  endings.push(() => application.stop());
  world.register(application.current.url);
  if (options.lasting) endings.push(await publishDatabaseUrl(folder, databaseUrl));
  return {
    world,
    databaseUrl,
    get app() {
      return application.current;
    },
    separate: application instanceof SeparateApp ? application : null,
    appEndedByItself: application.endedByItself,
    get env() {
      return application.env;
    },
    logFile: application.logFiles[0] ?? '',
    logFiles: application.logFiles,
    restart: (change) => application.restart(change),
    onAppChange: (listener) => application.onChange(listener),
    setScale: async (scale, change) => {
      world.clock.setScale(scale);
      application.configure({ ...scaledDurations(world.clock), ...options.appEnv });
      await application.restart(change);
    },
    stop,
  };
}

async function startApplication(
  { port: wanted, processes }: SandboxOptions,
  env: SandboxEnv,
  { folder, runFolder }: { folder: string; runFolder: string },
): Promise<Application> {
  const optionsFor = (name: string, port: number, more: SandboxEnv): AppProcessOptions => ({
    // What is said of the public address wins: there may be a proxy.
    env: { ...more, ...env, PORT: String(port) },
    logFile: join(folder, `${name}.log`),
    folder: runFolder,
  });
  if (processes) {
    return SeparateApp.start(processes, ({ name, roles }, port, publicUrl) =>
      optionsFor(name, port, { ROLES: roles.join(','), PUBLIC_BASE_URL: publicUrl }),
    );
  }
  await rm(join(folder, 'app.log'), { force: true });
  return RestartableApp.start(wanted, (port) =>
    optionsFor('app', port, { PUBLIC_BASE_URL: `http://127.0.0.1:${port}` }),
  );
}

async function startDatabase(lasting: boolean, endings: Stop[]): Promise<string> {
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

function queuesEnv(redisUrl: string | undefined): SandboxEnv {
  if (!redisUrl) return {};
  return { REDIS_URL: redisUrl, QUEUE_PREFIX: `sandbox-${randomBytes(4).toString('hex')}` };
}
