import { SandboxError } from './errors.js';

/** Resolves with the first SIGINT or SIGTERM; the ones after it change nothing (Ctrl+C reaches npm and us alike). */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}

/** Rejects at the first of these signals: for a race with what it ends. Need not be listened to. */
export function endedBySignal(): Promise<never> {
  const ended = firstSignal().then((name) => {
    throw new SandboxError(`Ended by ${name}.`);
  });
  ended.catch(() => undefined);
  return ended;
}
