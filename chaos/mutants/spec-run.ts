import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReport, type SpecRun } from './verdict.js';

/** Specs to run, and with what. */
export interface SpecRequest {
  /** The clone to run them in. */
  root: string;
  specs: readonly string[];
  /** Only tests in whose full names one of these stands; all of them where there is none. */
  tests: readonly string[];
  /** Whether the first test that fails is enough. */
  endsEarly: boolean;
  limitMs: number;
  /** A superuser's URL of a PostgreSQL: each run migrates a template of its own there. */
  databaseUrl: string;
  signal: AbortSignal;
}

const OUTPUT_KEPT_CHARS = 20_000;

/** Runs specs by Vitest, in a process group that is ended with its time limit. */
export async function runSpecs(request: SpecRequest): Promise<SpecRun> {
  request.signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'neurocards-mutants-report-'));
  try {
    const file = join(folder, 'report.json');
    const { output, isTooLong } = await runVitest(request, file);
    request.signal.throwIfAborted();
    if (isTooLong) return { kind: 'too_long', limitMs: request.limitMs };
    const text = await readFile(file, 'utf8').catch(() => null);
    return text === null ? { kind: 'no_report', output } : { kind: 'reported', report: parseReport(text) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runVitest(request: SpecRequest, file: string): Promise<{ output: string; isTooLong: boolean }> {
  const { root, limitMs, databaseUrl, signal } = request;
  return new Promise((resolve, reject) => {
    const vitest = spawn(process.execPath, argumentsOf(request, file), {
      cwd: root,
      env: { ...process.env, TEST_DATABASE_URL: databaseUrl, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its workers end with it.
      detached: true,
    });
    let output = '';
    let isTooLong = false;
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT_CHARS);
    };
    vitest.stdout.on('data', keep);
    vitest.stderr.on('data', keep);
    const end = () => void killGroup(vitest.pid);
    const timer = setTimeout(() => {
      isTooLong = true;
      end();
    }, limitMs);
    signal.addEventListener('abort', end, { once: true });
    vitest.on('error', reject);
    vitest.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve({ output, isTooLong });
    });
  });
}

function argumentsOf({ specs, tests, endsEarly }: SpecRequest, file: string): string[] {
  return [
    ...['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--project', 'integration'],
    ...['--reporter', 'json', '--outputFile', file],
    ...(endsEarly ? ['--bail', '1'] : []),
    ...(tests.length > 0 ? ['--testNamePattern', tests.map(escape).join('|')] : []),
    ...specs,
  ];
}

/** A text as a regular expression that fits it alone. */
function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
