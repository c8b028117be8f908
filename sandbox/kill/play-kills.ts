import { setTimeout as pause } from 'node:timers/promises';
import { CreditsAudit } from '../../src/modules/credits/light.js';
import type { KillMode } from './kill-mode.js';
import { formatRun, formatTotals, totalsOf } from './kill-report.js';
import { KillRun, type KillResult, type RunParts } from './kill-run.js';
import { POINTS } from './points.js';
import { randomTarget, targetAt, type Target } from './targets.js';

/** What is to be killed, and how often. */
export interface KillOptions {
  /** Names of points, `random` or `all`. */
  points: readonly string[];
  /** How often each. */
  times: number;
  seed: number;
}

type Parts = { json: boolean; mode: KillMode } & Omit<RunParts, 'trap'>;

/** A killed worker's step runs again within 15 s. What such a straggler spoils must be seen too. */
const STRAGGLERS_MS = 16_000;

/** Plays all runs, one after the other, and prints how they went. Returns whether all promises were kept. */
export async function playKills(options: KillOptions, parts: Parts): Promise<boolean> {
  const { mode, sandbox, dataSource } = parts;
  mode.watch(sandbox);
  const runs: KillRun[] = [];
  for (const [index, target] of targetsOf(options, sandbox.world.clock.scale).entries()) {
    mode.begin(await bygoneIds(parts));
    const id = { seed: options.seed, run: index + 1 };
    const run = new KillRun({ sandbox, dataSource, trap: mode.trap }, target, id);
    await run.play();
    runs.push(run);
    console.log(formatRun(await run.result()));
  }
  const sinceKillMs = performance.now() - (mode.trap.killedAtMs ?? 0);
  await pause(Math.max(0, STRAGGLERS_MS - sinceKillMs));
  const results: KillResult[] = [];
  for (const run of runs) results.push(await run.result());
  const totals = totalsOf(results, {
    drift: (await new CreditsAudit(dataSource).run()).drift,
    nameless: mode.trap.nameless,
    strayTasks: await countStrayTasks(parts),
  });
  console.log(formatTotals(totals));
  if (parts.json) console.log(JSON.stringify({ ...totals, results }));
  return totals.ok;
}

function targetsOf({ points, times, seed }: KillOptions, scale: number): Target[] {
  const one = (name: string, run: number): Target[] => {
    if (name === 'random') return [randomTarget(seed, run, scale)];
    return POINTS.filter((point) => name === 'all' || name === point.name).map(targetAt);
  };
  return points.flatMap((name) => Array.from({ length: times }, (_, index) => one(name, index + 1)).flat());
}

/** Tasks that were paid for and belong to no job of ours. */
async function countStrayTasks({ sandbox, dataSource }: Parts): Promise<number> {
  const rows = await dataSource.query<{ id: string }[]>('select id::text from kie_tasks');
  const ours = new Set(rows.map(({ id }) => id));
  return sandbox.world.kie
    .tasks()
    .filter(({ callBackUrl }) => !ours.has(callBackUrl?.split('/').at(-1) ?? '')).length;
}

/** Who and what was there before: a straggler of an earlier run must not be taken for this one's point. */
async function bygoneIds({ dataSource }: Parts): Promise<Set<string>> {
  const rows = await dataSource.query<{ id: string }[]>(
    `select tg_user_id::text as id from users union select id::text from jobs union select order_id::text from jobs
     union select id::text from kie_tasks`,
  );
  return new Set(rows.map(({ id }) => id));
}
