import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { SandboxError } from '../../sandbox/errors.js';

const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 30_000;
const LOOK_MS = 5;
const LAST_WORDS_CHARS = 2_000;

export interface ProgramToStart {
  command: string;
  args: readonly string[];
  /** Nothing is inherited but PATH and HOME. */
  env: Readonly<Record<string, string>>;
  folder: string;
}

/** A program with all that it starts, and when it was started. */
export class StartedProgram {
  private output = '';
  private readonly startedAtMs = performance.now();
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private stopped: Promise<void> | undefined;

  constructor({ command, args, env, folder }: ProgramToStart) {
    this.child = spawn(command, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: a signal reaches whatever npm has started.
      detached: true,
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.child, 'close');
    this.ended.catch(() => undefined);
  }

  /** Milliseconds from its start until it had said this. @throws SandboxError when it ends before, or does not in three minutes. */
  says(words: RegExp): Promise<number> {
    return this.until(() => Promise.resolve(words.test(this.output)));
  }

  /** Milliseconds from its start until this address answered 200. @throws SandboxError as `says`. */
  serves(url: string): Promise<number> {
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    return this.until(async () => (await fetch(url, { signal }).catch(() => null))?.status === 200);
  }

  /** Asks it to end, waits, and ends whatever of it is left. Called again it does nothing more: its number may be another's by then. */
  stop(): Promise<void> {
    return (this.stopped ??= this.end());
  }

  private async end(): Promise<void> {
    this.signal('SIGTERM');
    await Promise.race([this.ended, pause(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    this.signal('SIGKILL');
  }

  private async until(isSo: () => Promise<boolean>): Promise<number> {
    while (!(await isSo())) {
      const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null;
      if (hasEnded || performance.now() - this.startedAtMs > START_TIMEOUT_MS) {
        throw new SandboxError(`It did not start. Its last words:\n${this.output.slice(-LAST_WORDS_CHARS)}`);
      }
      await pause(LOOK_MS);
    }
    return performance.now() - this.startedAtMs;
  }

  private signal(signal: NodeJS.Signals): void {
    try {
      if (this.child.pid) process.kill(-this.child.pid, signal);
    } catch {
      // Nobody of the group is left.
    }
  }
}
