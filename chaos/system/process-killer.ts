import { setTimeout as pause } from 'node:timers/promises';
import { between, type Range } from '../../sandbox/drawing.js';
import type { System } from './system.js';

/** What is killed, and how often. */
export interface KillerOptions {
  /** The names of the processes, each killed whatever the others do. */
  names: readonly string[];
  /** Of all of them together. */
  kills: number;
  /** The shortest and the longest pause between the return of a process and its next death. */
  pauseMs: Range;
  draw: () => number;
}

/** Kills processes with SIGKILL at moments that are drawn; each is started again at once, as a supervisor would. */
export class ProcessKiller {
  /** From each kill until the process was ready again. */
  readonly downMs: number[] = [];
  /** When each kill was, in Unix milliseconds. */
  readonly killedAtMs: number[] = [];
  private left: number;

  constructor(
    private readonly system: System,
    private readonly options: KillerOptions,
  ) {
    this.left = options.kills;
  }

  /** Resolves when all kills are done and all processes are back. */
  async killAll(): Promise<void> {
    await Promise.all(this.options.names.map((name) => this.killOnAndOn(name)));
  }

  private async killOnAndOn(name: string): Promise<void> {
    const { pauseMs, draw } = this.options;
    while (this.left > 0) {
      this.left -= 1;
      await pause(between(pauseMs, draw()));
      if (this.system.over.aborted) return;
      const startedAtMs = performance.now();
      this.killedAtMs.push(Date.now());
      await this.system.app.restartOne(name, { kill: true });
      this.downMs.push(performance.now() - startedAtMs);
    }
  }
}
