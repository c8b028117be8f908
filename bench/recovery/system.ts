import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/platform/database/index.js';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { SandboxError } from '../../sandbox/errors.js';
import { SANDBOX_KIE_KEY } from '../../sandbox/kie/index.js';
import type { OutsideWorld, SandboxEnv } from '../../sandbox/outside-world.js';
import { RestartablePostgres } from '../../sandbox/postgres/restartable-postgres.js';
import { RedisServer } from '../../sandbox/redis/index.js';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.js';
import type { ProcessPlan, SeparateApp } from '../../sandbox/separate-app.js';
import { until } from '../../sandbox/until.js';
import { copyGeneration } from '../in-flight/copies.js';
import type { BenchContext } from '../measurement.js';
import { placesOf } from '../product-queue.js';
import { Door } from './door.js';

/** Nothing is scaled: leases, intervals and pauses are what is measured. */
const SCALE = 1;
const HOUR_MS = 3_600_000;
/** KIE's reads a second that 200 videos at work need, each read every 30 s: 8 polls a second. */
const READS_PER_SECOND_MAX = 20;
const READY_MS_MAX = 5_000;
/** Whatever the bench waits for comes in a minute, or never. */
export const WAIT = { timeoutMs: 60_000 };

/** Videos at work at KIE. */
export const GENERATIONS = 200;
/** How often each of them is read where KIE's callbacks are expected too, as they are here. */
export const POLL_INTERVAL_MS = 30_000;

export const WORKER = 'worker';
/** As in production, one process for each role. */
const PROCESSES: readonly ProcessPlan[] = [
  { name: 'bot', roles: ['bot'] },
  { name: WORKER, roles: ['worker'] },
  { name: 'scheduler', roles: ['scheduler'] },
];

/** No time in which anything recovers is among it; only videos must last as long as the bench. */
const APP_ENV: SandboxEnv = {
  KIE_API_KEY: SANDBOX_KIE_KEY,
  KIE_READS_PER_SECOND_MAX: String(READS_PER_SECOND_MAX),
  KIE_TASK_DEADLINE_MS: String(HOUR_MS),
  JOB_DEADLINE_MS: String(2 * HOUR_MS),
};

/** Where the queues of a system live. */
export type Backend = 'PostgreSQL' | 'Redis';

interface Parts {
  backend: Backend;
  sandbox: Sandbox;
  app: SeparateApp;
  postgres: RestartablePostgres;
  redis: RedisServer | null;
  db: DataSource;
  door: Door;
}

/** The product as in production, with `GENERATIONS` videos at work that end when the bench does. */
export class RecoverySystem {
  readonly backend: Backend;
  readonly sandbox: Sandbox;
  readonly app: SeparateApp;
  readonly postgres: RestartablePostgres;
  /** Null where the queues live in PostgreSQL. */
  readonly redis: RedisServer | null;
  /** Connections of the bench's own. */
  readonly db: DataSource;
  readonly door: Door;
  /** Rejects when a process ends that was not killed: nothing is measured then. */
  readonly death: Promise<never>;

  private constructor({ backend, sandbox, app, postgres, redis, db, door }: Parts) {
    this.backend = backend;
    this.sandbox = sandbox;
    this.app = app;
    this.postgres = postgres;
    this.redis = redis;
    this.db = db;
    this.door = door;
    this.death = deathOf(sandbox);
    this.death.catch(() => undefined);
  }

  /** Starts everything; the bench ends it. @throws SandboxError */
  static async start(backend: Backend, { ending }: BenchContext): Promise<RecoverySystem> {
    const postgres = await RestartablePostgres.start();
    ending(() => postgres.stop());
    const redis = backend === 'Redis' ? await RedisServer.start() : null;
    if (redis) ending(() => redis.kill());
    const sandbox = await startSandbox({
      ...{ scale: SCALE, lasting: false, databaseUrl: postgres.url, redisUrl: redis?.url },
      ...{ processes: PROCESSES, appEnv: APP_ENV },
    });
    ending(() => sandbox.stop());
    // A worker that is asked to stop waits for prompts that nobody answers.
    ending(() => Promise.resolve(sandbox.app.kill()));
    const { separate: app, world } = sandbox;
    if (!app) throw new SandboxError('The application runs in one process.');
    const db = await createDataSource({ url: postgres.url, applicationName: 'bench' }).initialize();
    ending(() => db.destroy());
    const door = new Door(world);
    const system = new RecoverySystem({ backend, sandbox, app, postgres, redis, db, door });
    await system.bringIntoFlight();
    return system;
  }

  get world(): OutsideWorld {
    return this.sandbox.world;
  }

  /** People who have seen the menu. */
  async addPeople(count: number): Promise<DemoPerson[]> {
    const people = Array.from({ length: count }, (_, index) =>
      DemoPerson.add(this.world.telegram, `Anna ${index + 1}`, 'en'),
    );
    await Promise.all(people.map((person) => person.join()));
    return people;
  }

  /** Resolves when every process says that it is ready. */
  async ready(): Promise<void> {
    const isReady = async (name: string) => {
      const url = `${this.app.member(name).current.url}/health/ready`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(READY_MS_MAX) }).catch(() => null);
      return answer?.ok ?? false;
    };
    const areAllReady = async () => (await Promise.all(this.app.names.map(isReady))).every(Boolean);
    await until('Readiness of all processes', areAllReady, WAIT);
  }

  /** One by the product itself, the others copies of it. */
  private async bringIntoFlight(): Promise<void> {
    const { kie } = this.world;
    kie.configure({
      defaults: { durationTrueMs: { min: HOUR_MS, max: HOUR_MS } },
      readsPerSecondMax: READS_PER_SECOND_MAX,
    });
    const [person] = await this.addPeople(1);
    await person?.fillOrder();
    await person?.tap('1:confirm:');
    await until('A video at work', () => this.hasRunningTask(), WAIT);
    await copyGeneration(
      { places: placesOf(this.sandbox), kie, publicUrl: this.sandbox.app.url },
      { count: GENERATIONS - 1, pollIntervalMs: POLL_INTERVAL_MS },
    );
  }

  private async hasRunningTask(): Promise<boolean> {
    const rows = await this.db.query<unknown[]>(
      `select 1 from jobs j join kie_tasks t on t.job_id = j.id where j.step = 'generate' and t.state = 'running'`,
    );
    return rows.length > 0;
  }
}

async function deathOf({ appEndedByItself, app }: Sandbox): Promise<never> {
  await appEndedByItself;
  throw new SandboxError(`A process ended by itself. The last lines:\n${app.lastLines()}`);
}

/** A read of a task at KIE: what the step `generate` begins with. */
export function isPoll({ path }: { path: string }): boolean {
  return path.startsWith('/api/v1/jobs/recordInfo');
}
