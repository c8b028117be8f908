import { explain } from '../sandbox/errors.js';
import type { ProcessPlan } from '../sandbox/separate-app.js';
import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import { findMoneyDifferences } from './payments/verdict.js';
import { readInvariantFacts } from './system/invariant-facts.js';
import { findBrokenJobs } from './system/invariants.js';
import { System } from './system/system.js';
import { foundTown } from './walks/crowd.js';
import { APP_ENV, SCALE, TELEGRAM_PATIENCE_MS } from './walks/environment.js';
import { playWalk, type PlayedWalk } from './walks/play.js';
import { RoleProcesses } from './walks/processes.js';

/** A story is this many steps of some people, drawn from a seed of its own. */
const STEPS = 200;
const SIZES = {
  ci: { rounds: 1, stories: 10, stepsPerRestart: 1_000 },
  full: { rounds: 10, stories: 100, stepsPerRestart: 2_000 },
} as const;

/** How many stories of a round are told at the same time. */
const AT_ONCE = 40;
/** Rounds at the same time: while one settles, which is mostly waiting, the other goes on. */
const LANES = 2;
/** A round has a seed of its own, which follows from that of the run. */
const SEEDS_PER_RUN = 1_000;
/** Where updates are taken by two, each of which dies in its turn. */
const PROCESSES: readonly ProcessPlan[] = [
  { name: 'bot-1', roles: ['bot'] },
  { name: 'worker', roles: ['worker'] },
  { name: 'bot-2', roles: ['bot'] },
  { name: 'scheduler', roles: ['scheduler'] },
];

/** Random histories of people, payments, moods of providers, and deaths. */
export const stories: Experiment = {
  name: 'stories',
  what: 'people tap, write, order, pay, are declined, block the bot and erase themselves at random while processes die and providers fail',
  run,
};

/** Every round has a database and an outside world of its own, so that its seed tells all of it. */
async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, stories: told } = SIZES[context.profile];
  const played: PlayedWalk[] = [];
  const broken: string[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < rounds && broken.length === 0) {
      const round = begun++;
      const play = context.stage((stage) => tell({ ...context, ...stage }, round, told));
      // Caught here, or the other lane would go on when all is over.
      const walk = await play.catch((error: unknown) => String(explain(error)));
      const found = typeof walk === 'string' ? [`it broke off: ${walk}`] : walk.broken;
      if (typeof walk !== 'string') played.push(walk);
      broken.push(...found.map((one) => `round ${round + 1}: ${one}`));
      context.tell(`round ${round + 1} of ${rounds} is over: ${found.length} broken`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(LANES, rounds) }, lane));
  return { figures: figuresOf(played, told), broken };
}

async function tell(context: ExperimentContext, round: number, told: number): Promise<PlayedWalk> {
  const system = await System.start(context, {
    ...{ scale: SCALE, processes: PROCESSES, patienceMs: TELEGRAM_PATIENCE_MS, logLevel: 'debug' },
    appEnv: APP_ENV,
  });
  const { world, db, updates } = system;
  const town = await foundTown({ steps: told * STEPS }, { world, db, updates });
  const processes = new RoleProcesses(system.app);
  const seed = context.seed * SEEDS_PER_RUN + round;
  const { stepsPerRestart } = SIZES[context.profile];
  const crowd = { seed, people: Math.min(AT_ONCE, told), storySteps: STEPS, stepsPerRestart };
  const walk = await playWalk(crowd, town, processes);
  const facts = await readInvariantFacts(system, []);
  const lostAnswersAtMs = processes.killedAtMs;
  return {
    ...walk,
    broken: [
      ...walk.broken,
      ...findBrokenJobs(facts, { lostAnswersAtMs, repeatedShareMax: 1 }),
      ...findMoneyDifferences(facts.payments).map((one) => `I2: ${one}`),
    ],
  };
}

/** Sums of what can be summed. */
function figuresOf(played: readonly PlayedWalk[], told: number): Outcome['figures'] {
  const sum = (name: string) =>
    played.reduce((total, { figures }) => total + (typeof figures[name] === 'number' ? figures[name] : 0), 0);
  const waits = played.flatMap(({ facts }) =>
    facts.taps.flatMap(({ answeredAfterMs }) => answeredAfterMs ?? []),
  );
  const sorted = waits.sort((a, b) => a - b);
  const waitAt = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    'stories, steps': `${played.length * told}, ${sum('steps')}`,
    people: sum('people'),
    'updates: all, deliveries, not answered 2xx': `${sum('updates')}, ${sum('deliveries')}, ${sum('answered_otherwise')}`,
    'processes killed, stopped': `${sum('killed')}, ${sum('restarted')}`,
    orders: sum('orders'),
    'payments by people': sum('paid'),
    'people who blocked the bot, were banned': `${sum('blocked')}, ${sum('banned')}`,
    'taps answered after, ms': { median: waitAt(0.5), p99: waitAt(0.99), longest: waitAt(1) },
    'audit: rows, drift': `${sum('audit_rows')}, ${sum('audit_drift')}`,
  };
}
