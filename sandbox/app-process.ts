import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SandboxEnv } from './outside-world.js';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const TAIL_LINES = 20;

/** The application as a process of its own, ended when this one ends, however it ends. */
export class AppProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly logTail: string[],
  ) {}

  /**
   * Starts it and waits until it is ready.
   *
   * @param logFile where its lines go.
   * @throws Error with its last lines when it ends or is not ready within a minute.
   */
  static async start(env: SandboxEnv, logFile: string): Promise<AppProcess> {
    const entry = fileURLToPath(new URL('./app-child.js', import.meta.url));
    const inherited = Object.fromEntries(
      ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG'].flatMap((name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const child = fork(entry, [], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const tail: string[] = [];
    const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log.write(chunk);
        tail.push(...chunk.toString().split('\n').filter(Boolean));
        tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
      });
    }
    const app = new AppProcess(child, `http://127.0.0.1:${env['PORT']}`, tail);
    await app.ready();
    return app;
  }

  /** Asks it to stop, and waits for its end. Returns its exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    return this.child.exitCode;
  }

  private async ready(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`The application ended at its start:\n${this.logTail.join('\n')}`);
      }
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    await this.stop();
    throw new Error(`The application was not ready in ${START_TIMEOUT_MS} ms:\n${this.logTail.join('\n')}`);
  }
}
