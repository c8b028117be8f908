import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, type Outcome } from '../process/programs.js';

export interface ScriptOptions {
  args?: string[];
  /** Nothing is inherited but PATH. */
  env: Record<string, string>;
  /** Searched before PATH. */
  toolsPath: string;
}

/** Runs a script of `deploy/` to its end. */
export function runScript(
  name: 'backup.sh' | 'restore.sh',
  { args = [], env, toolsPath }: ScriptOptions,
): Promise<Outcome> {
  const child = spawn(join(ROOT, 'deploy', name), args, {
    env: { ...env, PATH: `${toolsPath}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
