import { setTimeout as pause } from 'node:timers/promises';
import { AppProcess, PortTakenError, type AppProcessOptions } from './app-process.js';
import type { AppChange, AppListener, Application, RestartChange } from './application.js';
import { SandboxError } from './errors.js';
import { freePort } from './free-port.js';

const APP_STARTS_MAX = 3;
/** While the application was down, its port may have gone to another program's call for a moment. */
const PORT_WAIT_MS = 500;

/** The application, one process after the other: same port, same environment, same log. */
export class RestartableApp implements Application {
  private readonly listeners = new Set<AppListener>();
  /** Resolves when a process of it ends that nobody asked to. */
  readonly endedByItself: Promise<void>;
  private tellEnd: () => void = () => undefined;
  private isStopped = false;
  /** The restarts of before; two at once would lose a process. */
  private restarting: Promise<unknown> = Promise.resolve();

  private constructor(
    private process: AppProcess,
    private options: AppProcessOptions,
  ) {
    this.endedByItself = new Promise((resolve) => (this.tellEnd = resolve));
    this.watch(process);
  }

  /**
   * Starts it on the wanted port or, if that is taken, on a free one: a port that is free now may be taken in a moment,
   * when two sandboxes start together.
   *
   * @throws SandboxError when it does not become ready.
   */
  static async start(
    port: number | undefined,
    optionsFor: (port: number) => AppProcessOptions,
  ): Promise<RestartableApp> {
    for (let starts = 1; ; starts++) {
      const options = optionsFor(await freePort(starts === 1 ? port : 0));
      try {
        return new RestartableApp(await AppProcess.start(options).ready(), options);
      } catch (error) {
        if (!(error instanceof PortTakenError) || starts >= APP_STARTS_MAX) throw error;
      }
    }
  }

  /** The process of now. */
  get current(): AppProcess {
    return this.process;
  }

  /** What it is started with where nothing is changed. */
  get env(): AppProcessOptions['env'] {
    return this.options.env;
  }

  get logFiles(): string[] {
    return [this.options.logFile];
  }

  /** Tells when it goes down and when it serves again; the returned function ends it. */
  onChange(listener: AppListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Changes what it is started with from its next start on, unless a restart says otherwise. */
  configure(env: Readonly<Record<string, string>>): void {
    this.options = { ...this.options, env: { ...this.options.env, ...env } };
  }

  /**
   * Ends it, if it still runs, and starts it again; one restart after the other.
   *
   * @throws SandboxError when it does not become ready, or `stop` was called.
   */
  restart(change: RestartChange = {}): Promise<void> {
    return this.afterOthers(() => this.startAgain(change));
  }

  /** Ends it, if it still runs, after the restarts of before. Returns its exit code; null when it was killed. */
  end({ kill = false } = {}): Promise<number | null> {
    return this.afterOthers(async () => {
      this.tell({ isUp: false, roles: null });
      if (!kill) return this.process.stop();
      this.process.kill();
      return this.process.ended;
    });
  }

  private afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.restarting.then(work);
    this.restarting = mine.catch(() => undefined);
    return mine;
  }

  private async startAgain(change: RestartChange): Promise<void> {
    this.tell({ isUp: false, roles: null });
    if (change.kill) this.process.kill();
    await (change.kill ? this.process.ended : this.process.stop());
    const env = { ...this.options.env, ...change.env };
    if (change.roles !== undefined) env['ROLES'] = change.roles;
    const options = { ...this.options, env };
    for (let starts = 1; ; starts++) {
      if (this.isStopped)
        throw new SandboxError('The sandbox was stopped while its application started again.');
      this.process = AppProcess.start(options);
      try {
        this.watch(await this.process.ready());
        this.tell({ isUp: true, roles: change.roles ?? null });
        return;
      } catch (error) {
        if (!(error instanceof PortTakenError) || starts >= APP_STARTS_MAX) throw error;
        await pause(PORT_WAIT_MS);
      }
    }
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.process.stop();
  }

  private tell(change: AppChange): void {
    for (const listener of this.listeners) listener(change);
  }

  private watch(process: AppProcess): void {
    void process.ended.then(() => {
      if (!process.isEndWanted) this.tellEnd();
    });
  }
}
