import { ROLES } from '../../src/platform/index.js';
import { RoleKiller } from '../kill/role-killer.js';
import { KIE_REPEAT_PAUSE_MS, SHORT_CALLS, TELEGRAM_PATIENCE_MS } from '../kill/kill-mode.js';
import type { Sandbox, SandboxOptions } from '../sandbox.js';
import { EVERY_MODEL_ENV } from '../showcase.js';
import type { DemoOptions } from './options.js';

/** As an image runs them. */
const PROCESS_OF_EACH_ROLE = ROLES.map((role) => ({ name: role, roles: [role] }));

/** What the sandbox must be started with to play stories, in one process or several. */
export function sandboxFor({
  isSeparate,
  roleKillSeed,
}: Pick<DemoOptions, 'isSeparate' | 'roleKillSeed'>): Pick<
  SandboxOptions,
  'appEnv' | 'processes' | 'telegramPatienceMs'
> {
  if (!isSeparate) return { appEnv: EVERY_MODEL_ENV };
  return {
    processes: PROCESS_OF_EACH_ROLE,
    appEnv: { ...EVERY_MODEL_ENV, ...(roleKillSeed === null ? {} : SHORT_CALLS) },
    // Four processes share the machine, and a tap must outlive the lease of a chat whose process has died.
    telegramPatienceMs: TELEGRAM_PATIENCE_MS,
  };
}

/** Who kills the processes while stories are played; null where nobody does. */
export function roleKillerFor({ separate, world }: Sandbox, seed: number | null): RoleKiller | null {
  if (seed === null || !separate) return null;
  // Else a callback's repeats were over before a process has started again.
  world.kie.configure({ repeatPauseRealMsMin: KIE_REPEAT_PAUSE_MS });
  return new RoleKiller(separate, seed);
}
