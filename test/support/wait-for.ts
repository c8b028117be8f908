import { setTimeout as pause } from 'node:timers/promises';

export interface WaitForOptions {
  /** How long to go on trying; 5 s by default. */
  timeoutMs?: number;
  /** What is waited for, for the error: `the refund of the job`. */
  what: string;
}

type Falsy = false | null | undefined | 0 | '';

const POLL_PAUSE_MS = 10;

/**
 * Asks again and again until the condition answers something truthy, and returns that.
 * Throws after `timeoutMs`, saying what did not happen; the condition's last error is the cause. A condition that throws
 * has not come true yet.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 5_000, what }: WaitForOptions,
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const answer = await condition();
      if (answer) return answer as Exclude<T, Falsy>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await pause(POLL_PAUSE_MS);
  } while (performance.now() < deadline);
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`, { cause });
}
