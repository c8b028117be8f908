import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SandboxError } from './errors.js';
import type { SandboxEnv } from './outside-world.js';

const START_TIMEOUT_MS = 60_000;
/** Above the 24 s that the application gives itself. */
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
const TAIL_LINES = 20;
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG'];

export interface AppProcessOptions {
  env: SandboxEnv;
  /** Where its lines are added. */
  logFile: string;
  /** Where it runs: a folder without an `.env`, whose values (a real Redis, real keys) must not reach the sandbox. */
  folder: string;
}

/** The port was free a moment ago, and is not any more. */
export class PortTakenError extends SandboxError {}

/** The application as a process of its own, ended when this one ends, however it ends. */
export class AppProcess {
  /** Resolves when the process is gone, with its exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
  readonly url: string;
  private readonly tail: string[];
  private endIsWanted = false;

  private constructor(
    private readonly child: ChildProcess,
    { env, logFile }: AppProcessOptions,
  ) {
    this.url = `http://127.0.0.1:${env['PORT']}`;
    this.tail = keepLog(child, logFile);
    this.ended = new Promise((resolve) => {
      // Not at 'exit': its last words may still be on their way.
      child.once('close', resolve);
      child.once('error', () => resolve(null));
    });
  }

  /** Starts it. It is not ready yet. */
  static start(options: AppProcessOptions): AppProcess {
    const inherited = Object.fromEntries(
      INHERITED.flatMap((name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const child = fork(fileURLToPath(new URL('./app-child.js', import.meta.url)), [], {
      cwd: options.folder,
      env: { ...inherited, ...options.env },
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    return new AppProcess(child, options);
  }

  /**
   * Waits until it is ready. When it is not in a minute, it is stopped.
   *
   * @throws PortTakenError; SandboxError with its last lines.
   */
  async ready(): Promise<this> {
    try {
      await this.untilReady();
      return this;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Asks it to stop, and waits for its end. Returns its exit code. */
  async stop(): Promise<number | null> {
    this.endIsWanted = true;
    if (!this.hasEnded) this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const code = await this.ended;
    clearTimeout(impatience);
    return code;
  }

  /** Ends it this very moment, in the middle of whatever it does; `ended` says when it is gone. */
  kill(): void {
    this.endIsWanted = true;
    this.child.kill('SIGKILL');
  }

  /** Whether `stop` or `kill` was called: its end is no surprise. */
  get isEndWanted(): boolean {
    return this.endIsWanted;
  }

  /** Its process id; 0 when it could not be started at all. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its last lines. */
  lastLines(): string {
    return this.tail.join('\n');
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  private async untilReady(): Promise<void> {
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    // Its own word comes first: at its address, somebody else may be the one who answers.
    const started = once(this.child, 'message', { signal });
    started.catch(() => undefined);
    await Promise.race([started, this.ended]).catch(() => undefined);
    while (!(await this.isReady())) {
      if (this.hasEnded || signal.aborted) await this.failStart();
      await pause(POLL_MS);
    }
  }

  private async isReady(): Promise<boolean> {
    if (this.hasEnded) return false;
    const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
    return answer?.ok ?? false;
  }

  private async failStart(): Promise<never> {
    if (this.hasEnded) await this.ended;
    const lines = this.lastLines();
    if (/EADDRINUSE|is taken by another program/.test(lines)) {
      throw new PortTakenError(`${this.url} was taken meanwhile`);
    }
    const what = this.hasEnded ? 'ended at its start' : `was not ready in ${START_TIMEOUT_MS / 1000} s`;
    throw new SandboxError(`The application ${what}. Its last lines:\n${lines}`);
  }
}

function keepLog(child: ChildProcess, logFile: string): string[] {
  const tail: string[] = [];
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  // A full disk must not end the sandbox.
  log.on('error', (error) => tail.push(`The log cannot be written: ${error.message}`));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      tail.push(...chunk.toString().split('\n').filter(Boolean));
      tail.splice(0, Math.max(0, tail.length - TAIL_LINES));
    });
  }
  child.once('close', () => log.end());
  return tail;
}
