import { setTimeout as pause } from 'node:timers/promises';
import { HoldingTrap } from './crash-points/holding-trap.js';
import {
  CRASH_POINTS,
  drawPoints,
  ERRANDS,
  type CrashPoint,
  type Errand,
  type Role,
} from './crash-points/points.js';
import { Reaper } from './crash-points/reaper.js';
import { findGivenUp, findUntried, withoutExpired } from './crash-points/verdict.js';
import { Visitors } from './crash-points/visitors.js';
import { watchCalls, wireOf } from './crash-points/watch.js';
import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import type { PaymentRow } from './payments/facts.js';
import { readInvariantFacts, type InvariantFacts } from './system/invariant-facts.js';
import { findBrokenInvariants } from './system/invariants.js';
import { System, TAP_LIFE_MS } from './system/system.js';
import { spreadOf } from './tell.js';

/** `others`: so many points besides the telling ones. A round is over when all have seen their deaths; after `roundMsMax` nobody comes any more. */
const SIZES = {
  ci: { rounds: 1, others: 4, deathsEach: 1, heldMax: 1, roundMsMax: 150_000, atOnce: 20 },
  full: { rounds: 2, others: 1_000, deathsEach: 10, heldMax: 8, roundMsMax: 8 * 60_000, atOnce: 40 },
} as const;

const ROLES: readonly Role[] = ['bot', 'worker', 'scheduler'];
const SCALE = 6;
/** So much is held of a process that it need not wait for more; the scheduler does one thing after the other. */
const ENOUGH: Readonly<Record<Role, number>> = { bot: 25, worker: 25, scheduler: 1 };
const LOOK_MS = 100;
/** Whatever is held has a connection or a worker's hand: there must be some left for what comes to other points. */
const APP_ENV = {
  DATABASE_POOL_MAX: '40',
  WORKER_CONCURRENCY: '40',
  // The chat of somebody whose tap has died is free again soon, so that the tap can come often enough while it lives.
  SESSION_LEASE_MS: '6000',
};
/** Long enough for some to be found under way by a look. */
const VIDEO_TRUE_MS = { min: 6_000, max: 60_000 };
/** Streams of the drawing of one round, those of its visitors; the points have the first of all. */
const ROUND_STREAMS = 10_000;
const NOTIFICATIONS_MS_MAX = 4 * 60_000;
const OVER: ReadonlySet<string> = new Set(['delivered', 'dropped']);

/** Processes are killed at every commit and outside call, with those of many people at once. */
export const crashPoints: Experiment = {
  name: 'crash-points',
  what: 'bot, worker and scheduler are killed with SIGKILL before and after every commit and outside call',
  run,
};

interface Parts {
  system: System;
  trap: HoldingTrap;
  reapers: readonly Reaper[];
}

async function run(context: ExperimentContext): Promise<Outcome> {
  const size = SIZES[context.profile];
  const points = drawPoints(size.others, context.draw(0));
  const parts = await begin(context, points);
  const { system, trap, reapers } = parts;
  const visitors: Visitors[] = [];
  const broken: string[] = [];
  let facts: InvariantFacts | undefined;
  for (let round = 1; round <= size.rounds && broken.length === 0; round++) {
    const people = new Visitors(system, {
      atOnce: size.atOnce,
      errand: (draw) => drawErrand(trap.missing(), draw),
      draw: (n) => context.draw(round * ROUND_STREAMS + n),
    });
    visitors.push(people);
    trap.arm({ deaths: round * size.deathsEach, heldMax: size.heldMax });
    await playRound(parts, people, size.roundMsMax);
    facts = await readFacts(system, people);
    const lostAnswersAtMs = reapers.flatMap(({ killedAtMs }) => killedAtMs);
    // Answers to videos are lost on purpose; each video that came again must be explained by one.
    broken.push(...findBrokenInvariants(facts, { lostAnswersAtMs, repeatedShareMax: 1 }));
    const kills = ROLES.map((role, index) => `${role} ${reapers[index]?.downMs.length ?? 0}`).join(', ');
    context.tell(
      `round ${round}: kills of ${kills}; ${trap.missing().length} points left, ${broken.length} broken`,
    );
  }
  broken.push(...findUntried(trap, { points, deathsMin: size.rounds * size.deathsEach }));
  const expired = system.world.telegram.expiredUpdates().length;
  broken.push(...findGivenUp(expired, system.updates.list().length));
  return { figures: figuresOf(parts, { points, facts, visitors, expired }), broken };
}

async function begin(context: ExperimentContext, points: readonly CrashPoint[]): Promise<Parts> {
  const trap = new HoldingTrap(points);
  const system = await System.start(context, {
    scale: SCALE,
    processes: ROLES.map((role) => ({ name: role, roles: [role] })),
    databaseWire: wireOf(trap),
    patienceMs: TAP_LIFE_MS,
    appEnv: APP_ENV,
  });
  system.world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  watchCalls(trap, system);
  return { system, trap, reapers: ROLES.map((role) => new Reaper(system.app, trap, role)) };
}

/** Kills until there are enough deaths at every point, or nobody has come for so long and those who came have got what they wanted. */
async function playRound(
  { system, trap, reapers }: Parts,
  people: Visitors,
  roundMsMax: number,
): Promise<void> {
  const [leaving, ending] = [new AbortController(), new AbortController()];
  const reaping = reapers.map((reaper) => reaper.reap(ENOUGH[reaper.role], ending.signal));
  let isEmpty = false;
  const coming = people.come(AbortSignal.any([leaving.signal, system.over])).finally(() => (isEmpty = true));
  const deadline = performance.now() + roundMsMax;
  const watching = async () => {
    while (trap.missing().length > 0 && !isEmpty) {
      if (performance.now() > deadline) leaving.abort();
      await pause(LOOK_MS);
    }
    trap.disarm();
    leaving.abort();
    ending.abort();
  };
  await Promise.all([watching(), coming, ...reaping]);
}

/** What is true when all is over, which it is not before YooKassa has told again what was not answered. */
async function readFacts(system: System, people: Visitors): Promise<InvariantFacts> {
  const paying = setInterval(() => people.payUp(), LOOK_MS);
  const open = await system.settle().finally(() => clearInterval(paying));
  const deadline = performance.now() + NOTIFICATIONS_MS_MAX;
  const isWaiting = () => system.world.yooKassa.notifications().some(({ state }) => !OVER.has(state));
  while (isWaiting() && performance.now() < deadline) await pause(LOOK_MS);
  const facts = await readInvariantFacts(system, open);
  const rows = facts.payments.rows.filter((row) => !isUnpaidInvoice(row));
  const updates = withoutExpired(facts.updates, system.world.telegram.expiredUpdates());
  return { ...facts, payments: { ...facts.payments, rows }, updates };
}

/** An invoice in Stars stays payable for ever, and has no id; a bill without one is among what is open. */
function isUnpaidInvoice({ status, provider_payment_id: id }: PaymentRow): boolean {
  return status === 'pending' && id === null;
}

/** Who comes next comes for what has points left; whatever that is has the same chance. */
function drawErrand(missing: readonly CrashPoint[], draw: () => number): Errand {
  const left = ERRANDS.filter((one) => missing.some(({ errand }) => errand === one));
  return left[Math.floor(draw() * left.length)] ?? 'order';
}

interface Seen {
  /** Taps that nobody has taken in time. */
  expired: number;
  points: readonly CrashPoint[];
  facts: InvariantFacts | undefined;
  visitors: readonly Visitors[];
}

function figuresOf({ trap, reapers }: Parts, { points, facts, visitors, expired }: Seen): Outcome['figures'] {
  const jobs = facts?.jobs ?? [];
  const count = (status: string) => jobs.filter((job) => job.status === status).length;
  const deaths = points.map((point) => trap.deathsAt(point));
  return {
    'points, of': `${points.length}, ${CRASH_POINTS.length}`,
    kills: Object.fromEntries(ROLES.map((role, index) => [role, reapers[index]?.downMs.length ?? 0])),
    'deaths: all, least at a point': `${deaths.reduce((sum, one) => sum + one, 0)}, ${Math.min(...deaths)}`,
    'ready again, s': spreadOf(reapers.flatMap(({ downMs }) => downMs)),
    'people, who gave up': `${sumOf(visitors, 'people')}, ${sumOf(visitors, 'gaveUp')}`,
    'jobs: completed, failed and refunded': `${count('completed')}, ${count('failed')}`,
    'videos that came twice': jobs.filter(({ videosAtMs }) => videosAtMs.length > 1).length,
    'paid tasks': jobs.reduce((sum, { paidTasks }) => sum + paidTasks, 0),
    purchases: facts?.payments.purchases.length ?? 0,
    updates: facts?.updates.updates.length ?? 0,
    'taps that Telegram gave up after 150 s': expired,
    'audit: rows, drift': `${facts?.audit.rows_checked ?? 0}, ${facts?.audit.drift ?? 0}`,
  };
}

function sumOf(visitors: readonly Visitors[], what: 'people' | 'gaveUp'): number {
  return visitors.reduce((sum, one) => sum + one[what], 0);
}
