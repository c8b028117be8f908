import { setTimeout as pause } from 'node:timers/promises';
import { between, type Range } from '../../sandbox/drawing.js';
import type { System } from './system.js';

/** What is killed, and how often. */
export interface KillerOptions {
  /** The names of the processes, killed in turn. */
  names: readonly string[];
  kills: number;
  /** The shortest and the longest pause between the return of one process and the death of the next. */
  pauseMs: Range;
  draw: () => number;
}

/** Kills processes in turn with SIGKILL at moments that are drawn; each is started again at once, as a supervisor would. */
export class ProcessKiller {
  /** From each kill until the process was ready again. */
  readonly downMs: number[] = [];
  /** When each kill was, in Unix milliseconds. */
  readonly killedAtMs: number[] = [];

  constructor(
    private readonly system: System,
    private readonly options: KillerOptions,
  ) {}

  /** Resolves when all kills are done and the last process is back. */
  async killAll(): Promise<void> {
    const { names, kills, pauseMs, draw } = this.options;
    for (let kill = 0; kill < kills; kill++) {
      await pause(between(pauseMs, draw()));
      if (this.system.over.aborted) return;
      const startedAtMs = performance.now();
      this.killedAtMs.push(Date.now());
      await this.system.app.restartOne(names[kill % names.length] ?? '', { kill: true });
      this.downMs.push(performance.now() - startedAtMs);
    }
  }
}
