import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SandboxError } from '../errors.js';
import { freePort } from '../free-port.js';

const START_MS_MAX = 10_000;
const LOOK_MS = 10;

/** A Redis of one's own, on loopback, without anything on disk. It ends with this process, unless that is killed. */
export class RedisServer {
  private constructor(
    private readonly port: number,
    private readonly settings: readonly string[],
    private process: ChildProcess,
  ) {}

  /**
   * @param settings over what our queues need, as on redis-server's command line: `['--maxmemory-policy', 'allkeys-lru']`.
   * @throws SandboxError when this machine has none, or it does not answer in time.
   */
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
  const endWithUs = () => void server.kill('SIGKILL');
  process.once('exit', endWithUs);
  server.once('exit', () => process.off('exit', endWithUs));
  const failures: Error[] = [];
  server.once('error', (error) => failures.push(error));
  const deadline = performance.now() + START_MS_MAX;
  while (!(await answers(port))) {
    const [failure] = failures;
    if (failure) throw new SandboxError(`redis-server cannot be started: ${failure.message}`);
    if (performance.now() > deadline) {
      endWithUs();
      throw new SandboxError(`redis-server on port ${port} does not answer.`);
    }
    await pause(LOOK_MS);
  }
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
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
