import { setTimeout as pause } from 'node:timers/promises';
import { between, type Range } from '../../sandbox/drawing.js';
import { RestartablePostgres } from '../../sandbox/postgres/restartable-postgres.js';
import { until } from '../../sandbox/until.js';

const DOWN_MS = { min: 200, max: 1_500 };
/** In which all kills of a round are done. */
const KILLS_MS_MAX = 20 * 60_000;

export interface KillerOptions {
  everyMs: Range;
  /** Numbers from 0 to 1. */
  draw: () => number;
}

/**
 * An embedded PostgreSQL of its own that is killed with SIGKILL again and again, and comes back each time: same port, same data.
 * It keeps what it has answered. A kill -9 alone would not show the difference, because the kernel keeps what was written; what is shown is
 * the database as it runs in earnest.
 */
export class PostgresKiller {
  /** From each kill until connections were taken again. */
  readonly downMs: number[] = [];
  /** When each kill was, in Unix milliseconds. */
  readonly killedAtMs: number[] = [];
  readonly url: string;
  /** Rejects when it could not come back. */
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  private end = new AbortController();
  private killing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly server: RestartablePostgres,
    private readonly options: KillerOptions,
  ) {
    this.url = server.url;
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
  }

  /** Starts the database, and leaves it in peace until `begin`. */
  static async start(options: KillerOptions): Promise<PostgresKiller> {
    return new PostgresKiller(await RestartablePostgres.start(options.draw), options);
  }

  /** From now on it is killed every few seconds. */
  begin(): void {
    this.end = new AbortController();
    this.killing = this.killOnAndOn();
    this.killing.catch(this.fail);
  }

  /** Resolves when it was killed so often in all, and is back. @throws SandboxError when that takes too long. */
  async reach(kills: number): Promise<void> {
    const isReached = () => this.downMs.length >= kills || this.end.signal.aborted;
    await until(`${kills} kills`, isReached, { timeoutMs: KILLS_MS_MAX });
  }

  /** No more kills; resolves when the database is up to stay. */
  async rest(): Promise<void> {
    this.end.abort();
    await this.killing;
  }

  /** Stops it for good and removes its data. */
  async stop(): Promise<void> {
    await this.rest().catch(() => undefined);
    await this.server.stop();
  }

  private async killOnAndOn(): Promise<void> {
    const { everyMs, draw } = this.options;
    const { signal } = this.end;
    while (!signal.aborted) {
      const isTime = await pause(between(everyMs, draw()), true, { signal }).catch(() => false);
      if (isTime) await this.killOnce(between(DOWN_MS, draw()));
    }
  }

  private async killOnce(downMs: number): Promise<void> {
    const startedAtMs = performance.now();
    this.killedAtMs.push(Date.now());
    await this.server.kill();
    await pause(downMs);
    await this.server.startAgain();
    this.downMs.push(performance.now() - startedAtMs);
  }
}
