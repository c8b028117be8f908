import type { HistoryWorld } from './history-world.js';
import type { History } from './play.js';
import type { TaskAtKie } from './outside.js';

/** A job at the end of its history. */
export interface JobAtEnd {
  id: string;
  status: string;
  failure_reason: string | null;
  generation_attempts: number;
  parked: boolean;
  presented: boolean;
  sent: boolean;
  lease: string | null;
  blocked: boolean;
  balance: number;
  notices: number;
  usages: number;
  refunds: number;
  /** How often an operator had its video sent again. */
  wishes: number;
  /** The ids and states of its tasks' rows. */
  rows: string[];
  states: string[];
}

const ATTEMPTS_MAX = 3;
const WELCOME_CREDITS = 2;

/** What must hold at the end of every history (docs/reliability.md), and does not. */
export function findProblems(jobs: readonly JobAtEnd[], world: HistoryWorld, history: History): string[] {
  const problems = jobs.flatMap((job) => problemsOf(job, world));
  if (jobs.length !== history.count) problems.push(`${jobs.length} jobs of an order of ${history.count}`);
  const kept = jobs.filter(({ status }) => status === 'completed').length;
  const balance = jobs[0]?.balance;
  if (balance !== WELCOME_CREDITS - kept) problems.push(`balance ${balance} with ${kept} video(s) paid for`);
  return problems;
}

function problemsOf(job: JobAtEnd, { outside }: HistoryWorld): string[] {
  const tasks = outside.tasks.filter(({ rowId }) => job.rows.includes(rowId));
  const videos = outside.videos.filter(({ jobId }) => jobId === job.id);
  const lostAnswers = videos.filter((video) => !video.isKnown()).length;
  const isCancelled = job.failure_reason === 'cancelled';
  const checks: [string, boolean][] = [
    ['it is over', job.status === 'completed' || job.status === 'failed'],
    ['it was charged once', job.usages === 1],
    [
      'I3: it is refunded once if it failed, and only then',
      job.refunds === (job.status === 'failed' ? 1 : 0),
    ],
    [
      'one notice if it failed, and only then; whoever cancelled is told at the tap',
      job.notices === (job.status === 'failed' && !isCancelled ? 1 : 0),
    ],
    [
      'what is cancelled, KIE was never asked for',
      !isCancelled || (tasks.length === 0 && job.rows.length === 0),
    ],
    [
      'I4: completed means sent or parked',
      job.status !== 'completed' || job.sent || (job.parked && job.blocked),
    ],
    ['what is said to be sent is in the chat', !job.sent || videos.length > 0],
    ['I6: no second video without a lost answer, or a wish', videos.length - lostAnswers <= 1 + job.wishes],
    ['no video without a reason', job.sent || videos.length === lostAnswers],
    ['no lease is left', job.lease === null],
    ['I5: no second task while the first may end well', !overlap(tasks)],
    ['I5: no more tasks than attempts', tasks.length <= ATTEMPTS_MAX + countFree(tasks)],
    ['one row per task', new Set(tasks.map(({ rowId }) => rowId)).size === tasks.length],
    [
      'no task is left in flight',
      !job.states.some((state) => ['creating', 'unknown', 'running'].includes(state)),
    ],
  ];
  const broken = checks.filter(([, holds]) => !holds).map(([what]) => what);
  return broken.map((what) => `not true: ${what} (${JSON.stringify({ ...job, tasks, videos })})`);
}

/** Tasks that a model's own trouble or an unfit photo ended count as no attempt. */
function countFree(tasks: readonly TaskAtKie[]): number {
  return tasks.filter(({ failure }) => failure === 'paused').length;
}

function overlap(tasks: readonly TaskAtKie[]): boolean {
  const inOrder = [...tasks].sort((a, b) => a.madeAt - b.madeAt);
  return inOrder.some((task, index) => {
    const before = inOrder[index - 1];
    return before !== undefined && (before.failedAt === null || before.failedAt > task.madeAt);
  });
}
