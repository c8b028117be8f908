import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import { Customers } from './system/customers.js';
import { ProcessKiller } from './system/process-killer.js';
import { playRounds } from './system/rounds.js';
import { System } from './system/system.js';
import { spreadOf } from './tell.js';

const SIZES = {
  // In a few jobs a single repeated video is more than one in a hundred.
  ci: { rounds: 1, kills: 5, jobs: 24, repeatedShareMax: 0.1 },
  full: { rounds: 4, kills: 50, jobs: 500, repeatedShareMax: 0.01 },
} as const;

const SCALE = 6;
/** So few that the machine has time left: where it has none, a video is on its way for ten times as long, and more of them come twice. */
const AT_ONCE = 4;
const ORDERS_EACH = 3;
/** As long as people order, and no longer. */
const PAUSE_MS = { min: 200, max: 12_000 };
/** KIE films so long that kills meet every step. */
const VIDEO_TRUE_MS = { min: 6_000, max: 30_000 };

/** Workers are killed at moments drawn from the seed. */
export const workerKill: Experiment = {
  name: 'worker-kill',
  what: 'each of two workers is killed with SIGKILL again and again, at random moments, while people order videos',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, kills, jobs, repeatedShareMax } = SIZES[context.profile];
  const system = await System.start(context, { scale: SCALE });
  system.world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  const downMs: number[] = [];
  const { broken, figures } = await playRounds(
    context,
    system,
    { rounds, repeatedShareMax },
    async ({ draw }) => {
      const killer = new ProcessKiller(system, {
        ...{ names: ['worker-1', 'worker-2'], kills, pauseMs: PAUSE_MS, draw: draw(0) },
      });
      const customers = new Customers(system, { atOnce: AT_ONCE, jobs, ordersEach: ORDERS_EACH, draw });
      await Promise.all([customers.come(), killer.killAll()]);
      downMs.push(...killer.downMs);
      return { broken: customers.lost, lostAnswersAtMs: killer.killedAtMs };
    },
  );
  return { figures: { kills: downMs.length, 'ready again, s': spreadOf(downMs), ...figures }, broken };
}
