import { ROLES } from '../../src/platform/light.js';
import { RoleKiller } from '../kill/role-killer.js';
import { KIE_REPEAT_PAUSE_MS, SHORT_CALLS, TELEGRAM_PATIENCE_MS } from '../kill/kill-mode.js';
import type { SandboxEnv } from '../outside-world.js';
import type { Sandbox, SandboxOptions } from '../sandbox.js';
import { EVERY_MODEL_ENV } from '../showcase.js';
import type { DemoOptions } from './options.js';

/** As an image runs them. */
const PROCESS_OF_EACH_ROLE = ROLES.map((role) => ({ name: role, roles: [role] }));

/** While a process starts again, the clock of a video runs as fast as everybody's: what is down for seconds was not down for minutes. */
const DOWN_MS = 15_000;
const MINUTE_MS = 60_000;

/** What the sandbox must be started with to play stories, in one process or several. */
export function sandboxFor({
  isSeparate,
  roleKillSeed,
  scale,
}: Pick<DemoOptions, 'isSeparate' | 'roleKillSeed' | 'scale'>): Pick<
  SandboxOptions,
  'appEnv' | 'processes' | 'telegramPatienceMs'
> {
  if (!isSeparate) return { appEnv: EVERY_MODEL_ENV };
  return {
    processes: PROCESS_OF_EACH_ROLE,
    appEnv: { ...EVERY_MODEL_ENV, ...(roleKillSeed === null ? {} : killedEnv(scale)) },
    // Four processes share the machine, and a tap must outlive the lease of a chat whose process has died.
    telegramPatienceMs: TELEGRAM_PATIENCE_MS,
  };
}

function killedEnv(scale: number): SandboxEnv {
  const later = (trueMinutes: number) => String(Math.round((trueMinutes * MINUTE_MS) / scale) + DOWN_MS);
  return { ...SHORT_CALLS, KIE_TASK_DEADLINE_MS: later(10), JOB_DEADLINE_MS: later(15) };
}

/** Who kills the processes while stories are played; null where nobody does. */
export function roleKillerFor({ separate, world }: Sandbox, seed: number | null): RoleKiller | null {
  if (seed === null || !separate) return null;
  // Else a callback's repeats were over before a process has started again.
  world.kie.configure({ repeatPauseRealMsMin: KIE_REPEAT_PAUSE_MS });
  return new RoleKiller(separate, seed);
}
