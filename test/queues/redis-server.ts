import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { describe, it } from 'vitest';
import { freePort } from '../../sandbox/free-port.js';
import { waitFor } from '../support/wait-for.js';

/** A Redis of one test's own, on loopback, without anything on disk. */
export class RedisServer {
  private constructor(
    private readonly port: number,
    private readonly settings: readonly string[],
    private process: ChildProcess,
  ) {}

  /** @param settings over what our queues need, as on redis-server's command line: `['--maxmemory-policy', 'allkeys-lru']`. */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const port = await freePort();
    return new RedisServer(port, settings, await spawnServer(port, settings));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Sends one command. */
  async command(name: string, ...args: string[]): Promise<unknown> {
    const client = new Redis(this.url);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Ends it as a crash would; what it held is gone. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  /** Starts it again at the same address, empty; with other settings than before if any are named. */
  async startAgain(...settings: string[]): Promise<void> {
    this.process = await spawnServer(this.port, settings.length > 0 ? settings : this.settings);
  }
}

/** As `describe`, of cases that need redis-server. */
export function describeWithRedis(name: string, cases: () => void): void {
  if (hasRedisServer()) describe(name, cases);
  else describeMissingRedis(name);
}

/** One skipped case that says how to get what the others need. */
export function describeMissingRedis(name: string): void {
  describe(name, () => {
    it.skip('needs redis-server on the PATH (Debian: apt-get install redis-server)', () => undefined);
  });
}

/** Whether this machine has `redis-server`. */
export function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function spawnServer(port: number, settings: readonly string[]): Promise<ChildProcess> {
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...place, '--maxmemory-policy', 'noeviction', ...settings], {
    stdio: 'ignore',
  });
  await waitFor(() => answers(port), { what: `redis-server on port ${port}`, timeoutMs: 10_000 });
  return server;
}

/** Any word of it is an answer, also that it wants a password. */
async function answers(port: number): Promise<boolean> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } finally {
    client.disconnect();
  }
}
