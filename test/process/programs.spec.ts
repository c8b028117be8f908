import { expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.js';
import { isRunning, run } from './programs.js';

it('ends a program that takes too long, and what it has started', async () => {
  const forEver = 'setInterval(() => undefined, 1_000)';
  const script = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(forEver)}], { stdio: 'ignore' });
    console.log(process.pid, child.pid); ${forEver}`;
  const error = await run(['-e', script], { timeoutMs: 2_000 }).catch((reason: Error) => reason);
  if (!(error instanceof Error)) throw new Error('It was not ended');
  const pids = /"stdout":"(\d+) (\d+)/.exec(error.message)?.slice(1).map(Number) ?? [];
  expect(pids).toHaveLength(2);
  await waitFor(() => !pids.some(isRunning), { what: 'both to be gone' });
});
