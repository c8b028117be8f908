import { SCALE_MAX } from '../clock.js';
import { SandboxError } from '../errors.js';
import type { RestartChange } from '../application.js';
import type { Sandbox } from '../sandbox.js';
import type { AppState } from './protocol.js';

const ROLES_WITHOUT_WORKER = 'bot,scheduler,console';

/** What can be done to the application. */
export type AppAction = 'kill' | 'stop_worker' | 'start_worker';

/** Kills, stops and starts the application, and says how it is. */
export class AppDesk {
  private status: AppState['status'] = 'running';
  private note: string | null = null;
  private isBusy = false;
  /** Stops listening. */
  readonly close: () => void;

  /** @param onChange told of each change. */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly onChange: (app: AppState) => void,
  ) {
    this.close = sandbox.onAppChange(({ isUp, roles }) => {
      const isWorking = roles === null || roles.includes('worker');
      this.status = !isUp ? 'down' : isWorking ? 'running' : 'without_worker';
      // A story did it, and what a page did last is no news any more.
      if (!this.isBusy) this.note = null;
      this.tell();
    });
  }

  /** How it is now. */
  state(): AppState {
    const { app, logFile, world, env } = this.sandbox;
    return {
      status: this.status,
      note: this.note,
      isBusy: this.isBusy,
      url: app.url,
      logFile,
      scale: world.clock.scale,
      scaleMax: SCALE_MAX,
      queuesOn: env['REDIS_URL'] ? 'Redis' : 'PostgreSQL',
      providers: {
        telegram: world.telegram.url,
        kie: world.kie.url,
        openai: `${world.openAi.url}/v1`,
        yookassa: `${world.yooKassa.url}/v3`,
      },
    };
  }

  /**
   * Kills the process with the worker in it at once and starts it again, or starts it with or without the worker. Resolves when it
   * serves again.
   *
   * @throws SandboxError when it is starting already, or does not come back.
   */
  change(action: AppAction): Promise<AppState> {
    const { during, after, restart } = ACTIONS[action];
    return this.startAgain(() => this.sandbox.restart(restart), { during, after });
  }

  /**
   * Lets time run at another pace; an application without its worker stays without.
   *
   * @throws SandboxError when it is starting already, or does not come back.
   */
  setScale(scale: number): Promise<AppState> {
    const roles = this.status === 'without_worker' ? ROLES_WITHOUT_WORKER : undefined;
    return this.startAgain(() => this.sandbox.setScale(scale, { roles }), {
      during: `Starting again, to run ${scale} times faster than real.`,
      after: `It runs ${scale} times faster than real now.`,
    });
  }

  private async startAgain(
    start: () => Promise<void>,
    notes: { during: string; after: string },
  ): Promise<AppState> {
    if (this.isBusy) throw new SandboxError('The application is just starting again: wait a moment.');
    this.isBusy = true;
    const beganAt = performance.now();
    this.note = notes.during;
    this.tell();
    try {
      await start();
      this.note = `${notes.after} It took ${((performance.now() - beganAt) / 1000).toFixed(1)} s.`;
    } catch (error) {
      this.note = 'It did not start again: its log says why.';
      throw error;
    } finally {
      this.isBusy = false;
      this.tell();
    }
    return this.state();
  }

  private tell(): void {
    this.onChange(this.state());
  }
}

const ACTIONS: Readonly<Record<AppAction, { during: string; after: string; restart: RestartChange }>> = {
  kill: {
    during: 'Killed (kill -9) in the middle of its work; it starts again.',
    after: 'Killed (kill -9), and started again on the same data.',
    restart: { kill: true },
  },
  stop_worker: {
    during: 'Stopping; it comes back without the worker.',
    after: 'It serves the bot and the crons, but no worker makes videos: orders wait.',
    restart: { roles: ROLES_WITHOUT_WORKER },
  },
  start_worker: {
    during: 'Starting with the worker.',
    after: 'The worker is back.',
    restart: {},
  },
};
