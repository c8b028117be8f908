import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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
 * Runs a program in a process of its own. Returns what its last line says, as JSON.
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
