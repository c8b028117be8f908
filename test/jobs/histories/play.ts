import { findProblems, type JobAtEnd } from './invariants.js';
import type { HistoryWorld } from './history-world.js';
import type { TaskAtKie } from './outside.js';

/** One thing that happens; `killAt` kills the process that it happens in at its n-th touch of the outside. */
export type HistoryEvent =
  | { kind: 'ring'; n: number; killAt: number | null }
  | { kind: 'ring_twice'; n: number; killAt: number | null }
  | { kind: 'ring_all'; killAt: number | null }
  | { kind: 'lose'; n: number }
  | { kind: 'time'; ms: number }
  | { kind: 'cron'; killAt: number | null }
  | { kind: 'task_ends'; n: number; failure: TaskAtKie['failure'] }
  | { kind: 'callback'; n: number; claim: 'own' | 'other' | 'none'; killAt: number | null }
  | { kind: 'blocks' }
  | { kind: 'returns'; killAt: number | null }
  /** While a bell is being answered. */
  | { kind: 'cancel'; n: number; killAt: number | null }
  | { kind: 'operator'; does: 'fail' | 'sendAgain'; n: number; killAt: number | null };

/** An order and what happens to it. */
export interface History {
  /** Of what KIE and Telegram do. */
  seed: number;
  count: number;
  /** Kills the process that takes the order. */
  killAt: number | null;
  events: HistoryEvent[];
  /** When KIE ends what still runs: in time, after our own deadlines, or never. */
  tasksEnd: 'in_time' | 'late' | 'never';
  personReturns: boolean;
  /** Whether an operator has the videos sent once more when all is over. */
  sentAgain: boolean;
  /** Whether nothing fails any more after the events; else whatever is open must end all the same. */
  calm: boolean;
}

const ROUNDS_MAX = 60;
/** Longer than a wake-up may be overdue. */
const LOST_MS = 31_000;
const LONG_MS = 11 * 60_000;
const PATIENT_ROUNDS = 4;

/** Plays one history to its end. Returns what is wrong with it, and what came of its jobs. */
export async function play(
  world: HistoryWorld,
  history: History,
): Promise<{ problems: string[]; outcome: string[] }> {
  await world.begin(history.seed, history.count, history.killAt);
  for (const event of history.events) await happen(world, event);
  world.outside.isMoody = !history.calm;
  if (history.tasksEnd === 'in_time') await endTasks(world);
  const rest = await settle(world);
  if (history.tasksEnd === 'late') await endTasks(world);
  if (history.personReturns) await world.personReturns();
  if (history.tasksEnd === 'late' || history.personReturns) rest.push(...(await settle(world)));
  if (history.sentAgain) {
    for (const jobId of world.jobIds) await world.operatorDoes('sendAgain', jobId);
    rest.push(...(await settle(world)));
  }
  const videos = world.outside.videos.length;
  await world.letTimePass(LOST_MS);
  await world.cron();
  rest.push(...(await settle(world)));
  if (world.outside.videos.length > videos) rest.push('sent once more after the end');
  const jobs = await readEnd(world);
  const problems = [...world.bells.errors.map(String), ...rest, ...findProblems(jobs, world, history)];
  return { problems, outcome: jobs.map(outcomeOf) };
}

async function happen(world: HistoryWorld, event: HistoryEvent): Promise<void> {
  const due = world.bells.due();
  const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)];
  switch (event.kind) {
    case 'ring':
      return world.ring(pick(due, event.n), event.killAt);
    case 'ring_twice': {
      const bell = pick(due, event.n);
      await Promise.all([world.ring(bell, event.killAt), world.ring(bell)]);
      return;
    }
    case 'ring_all':
      await Promise.all(due.map((bell) => world.ring(bell, event.killAt)));
      return;
    case 'lose':
      return world.bells.remove(pick(due, event.n)?.id ?? '');
    case 'time':
      return world.letTimePass(event.ms);
    case 'cron':
      return world.cron(event.killAt);
    case 'task_ends':
      return world.outside.finish(event.n, event.failure);
    case 'callback':
      return callBack(world, event);
    case 'blocks':
      return world.personBlocks();
    case 'returns':
      return world.personReturns(event.killAt);
    case 'cancel':
      await Promise.all([world.ring(pick(due, event.n)), world.personCancels(event.killAt)]);
      return;
    case 'operator': {
      const acts = world.operatorDoes(event.does, pick(world.jobIds, event.n) ?? '', event.killAt);
      await Promise.all([world.ring(pick(due, event.n)), acts]);
      return;
    }
  }
}

async function callBack(
  world: HistoryWorld,
  event: Extract<HistoryEvent, { kind: 'callback' }>,
): Promise<void> {
  const { tasks } = world.outside;
  const task = tasks[event.n % Math.max(1, tasks.length)];
  const other = tasks[(event.n + 1) % Math.max(1, tasks.length)];
  const claims = { own: task?.id, other: other?.id, none: 'task-of-nobody' };
  if (task) await world.callBack(task.rowId, claims[event.claim] ?? '', event.killAt);
}

/** KIE ends well what still runs and what will, and calls back. */
async function endTasks(world: HistoryWorld): Promise<void> {
  world.outside.isQuick = true;
  for (const task of world.outside.tasks) await world.callBack(task.rowId, task.id);
}

/** Works until nothing is left to be done. */
async function settle(world: HistoryWorld): Promise<string[]> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    for (let due = world.bells.due(); due.length > 0; due = world.bells.due()) {
      for (const bell of due) await world.ring(bell);
    }
    if (!(await isOpen(world))) return [];
    const nextInMs = world.bells.nextInMs();
    await world.letTimePass(round < PATIENT_ROUNDS ? (nextInMs ?? LOST_MS) : LONG_MS);
    if (nextInMs === null || round >= PATIENT_ROUNDS) await world.cron();
  }
  return [`not over after ${ROUNDS_MAX} rounds`];
}

async function isOpen({ database, userId }: HistoryWorld): Promise<boolean> {
  const rows = await database.query(
    `select 1 from jobs where user_id = $1 and wake_at is not null
     union all select 1 from kie_callbacks c join kie_tasks t on t.id = c.kie_task_id join jobs j on j.id = t.job_id
      where j.user_id = $1 and c.check_at is not null limit 1`,
    [userId],
  );
  return rows.length > 0;
}

function readEnd({ database, userId }: HistoryWorld): Promise<JobAtEnd[]> {
  return database.query<JobAtEnd>(
    `select j.id, j.status, j.failure_reason, j.generation_attempts, j.parked_at is not null as parked,
            j.presented_at is not null as presented, j.video_message_id is not null as sent, j.delivery_lease_token as lease,
            u.blocked_at is not null as blocked, u.credits as balance,
            (select count(*)::int from notices n where n.cause = 'job-failed-' || j.id) as notices,
            (select count(*)::int from credits_history h where h.job_id = j.id and h.operation_type = 'usage') as usages,
            (select count(*)::int from credits_history h where h.job_id = j.id and h.operation_type = 'refund') as refunds,
            (select count(*)::int from job_events e where e.job_id = j.id and e.event = 'send_again') as wishes,
            array(select t.id::text from kie_tasks t where t.job_id = j.id) as rows,
            array(select t.state from kie_tasks t where t.job_id = j.id order by t.attempt) as states
       from jobs j join users u on u.id = j.user_id where j.user_id = $1 order by j.position`,
    [userId],
  );
}

function outcomeOf({ status, failure_reason: reason, parked, presented, sent }: JobAtEnd): string {
  if (status === 'completed')
    return parked && !sent ? 'completed, parked' : parked ? 'completed, was parked' : 'completed';
  return `failed ${reason}${presented ? `, presented${sent ? '' : ' in vain'}` : ''}`;
}
