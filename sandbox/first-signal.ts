/** Resolves with the first SIGINT or SIGTERM; the ones after it change nothing (Ctrl+C reaches npm and us alike). */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(signal));
  });
}
