import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readProcess } from '../../sandbox/postgres/processes.js';
import { waitFor } from '../support/wait-for.js';

/** This clone. */
export const ROOT = join(import.meta.dirname, '../..');

const BUILD_SCRIPT = join(ROOT, 'scripts/build-if-needed.mjs');

/** What `scripts/build-if-needed.mjs` tells of itself. */
interface BuildScript {
  SOURCE_DIRECTORIES: string[];
  SOURCE_FILES: string[];
}

/** What a program was when it had ended. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  /** Nothing is inherited but PATH. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Another user than ourselves, which only root may ask for. */
  uid?: number | undefined;
}

/** A Node program that runs. */
export class Program {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Outcome>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) =>
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }),
      );
    });
  }

  /** @param args as behind `node`. */
  static start(args: string[], { env = {}, cwd = ROOT, uid }: ProgramOptions = {}): Program {
    const given = Object.entries(env).filter(([, value]) => value !== undefined);
    return new Program(
      spawn(process.execPath, args, {
        cwd,
        ...(uid === undefined ? {} : { uid, gid: uid }),
        env: { PATH: process.env.PATH, ...Object.fromEntries(given) },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Nobody reads it any more: what it writes from now on meets a broken pipe. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Waits until stdout fits, and returns what was found. Throws, with stderr, when the program ends before. */
  async says(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    const ended = this.ended.then((outcome) => {
      throw new Error(`The program ended without saying ${pattern}: ${JSON.stringify(outcome)}`);
    });
    ended.catch(() => undefined);
    const found = waitFor(() => pattern.exec(this.stdout), { timeoutMs, what: String(pattern) });
    return Promise.race([found, ended]);
  }

  /** The lines of stdout that are JSON. */
  logLines(): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends it whatever happens: for `afterEach`. */
  async destroy(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended.catch(() => undefined);
  }
}

/** How long a program may run; no test waits longer. */
const RUN_TIMEOUT_MS = 290_000;

/** Runs a Node program to its end. One that runs for longer than its limit is killed, with all that it has started, and the call throws. */
export async function run(
  args: string[],
  { timeoutMs = RUN_TIMEOUT_MS, ...options }: ProgramOptions & { timeoutMs?: number } = {},
): Promise<Outcome> {
  const program = Program.start(args, options);
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    killTree(program.pid);
  }, timeoutMs);
  const outcome = await program.ended.finally(() => clearTimeout(limit));
  if (isLate) throw new Error(`${args.join(' ')} took more than ${timeoutMs} ms: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** The parent first, lest it starts another in the place of a child. */
function killTree(pid: number): void {
  const children = listChildren(pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
  children.forEach(killTree);
}

function listChildren(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

/** Builds `dist/` unless it is fresh. */
export async function build(): Promise<void> {
  const outcome = await run([BUILD_SCRIPT]);
  if (outcome.code !== 0) throw new Error(outcome.stderr);
}

/** The object in the last line of stdout. */
export function lastLine<T>({ stdout }: Pick<Outcome, 'stdout'>): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

/** Whether a process is there and not merely waiting to be reaped. */
export function isRunning(pid: number): boolean {
  const facts = readProcess(pid);
  return facts !== null && !facts.zombie;
}

/** What a second clone of this project is: the same files in another place, with the same packages. */
export async function copyClone(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'neurocards-clone-')));
  const { SOURCE_DIRECTORIES, SOURCE_FILES } = (await import(
    pathToFileURL(BUILD_SCRIPT).href
  )) as BuildScript;
  for (const name of ['dist', 'scripts', ...SOURCE_DIRECTORIES, ...SOURCE_FILES]) {
    await cp(join(ROOT, name), join(path, name), {
      recursive: true,
      // By its times the build knows that it is fresh.
      preserveTimestamps: true,
      // Another spec may be asking the build at this moment.
      filter: (source) => !source.includes('.build-lock'),
    });
  }
  await symlink(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
