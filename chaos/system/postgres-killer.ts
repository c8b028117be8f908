import { setTimeout as pause } from 'node:timers/promises';
import { between, type Range } from '../../sandbox/drawing.js';
import { endAll } from '../../sandbox/endings.js';
import { SandboxError } from '../../sandbox/errors.js';
import { freePort } from '../../sandbox/free-port.js';
import {
  DURABLE_SETTINGS,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../sandbox/postgres/index.js';
import { until } from '../../sandbox/until.js';

const DOWN_MS = { min: 200, max: 1_500 };
const STARTS_MAX = 5;
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
  private server: EmbeddedPostgres;
  private end = new AbortController();
  private killing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly first: EmbeddedPostgres,
    private readonly options: KillerOptions,
  ) {
    this.server = first;
    this.url = first.url;
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
  }

  /** Starts the database, and leaves it in peace until `begin`. */
  static async start(options: KillerOptions): Promise<PostgresKiller> {
    const port = await freePort(0, options.draw);
    return new PostgresKiller(
      await startEmbeddedPostgres({ ephemeral: true, port, settings: DURABLE_SETTINGS }),
      options,
    );
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
    // The data are the first one's to remove.
    await endAll([() => this.first.stop(), () => this.server.stop()]);
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
    await this.startAgain();
    this.downMs.push(performance.now() - startedAtMs);
  }

  private async startAgain(): Promise<void> {
    const { dataDirectory, port } = this.first;
    for (let starts = 1; starts <= STARTS_MAX; starts++) {
      this.server = await startEmbeddedPostgres({ dataDirectory, port, settings: DURABLE_SETTINGS });
      if (this.server.port === port) return;
      await this.server.kill();
    }
    throw new SandboxError(`PostgreSQL could not come back on port ${port}: another program has taken it.`);
  }
}
