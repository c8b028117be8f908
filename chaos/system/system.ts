import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DataSource } from 'typeorm';
import { SandboxError } from '../../sandbox/errors.js';
import { SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY } from '../../sandbox/kie/index.js';
import { KIE_REPEAT_PAUSE_MS, SHORT_CALLS, TELEGRAM_PATIENCE_MS } from '../../sandbox/kill/kill-mode.js';
import type { OutsideWorld, SandboxEnv } from '../../sandbox/outside-world.js';
import { RedisServer } from '../../sandbox/redis/index.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.js';
import type { ProcessPlan, SeparateApp } from '../../sandbox/separate-app.js';
import { WEBHOOK_PATH } from '../../src/modules/bot/index.js';
import { createDataSource } from '../../src/platform/database/index.js';
import type { ExperimentContext } from '../experiment.js';
import { settle } from './open.js';
import { RoundRobin, type PassedCall, type PassGate } from './round-robin.js';
import { UpdateLog } from './update-log.js';

/** Enough for all videos of an experiment. */
const KIE_CREDITS = 1_000_000;
const SETTLING_MS_MAX = 5 * 60_000;
/** A task that nobody knows the id of, because its creation died, is waited for so long: else a single one made every round ten minutes longer. */
const TASK_DEADLINE_MS = 30_000;

/** How long Telegram keeps a tap, in real milliseconds: it outlives several deaths of who takes it, each with the lease of a chat and a longer pause behind it. */
export const TAP_LIFE_MS = 150_000;

/** One process for each role, and two of what makes the videos. */
export const PROCESSES: readonly ProcessPlan[] = [
  { name: 'bot', roles: ['bot'] },
  { name: 'worker-1', roles: ['worker'] },
  { name: 'worker-2', roles: ['worker'] },
  { name: 'scheduler', roles: ['scheduler'] },
  { name: 'console', roles: ['console'] },
];

/** What a system is started with. */
export interface SystemOptions {
  /** How many times faster than real time the outside world runs. */
  scale: number;
  processes?: readonly ProcessPlan[];
  /** Over what every system of an experiment is told. */
  appEnv?: SandboxEnv;
  /** The least of Telegram's own limits, in real milliseconds. */
  patienceMs?: number;
  /** `debug` unless told. */
  logLevel?: string;
  /** An own PostgreSQL, such as one that is killed again and again; else one without durability. */
  databaseUrl?: string;
  /** See `SandboxOptions`. */
  databaseWire?: SandboxOptions['databaseWire'];
  /** Told of each call to the public address when it comes. */
  onCall?: (call: PassedCall) => void;
}

interface Parts {
  sandbox: Sandbox;
  app: SeparateApp;
  db: DataSource;
  redis: RedisServer | null;
  roundRobin: RoundRobin;
  over: AbortSignal;
}

/** The whole product as in production: a process for each role, one PostgreSQL, perhaps a Redis, and the outside world. */
export class System {
  /** Every update on its way to the bot. */
  readonly updates = new UpdateLog();
  /** How calls to the public address were answered, by status. */
  readonly answers: Record<string, number> = {};

  readonly sandbox: Sandbox;
  readonly app: SeparateApp;
  readonly db: DataSource;
  /** Null where the queues live in PostgreSQL. */
  readonly redis: RedisServer | null;
  /** Aborted when the experiment is over, however it ended: whoever is still there goes, and nobody else comes. */
  readonly over: AbortSignal;
  private readonly roundRobin: RoundRobin;

  private constructor({ sandbox, app, db, redis, roundRobin, over }: Parts) {
    this.sandbox = sandbox;
    this.app = app;
    this.db = db;
    this.redis = redis;
    this.roundRobin = roundRobin;
    this.over = over;
  }

  /** Starts everything; the experiment ends it. @throws SandboxError */
  static async start(context: ExperimentContext, options: SystemOptions): Promise<System> {
    const { ending, queues, logFolder } = context;
    const redis = queues === 'redis' ? await RedisServer.start() : null;
    if (redis) ending(() => redis.kill());
    const roundRobin = await RoundRobin.start();
    ending(() => roundRobin.stop());
    const sandbox = await startSandbox({
      // Only then is it told which updates were handled to their end.
      ...{ scale: options.scale, lasting: false, logLevel: options.logLevel ?? 'debug' },
      telegramPatienceMs: options.patienceMs ?? TELEGRAM_PATIENCE_MS,
      ...{ databaseUrl: options.databaseUrl, redisUrl: redis?.url },
      ...(options.databaseWire ? { databaseWire: options.databaseWire } : {}),
      processes: options.processes ?? PROCESSES,
      appEnv: {
        ...SHORT_CALLS,
        KIE_TASK_DEADLINE_MS: String(TASK_DEADLINE_MS),
        ...{ ...options.appEnv, PUBLIC_BASE_URL: roundRobin.url },
      },
    });
    ending(() => sandbox.stop());
    if (logFolder) ending(() => keepLogs(sandbox, logFolder));
    const { separate } = sandbox;
    if (!separate) throw new SandboxError('The application runs in one process.');
    const db = await createDataSource({ url: sandbox.databaseUrl, applicationName: 'chaos' }).initialize();
    ending(() => db.destroy());
    const over = new AbortController();
    ending(() => Promise.resolve(over.abort()));
    const system = new System({ sandbox, app: separate, db, redis, roundRobin, over: over.signal });
    system.lead(options);
    context.guard(deathOf(sandbox));
    // Else a callback's repeats were over before a process has started again.
    system.world.kie.configure({ repeatPauseRealMsMin: KIE_REPEAT_PAUSE_MS });
    for (const key of [SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY]) {
      system.world.kie.setKey(key, { credits: KIE_CREDITS });
    }
    return system;
  }

  get world(): OutsideWorld {
    return this.sandbox.world;
  }

  /** The address that the outside world calls. */
  get url(): string {
    return this.roundRobin.url;
  }

  /** Puts something in the way of all calls from outside. */
  setGate(gate: PassGate): void {
    this.roundRobin.gate = gate;
  }

  /** Waits until everything under way is over. Returns what was not when the time was, such as `2 jobs`. */
  settle(timeoutMs = SETTLING_MS_MAX): Promise<string[]> {
    return settle(this, { timeoutMs, signal: this.over });
  }

  /** All calls go to the processes that take updates. */
  private lead({ processes = PROCESSES, onCall }: SystemOptions): void {
    const bots = processes.filter(({ roles }) => roles.includes('bot'));
    this.roundRobin.lead(
      bots.map(({ name }) => this.app.member(name).current.url),
      (call) => {
        onCall?.(call);
        const noted = call.path === WEBHOOK_PATH ? this.updates.note(call) : undefined;
        return (status) => {
          this.answers[status] = (this.answers[status] ?? 0) + 1;
          noted?.(status);
        };
      },
    );
    this.world.register(this.roundRobin.url);
  }
}

async function deathOf(sandbox: Sandbox): Promise<never> {
  await sandbox.appEndedByItself;
  throw new SandboxError(`A process ended by itself. The last lines:\n${sandbox.app.lastLines()}`);
}

async function keepLogs({ logFiles }: Sandbox, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of logFiles) await copyFile(file, join(folder, basename(file)));
}
