import { setTimeout as pause } from 'node:timers/promises';
import { between, drawing } from '../drawing.js';
import type { SeparateApp } from '../separate-app.js';

/** Between the return of one process and the death of the next. */
const PAUSE_MS = { min: 500, max: 2_500 } as const;
const LOOK_MS = 25;

/** What became of one process that was killed again and again. */
export interface RoleKills {
  role: string;
  kills: number;
  /** From each kill until it was ready again, as its supervisor starts it at once. */
  readyAfterS: number[];
}

/** Kills the processes of an application in turn, each at a moment drawn from the seed, and starts it again at once. */
export class RoleKiller {
  readonly results: RoleKills[];
  private readonly draw: () => number;
  private ending = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private resting = 0;
  private isKilling = false;

  constructor(
    private readonly app: SeparateApp,
    seed: number,
  ) {
    this.draw = drawing(seed, 1);
    this.results = app.names.map((role) => ({ role, kills: 0, readyAfterS: [] }));
  }

  /** Begins, and goes on until `end`. */
  begin(): void {
    this.ending = new AbortController();
    this.running = this.killOnAndOn(this.ending.signal);
    // Whoever waits for the end hears of it.
    this.running.catch(() => undefined);
  }

  /** Nothing is killed while `work` lasts: it ends and starts the application itself. */
  async rest<T>(work: () => Promise<T>): Promise<T> {
    this.resting += 1;
    try {
      while (this.isKilling) await pause(LOOK_MS);
      return await work();
    } finally {
      this.resting -= 1;
    }
  }

  /** The last that was killed serves again. Rejects when one did not come back. */
  async end(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async killOnAndOn(signal: AbortSignal): Promise<void> {
    for (let turn = 0; !signal.aborted; turn++) {
      const pauseMs = between(PAUSE_MS, this.draw());
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      while (this.resting > 0 && !signal.aborted) await pause(LOOK_MS);
      const result = this.results[turn % this.results.length];
      if (result && !signal.aborted) await this.kill(result);
    }
  }

  private async kill(result: RoleKills): Promise<void> {
    const killedAtMs = performance.now();
    this.isKilling = true;
    try {
      await this.app.restartOne(result.role, { kill: true });
    } finally {
      this.isKilling = false;
    }
    result.kills += 1;
    result.readyAfterS.push(Math.round((performance.now() - killedAtMs) / 10) / 100);
  }
}

/** The table of all kills. */
export function formatKills(results: readonly RoleKills[], seed: number): string {
  const lines = results.map(({ role, kills, readyAfterS }) => {
    const sorted = readyAfterS.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const cells = [role.padEnd(12), String(kills).padStart(5), median.toFixed(1).padStart(18)];
    return `  ${cells.join('')}${(sorted.at(-1) ?? 0).toFixed(1).padStart(12)}`;
  });
  const head = `  ${'role'.padEnd(12)}kills${'ready after, s'.padStart(18)}${'longest, s'.padStart(12)}`;
  return [`\nKilled with SIGKILL and started again (--seed ${seed}):`, head, ...lines].join('\n');
}
