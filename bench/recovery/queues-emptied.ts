import { setTimeout as pause } from 'node:timers/promises';
import { emptyQueues } from '../../sandbox/demo/empty-queues.js';
import { SandboxError } from '../../sandbox/errors.js';
import type { BenchContext } from '../measurement.js';
import { GENERATIONS, POLL_INTERVAL_MS, type RecoverySystem } from './system.js';

/** What is due for less than this waits its turn at the pace of reads that KIE allows. */
const ON_ITS_WAY_MS = 6_000;
const BACK_MS_MAX = 180_000;
const LOOK_MS = 200;

/** What a loss of everything that the queues held came to, a value for each round. */
export interface QueuesEmptied {
  /** The longest that a job waited: since it was due, or since the loss where it was due before. */
  longestWaitS: number[];
  /** From the loss until no job waited any more, the last of them due 30 s after it. */
  allBackS: number[];
}

/** The queues forget everything, again and again. */
export async function loseQueues(
  system: RecoverySystem,
  { rounds, tell }: Pick<BenchContext, 'rounds' | 'tell'>,
): Promise<QueuesEmptied> {
  const measured: QueuesEmptied = { longestWaitS: [], allBackS: [] };
  for (let round = 1; round <= rounds; round++) {
    const { longestWaitMs, allBackMs } = await lose(system);
    measured.longestWaitS.push(longestWaitMs / 1_000);
    measured.allBackS.push(allBackMs / 1_000);
    tell(
      `${system.backend}, round ${round}: queues emptied, the longest wait ${(longestWaitMs / 1_000).toFixed(1)} s, all back in ${(allBackMs / 1_000).toFixed(1)} s`,
    );
  }
  return measured;
}

async function lose(system: RecoverySystem): Promise<{ longestWaitMs: number; allBackMs: number }> {
  const lostAt = await empty(system);
  const lostAtMs = performance.now();
  let longestWaitMs = 0;
  for (;;) {
    const waitMs = await waitOf(system, lostAt);
    const sinceMs = performance.now() - lostAtMs;
    longestWaitMs = Math.max(longestWaitMs, waitMs);
    // Only then has every job that was asleep been due.
    const haveAllBeenDue = sinceMs > POLL_INTERVAL_MS + ON_ITS_WAY_MS;
    if (haveAllBeenDue && waitMs < ON_ITS_WAY_MS) return { longestWaitMs, allBackMs: sinceMs };
    if (sinceMs > BACK_MS_MAX)
      throw new SandboxError(
        `A job is due for ${Math.round(waitMs / 1_000)} s, ${BACK_MS_MAX / 1_000} s after the loss.`,
      );
    await pause(LOOK_MS);
  }
}

/** Returns when it was, on the database's clock. @throws SandboxError when there was nothing to lose. */
async function empty({ db, redis, sandbox }: RecoverySystem): Promise<string> {
  const [row] = await db.query<{ live: number; at: string }[]>(
    `select count(*)::int as live, clock_timestamp()::text as at from jobs where status in ('queued', 'processing')`,
  );
  const held = redis ? Number(await redis.command('DBSIZE')) : await emptyQueues(sandbox.env, db);
  await redis?.command('FLUSHALL');
  if (!row || row.live < GENERATIONS || held === 0)
    throw new SandboxError(`There was little to lose: ${row?.live} jobs, ${held} things in the queues.`);
  return row.at;
}

/** How long that job waits that waits longest. */
async function waitOf({ db }: RecoverySystem, lostAt: string): Promise<number> {
  const [row] = await db.query<{ wait_ms: number }[]>(
    `select coalesce(max(extract(epoch from clock_timestamp() - greatest(coalesce(overdue_since, wake_at), $1::timestamptz))), 0)::float8
              * 1000 as wait_ms
       from jobs where status in ('queued', 'processing') and wake_at < clock_timestamp()`,
    [lostAt],
  );
  return row?.wait_ms ?? 0;
}
