import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SandboxError } from '../sandbox/errors.js';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** A program of `baselines/`, which runs as it stands. */
export function baseline(name: string): string {
  return `bench/baselines/${name}.mjs`;
}

/** A program beside the module that asks for it: `beside(import.meta.url, 'ledger-client.js')`. */
export function beside(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(name, moduleUrl));
}

/**
 * Runs a program to its end in a process of its own. Returns what its last line says, as JSON.
 *
 * @throws when it fails, or takes longer than `timeoutMs`.
 */
export async function runProgramForJson<T>(
  program: string,
  args: readonly (string | number)[],
  timeoutMs: number,
): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args.map(String)], {
    timeout: timeoutMs,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}

/**
 * A program that serves in a process of its own, which ends with this one. It says `{ port }` when it listens, and answers each
 * message with one.
 */
export class Child {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /** Starts the program and waits until it listens. @throws SandboxError when it ends, or says nothing for 20 s. */
  static async start(program: string, env: Readonly<Record<string, string>> = {}): Promise<Child> {
    const child = fork(program, [], { env: { PATH: process.env['PATH'], ...env } });
    try {
      const { port } = await answerOf<{ port: number }>(child, START_TIMEOUT_MS);
      return new Child(child, `http://127.0.0.1:${port}`);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Its answer. One question after the other. @throws SandboxError when it ends instead, or says nothing for so long. */
  ask<Answer>(question: object, timeoutMs: number): Promise<Answer> {
    const answer = answerOf<Answer>(this.process, timeoutMs);
    this.process.send(question);
    return answer;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    this.process.disconnect();
    await exit.catch(() => this.process.kill('SIGKILL'));
  }
}

async function answerOf<Answer>(child: ChildProcess, timeoutMs: number): Promise<Answer> {
  const end = new AbortController();
  const signal = AbortSignal.any([end.signal, AbortSignal.timeout(timeoutMs)]);
  const [program] = child.spawnargs.slice(-1);
  try {
    const answer = once(child, 'message', { signal });
    const exit = once(child, 'exit', { signal }).then(() => {
      throw new SandboxError(`${program} ended.`);
    });
    const [message] = (await Promise.race([answer, exit])) as [Answer];
    return message;
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw new SandboxError(`${program} did not answer in ${timeoutMs / 1_000} s.`, { cause: error });
  } finally {
    end.abort();
  }
}
