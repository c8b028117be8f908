import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { RestartableApp } from '../../sandbox/restartable-app.js';
import type { SeparateApp } from '../../sandbox/separate-app.js';
import type { Ending } from '../walks/processes.js';

const LOOK_MS = 10;
const SETTLE_MS = 1_000;

/** How one process ended and came back. */
export interface Restart {
  name: string;
  /** From the signal to the end of the process. */
  exitMs: number;
  exitCode: number | null;
  /** From the signal until its readiness was seen red; null when its port was closed before anybody looked. */
  redAfterMs: number | null;
  /** Whether it ever called itself ready again before it was gone. */
  greenAgain: boolean;
  /** From the new start until it was ready. */
  readyMs: number;
  /** Jobs of anybody that were under way at the signal. */
  jobsUnderWay: number;
  /** What it brought to an end after the signal. */
  finished: { updates: number; steps: number; videos: number };
}

/** Ends one process, waits for its end, starts it again, and waits until it is ready. */
export async function restartOne(
  app: SeparateApp,
  { name, ending, db }: { name: string; ending: Ending; db: DataSource },
): Promise<Restart> {
  const member = app.member(name);
  const jobsUnderWay = await countJobsUnderWay(db);
  const before = (await readFile(logFileOf(member), 'utf8')).length;
  const startedAtMs = performance.now();
  const gone = new AbortController();
  const watching = watchReadiness(member.current.url, gone.signal);
  const exitCode = await member.end({ kill: ending === 'kill' });
  const exitMs = Math.round(performance.now() - startedAtMs);
  gone.abort();
  const seen = await watching;
  const log = (await readFile(logFileOf(member), 'utf8')).slice(before);
  const readyMs = await timed(() => app.restartOne(name, { kill: false }));
  await pause(SETTLE_MS);
  const redAt = seen.findIndex(({ status }) => status === 503);
  return {
    ...{ name, exitMs, exitCode, readyMs, jobsUnderWay, finished: finishedIn(log) },
    redAfterMs: seen[redAt] ? Math.round(seen[redAt].atMs - startedAtMs) : null,
    greenAgain: redAt >= 0 && seen.slice(redAt).some(({ status }) => status === 200),
  };
}

async function watchReadiness(url: string, signal: AbortSignal): Promise<{ status: number; atMs: number }[]> {
  const seen: { status: number; atMs: number }[] = [];
  while (!signal.aborted) {
    const answer = await fetch(`${url}/health/ready`, { signal }).catch(() => null);
    if (answer) seen.push({ status: answer.status, atMs: performance.now() });
    await pause(LOOK_MS);
  }
  return seen;
}

function finishedIn(log: string): Restart['finished'] {
  const after = log.slice(Math.max(0, log.indexOf('"msg":"Stopping')));
  const count = (pattern: RegExp) => after.match(pattern)?.length ?? 0;
  return {
    updates: count(/"msg":"An update is over"/g),
    steps: count(/"msg":"A job moved"/g),
    videos: count(/"report":"video_sent"/g),
  };
}

async function countJobsUnderWay(db: DataSource): Promise<number> {
  const [row] = await db.query<{ n: number }[]>(
    `select count(*)::int as n from jobs where status in ('queued', 'processing')`,
  );
  return row?.n ?? 0;
}

function logFileOf(member: RestartableApp): string {
  return member.logFiles[0] ?? '';
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return Math.round(performance.now() - startedAtMs);
}
