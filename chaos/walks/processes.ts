import { dirname } from 'node:path';
import { RestartableApp } from '../../sandbox/restartable-app.js';
import type { Sandbox } from '../../sandbox/sandbox.js';

/** How a process ends: at once, or after it has finished what it had in hand. */
export type Ending = 'kill' | 'stop';

/** The processes that take updates: the application itself, and with two of them another one that does nothing else. */
export class Processes {
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
