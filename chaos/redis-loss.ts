import { setTimeout as pause } from 'node:timers/promises';
import { emptyQueues } from '../sandbox/demo/empty-queues.js';
import { between } from '../sandbox/drawing.js';
import type { Experiment, ExperimentContext, Outcome } from './experiment.js';
import { Customers } from './system/customers.js';
import { playRounds } from './system/rounds.js';
import { System } from './system/system.js';
import { spreadOf } from './tell.js';

const SIZES = {
  ci: { rounds: 1, losses: 2, jobs: 24 },
  full: { rounds: 2, losses: 25, jobs: 500 },
} as const;

const SCALE = 6;
const AT_ONCE = 12;
const ORDERS_EACH = 4;
/** So many jobs are on their way when the queues are lost. */
const LIVE_MIN = 8;
const LIVE_WAIT_MS_MAX = 60_000;
/** Between a recovery and the next loss. */
const PAUSE_MS = { min: 200, max: 1_500 };
const DOWN_MS = { min: 100, max: 1_000 };
const LOOK_MS = 100;
/** In which every job that is due is at work again, in true milliseconds. */
const DUE_AGAIN_TRUE_MS_MAX = 60_000;
/** What is due for less than this is on its way through the queues. */
const ON_ITS_WAY_TRUE_MS = 6_000;
const VIDEO_TRUE_MS = { min: 12_000, max: 60_000 };

/** The queues forget everything. */
export const redisLoss: Experiment = {
  name: 'redis-loss',
  what: 'the queues lose all that they hold, by FLUSHALL and by kill -9 of a Redis without a disk in turn, with live jobs in them',
  run,
};

async function run(context: ExperimentContext): Promise<Outcome> {
  const { rounds, losses, jobs } = SIZES[context.profile];
  const system = await System.start(context, { scale: SCALE });
  system.world.kie.configure({ defaults: { durationTrueMs: VIDEO_TRUE_MS } });
  const seen: Loss[] = [];
  const { broken, figures } = await playRounds(context, system, { rounds }, async ({ draw }) => {
    const customers = new Customers(system, { atOnce: AT_ONCE, jobs, ordersEach: ORDERS_EACH, draw });
    const coming = customers.come();
    // Whoever fails first is heard; the others after the experiment must not end the run.
    coming.catch(() => undefined);
    const drawn = draw(0);
    const before = seen.length;
    while (seen.length < before + losses && (await isLively(system))) {
      seen.push(await lose(system, { isKill: seen.length % 2 === 1, draw: drawn }));
      await pause(between(PAUSE_MS, drawn()));
    }
    const done = seen.length - before;
    await coming;
    return {
      broken: [
        ...customers.lost,
        ...brokenByLosses(seen.slice(before)),
        ...(done < losses ? [`${done} losses instead of ${losses}`] : []),
      ],
    };
  });
  return {
    figures: {
      losses: `${seen.length} (${system.redis ? 'FLUSHALL and kill -9 of Redis in turn' : 'the tables of the queues emptied'})`,
      'jobs on their way at a loss': spreadOfCounts(seen.map(({ live }) => live)),
      'due again after, true s': spreadOf(seen.map(({ lateTrueMs }) => lateTrueMs)),
      ...figures,
    },
    broken,
  };
}

/** One loss of everything that the queues held. */
interface Loss {
  /** Jobs that were not over. */
  live: number;
  /** How long the job was due that was due longest before all were at work again, in true milliseconds. */
  lateTrueMs: number;
}

async function lose(
  system: System,
  { isKill, draw }: { isKill: boolean; draw: () => number },
): Promise<Loss> {
  const live = await countLive(system);
  if (!system.redis) await emptyQueues(system.sandbox.env, system.db);
  else if (!isKill) await system.redis.command('FLUSHALL');
  else {
    await system.redis.kill();
    await pause(between(DOWN_MS, draw()));
    await system.redis.startAgain();
  }
  return { live, lateTrueMs: await latenessOf(system) };
}

/** Waits until nothing is due any more that was lost. */
async function latenessOf({ db, world }: System): Promise<number> {
  const { clock } = world;
  const deadline = performance.now() + clock.realMs(DUE_AGAIN_TRUE_MS_MAX) * 3;
  let latest = 0;
  // The loss shows when what was due is not begun: no sooner than this.
  const shownAt = performance.now() + clock.realMs(ON_ITS_WAY_TRUE_MS);
  for (;;) {
    const [row] = await db.query<{ late_ms: number }[]>(
      `select coalesce(max(extract(epoch from clock_timestamp() - coalesce(overdue_since, wake_at))), 0)::float8 * 1000 as late_ms
         from jobs where status in ('queued', 'processing') and wake_at < clock_timestamp()`,
    );
    const lateTrueMs = (row?.late_ms ?? 0) * clock.scale;
    latest = Math.max(latest, lateTrueMs);
    const isOver = performance.now() > shownAt && lateTrueMs < ON_ITS_WAY_TRUE_MS;
    if (isOver || performance.now() > deadline) return latest;
    await pause(LOOK_MS);
  }
}

function brokenByLosses(losses: readonly Loss[]): string[] {
  return losses
    .filter(({ lateTrueMs }) => lateTrueMs > DUE_AGAIN_TRUE_MS_MAX)
    .map(({ lateTrueMs }) => `I9: a job was due for ${Math.round(lateTrueMs / 1_000)} true s after a loss`);
}

/** Waits until enough is on its way; false where nothing comes any more. */
async function isLively(system: System): Promise<boolean> {
  const deadline = performance.now() + LIVE_WAIT_MS_MAX;
  while ((await countLive(system)) < LIVE_MIN) {
    if (performance.now() > deadline) return false;
    await pause(LOOK_MS);
  }
  return true;
}

async function countLive({ db }: System): Promise<number> {
  const [row] = await db.query<{ n: number }[]>(
    `select count(*)::int as n from jobs where status in ('queued', 'processing')`,
  );
  return row?.n ?? 0;
}

function spreadOfCounts(counts: readonly number[]): Record<string, number> {
  const sorted = counts.toSorted((a, b) => a - b);
  return {
    least: sorted[0] ?? 0,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
