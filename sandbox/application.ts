import type { AppProcess } from './app-process.js';
import type { SandboxEnv } from './outside-world.js';

/** How the application starts again; all of it holds until the next restart. */
export interface RestartChange {
  /** As in `ROLES`; its usual ones by default. */
  roles?: string | undefined;
  env?: SandboxEnv;
  /** It is killed at once instead of asked to stop. */
  kill?: boolean;
}

/** That it went down, or serves again. */
export interface AppChange {
  isUp: boolean;
  /** The roles that it was given for this start; null for its usual ones. */
  roles: string | null;
}
/** Told of each change. */
export type AppListener = (change: AppChange) => void;

/** What runs of the application now; where that is several processes, what is done to it is done to all of them. */
export type RunningApp = Pick<AppProcess, 'url' | 'pid' | 'ended' | 'kill' | 'lastLines'>;

/** The application, in one process or in several. */
export interface Application {
  /** What runs of it now. */
  readonly current: RunningApp;
  /** Resolves when a process of it ends that nobody asked to. */
  readonly endedByItself: Promise<void>;
  /** What it is started with where nothing is changed. */
  readonly env: SandboxEnv;
  /** Where its lines are kept, a file for each process. */
  readonly logFiles: readonly string[];
  /** Tells when it goes down and when it serves again; the returned function ends it. */
  onChange(listener: AppListener): () => void;
  /** Changes what it is started with from its next start on, unless a restart says otherwise. */
  configure(env: SandboxEnv): void;
  /** Ends it, if it still runs, and starts it again; one restart after the other. */
  restart(change?: RestartChange): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}
