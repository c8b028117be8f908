import { dirname } from 'node:path';
import { RestartableApp } from '../../sandbox/restartable-app.js';
import type { Sandbox } from '../../sandbox/sandbox.js';
import type { SeparateApp } from '../../sandbox/separate-app.js';

/** How a process ends: at once, or after it has finished what it had in hand. */
export type Ending = 'kill' | 'stop';

/** Processes that end while people walk. */
export interface RestartingProcesses {
  readonly kills: number;
  readonly stops: number;
  readonly logFiles: readonly string[];
  /** Ends the next one in turn and starts it again. */
  restartOne(ending: Ending): Promise<void>;
}

/** The processes that take updates: the application itself, and with two of them another one that does nothing else. */
export class Processes implements RestartingProcesses {
  kills = 0;
  stops = 0;
  private turn = 0;

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly second: RestartableApp | null,
    private readonly secondLog: string,
  ) {}

  static async start(sandbox: Sandbox, count: 1 | 2): Promise<Processes> {
    const folder = dirname(sandbox.logFile);
    const logFile = `${sandbox.logFile}.second`;
    if (count === 1) return new Processes(sandbox, null, logFile);
    const second = await RestartableApp.start(undefined, (port) => ({
      env: { ...sandbox.env, PORT: String(port), ROLES: 'bot' },
      logFile,
      folder,
    }));
    return new Processes(sandbox, second, logFile);
  }

  /** Where they listen. */
  get urls(): string[] {
    return [this.sandbox.app.url, ...(this.second ? [this.second.current.url] : [])];
  }

  get logFiles(): string[] {
    return [this.sandbox.logFile, ...(this.second ? [this.secondLog] : [])];
  }

  /** Resolves when one ends that nobody asked to, with its last lines. */
  async deathOfOne(): Promise<string> {
    const { sandbox, second } = this;
    await Promise.race([sandbox.appEndedByItself, ...(second ? [second.endedByItself] : [])]);
    return [sandbox.app, ...(second ? [second.current] : [])].map((app) => app.lastLines()).join('\n');
  }

  /** Ends the next one in turn and starts it again. */
  async restartOne(ending: Ending): Promise<void> {
    const kill = ending === 'kill';
    if (kill) this.kills += 1;
    else this.stops += 1;
    this.turn += 1;
    if (this.second && this.turn % 2 === 0) await this.second.restart({ kill });
    else await this.sandbox.restart({ kill });
  }

  async stop(): Promise<void> {
    await this.second?.stop();
  }
}

/** A process for each role, or two: each of them dies in its turn. */
export class RoleProcesses implements RestartingProcesses {
  kills = 0;
  stops = 0;
  /** When each kill was, in Unix milliseconds. */
  readonly killedAtMs: number[] = [];
  private turn = 0;

  constructor(private readonly app: SeparateApp) {}

  get logFiles(): readonly string[] {
    return this.app.logFiles;
  }

  async restartOne(ending: Ending): Promise<void> {
    const kill = ending === 'kill';
    if (kill) this.kills += 1;
    else this.stops += 1;
    this.killedAtMs.push(...(kill ? [Date.now()] : []));
    const { names } = this.app;
    await this.app.restartOne(names[this.turn++ % names.length] ?? '', { kill });
  }
}
