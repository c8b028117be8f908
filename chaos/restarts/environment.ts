import type { SandboxEnv } from '../../sandbox/outside-world.js';
import type { ProcessPlan } from '../../sandbox/separate-app.js';

/** How many times faster than real time the outside world runs: slowly enough that a restart is as short beside a job's deadline as in earnest. */
export const SCALE = 6;
/** A tap outlives the start of a process. */
export const TELEGRAM_PATIENCE_MS = 60_000;

/** Two of what can be twice; the outside world calls the first two. */
export const PROCESSES: readonly ProcessPlan[] = [
  { name: 'bot-1', roles: ['bot'] },
  { name: 'bot-2', roles: ['bot'] },
  { name: 'scheduler-1', roles: ['scheduler'] },
  { name: 'scheduler-2', roles: ['scheduler'] },
  { name: 'console', roles: ['console'] },
  { name: 'worker-1', roles: ['worker'] },
  { name: 'worker-2', roles: ['worker'] },
];

/** Scheduler and console first: nobody waits for them. Then who makes the videos, and last who takes updates. */
export const RESTART_ORDER: readonly string[] = [
  ...['scheduler-1', 'scheduler-2', 'console'],
  ...['worker-1', 'worker-2', 'bot-1', 'bot-2'],
];

/** How long each upload of a finished video takes, so that some are always in hand. */
export const UPLOAD_MS = 4_000;
/** How long Telegram takes to show a message, so that updates are in hand when a bot is stopped. */
export const MESSAGE_MS = 150;
/** How long KIE films, in true milliseconds. */
export const VIDEO_TRUE_MS = { min: 12_000, max: 36_000 };

/** A send has the time that it has in earnest. */
export const APP_ENV: SandboxEnv = {
  TELEGRAM_SEND_VIDEO_TIMEOUT_MS: '30000',
  SEND_LEASE_MS: '45000',
};
