import { SandboxError } from '../errors.js';
import type { Sandbox } from '../sandbox.js';
import type { AppState } from './protocol.js';

/** The fastest: beyond it the application's own work takes longer than what it waits for. */
export const SCALE_MAX = 100;
const ROLES_WITHOUT_WORKER = 'bot,scheduler,console';

/** What can be done to the application. */
export type AppAction = 'kill' | 'stop_worker' | 'start_worker';

/** Kills, stops and starts the application, and says how it is. */
export class AppDesk {
  private status: AppState['status'] = 'running';
  private note: string | null = null;

  /** @param onChange told of each change. */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly onChange: (app: AppState) => void,
  ) {
    sandbox.onAppChange(({ isUp, roles }) => {
      const isWorking = roles === null || roles.includes('worker');
      this.status = !isUp ? 'down' : isWorking ? 'running' : 'without_worker';
      this.tell();
    });
  }

  /** How it is now. */
  state(): AppState {
    const { app, logFile, world, env } = this.sandbox;
    return {
      status: this.status,
      note: this.note,
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
   * @throws SandboxError when it is down already, or does not come back.
   */
  async change(action: AppAction): Promise<AppState> {
    this.refuseWhileDown();
    const beganAt = performance.now();
    this.note = NOTES[action].during;
    await this.sandbox.restart(
      action === 'kill' ? { kill: true } : action === 'stop_worker' ? { roles: ROLES_WITHOUT_WORKER } : {},
    );
    return this.noteAfter(`${NOTES[action].after} It took ${secondsSince(beganAt)} s.`);
  }

  /**
   * Lets time run at another pace.
   *
   * @throws SandboxError when the application is down, or does not come back.
   */
  async setScale(scale: number): Promise<AppState> {
    this.refuseWhileDown();
    if (scale === this.sandbox.world.clock.scale) return this.state();
    const beganAt = performance.now();
    this.note = `Starting again with durations ${scale} times shorter than real.`;
    await this.sandbox.setScale(scale);
    return this.noteAfter(
      `${scale} times faster than real, since ${secondsSince(beganAt)} s after the change.`,
    );
  }

  private refuseWhileDown(): void {
    if (this.status === 'down')
      throw new SandboxError('The application is just starting again: wait a moment.');
  }

  private noteAfter(note: string): AppState {
    this.note = note;
    this.tell();
    return this.state();
  }

  private tell(): void {
    this.onChange(this.state());
  }
}

const NOTES: Readonly<Record<AppAction, { during: string; after: string }>> = {
  kill: {
    during: 'Killed (kill -9) in the middle of its work; it starts again.',
    after: 'Killed (kill -9), and started again on the same data.',
  },
  stop_worker: {
    during: 'Stopping; it comes back without the worker.',
    after: 'It serves the bot and the crons, but no worker makes videos: orders wait.',
  },
  start_worker: { during: 'Starting with the worker.', after: 'The worker is back.' },
};

function secondsSince(beganAt: number): string {
  return ((performance.now() - beganAt) / 1000).toFixed(1);
}
