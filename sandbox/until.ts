import { setTimeout as pause } from 'node:timers/promises';
import { SandboxError } from './errors.js';

const LOOK_MS = 100;

/**
 * Looks again and again until it is so.
 *
 * @param what is waited for, for the error: `400 videos`.
 * @throws SandboxError when it is not so in `timeoutMs`; what `isSo` throws.
 */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { timeoutMs, lookMs = LOOK_MS }: { timeoutMs: number; lookMs?: number },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new SandboxError(`${what} did not come in ${timeoutMs / 1_000} s.`);
    await pause(lookMs);
  }
}
