import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import { Customers } from './system/customers.js';
import { readInvariantFacts, type InvariantFacts } from './system/invariant-facts.js';
import { findBrokenInvariants } from './system/invariants.js';
import { ProcessKiller } from './system/process-killer.js';
import { System } from './system/system.js';
import { spreadOf } from './tell.js';

const SIZES = {
  // In a few jobs a single repeated video is more than one in a hundred.
  ci: { rounds: 1, kills: 12, jobs: 120, repeatedShareMax: 0.1 },
  full: { rounds: 10, kills: 20, jobs: 200, repeatedShareMax: 0.01 },
} as const;

const SCALE = 6;
const AT_ONCE = 12;
const ORDERS_EACH = 3;
const PAUSE_MS = { min: 200, max: 1_500 };
/** KIE films so long that kills meet every step. */
const VIDEO_TRUE_MS = { min: 6_000, max: 30_000 };
/** Streams of the drawing of one round: the killer's, then those of its customers. */
const ROUND_STREAMS = 1_000;

/** Workers are killed at moments drawn from the seed. */
export const workerKill: Experiment = {
  name: 'worker-kill',
  what: 'the two workers are killed with SIGKILL in turn, at random moments, while people order videos',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const size = SIZES[context.profile];
  const system = await System.start(context, { scale: SCALE });
  system.world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  const broken: string[] = [];
  const [downMs, lostAnswersAtMs, customers]: [number[], number[], Customers[]] = [[], [], []];
  let facts: InvariantFacts | undefined;
  for (let round = 0; round < size.rounds; round++) {
    const stream = (n: number) => context.draw(round * ROUND_STREAMS + n);
    const killer = new ProcessKiller(system.app, {
      ...{ names: ['worker-1', 'worker-2'], kills: size.kills, pauseMs: PAUSE_MS },
      draw: stream(0),
    });
    const people = new Customers(system, {
      ...{ atOnce: AT_ONCE, jobs: size.jobs, ordersEach: ORDERS_EACH },
      draw: stream,
    });
    await Promise.all([people.come(), killer.killAll()]);
    facts = await readInvariantFacts(system, await system.settle());
    downMs.push(...killer.downMs);
    lostAnswersAtMs.push(...killer.killedAtMs);
    const { repeatedShareMax } = size;
    broken.push(...people.lost, ...findBrokenInvariants(facts, { lostAnswersAtMs, repeatedShareMax }));
    customers.push(people);
    context.tell(
      `round ${round + 1}: ${downMs.length} kills, ${facts.jobs.length} jobs, ${broken.length} broken`,
    );
    if (broken.length > 0) break;
  }
  return { figures: figuresOf({ facts, downMs, customers }), broken };
}

interface Seen {
  facts: InvariantFacts | undefined;
  downMs: readonly number[];
  customers: readonly Customers[];
}

function figuresOf({ facts, downMs, customers }: Seen): Outcome['figures'] {
  const jobs = facts?.jobs ?? [];
  const count = (status: string) => jobs.filter((job) => job.status === status).length;
  return {
    kills: downMs.length,
    'ready again, s': spreadOf(downMs),
    people: customers.reduce((sum, { people }) => sum + people, 0),
    'jobs: completed, failed and refunded': `${count('completed')}, ${count('failed')}`,
    'videos that came twice': jobs.filter(({ videosAtMs }) => videosAtMs.length > 1).length,
    'paid tasks': jobs.reduce((sum, { paidTasks }) => sum + paidTasks, 0),
    updates: facts?.updates.updates.length ?? 0,
    'audit: rows, drift': `${facts?.audit.rows_checked ?? 0}, ${facts?.audit.drift ?? 0}`,
  };
}
