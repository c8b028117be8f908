import { findPaymentDifferences } from '../payments/verdict.js';
import type { LogLine } from './app-log.js';
import type { InvariantFacts, JobFacts, PurseFacts } from './invariant-facts.js';
import { findBrokenUpdates } from './update-verdict.js';

/** What an experiment brings about on purpose. */
export interface Allowances {
  /** When answers were lost, in Unix milliseconds: processes were killed, or a fake kept an answer to itself. */
  lostAnswersAtMs?: readonly number[];
  /** Of all completed jobs, at most so many may have got their video more than once; 1 % by default. */
  repeatedShareMax?: number;
  /** Of all jobs, at least so many must have brought their video; none need to by default. */
  completedShareMin?: number;
  /** Whether this line may be logged as an error, because it calls for a person. */
  isExpectedError?: (line: LogLine) => boolean;
}

const REPEATED_SHARE_MAX = 0.01;
/** What is on its way through a busy machine arrives so much later than it was sent. */
const SLACK_MS = 2_000;
/** A send that is not answered for so long is given up. */
const ANSWER_MS_MAX = 10_000;

/** Which invariants do not hold, a sentence each, its number first; none: all of them do. */
export function findBrokenInvariants(facts: InvariantFacts, allowances: Allowances = {}): string[] {
  return [
    ...findBrokenJobs(facts, allowances),
    ...findPaymentDifferences(facts.payments).map((one) => `I2: ${one}`),
    ...facts.open.map((what) => `I3: ${what} not over in the end`),
    ...findBrokenUpdates(facts.updates).map((one) => `I7: ${one}`),
    ...facts.audit.checks.flatMap(({ invariant, name, problems }) =>
      problems > 0 ? [`${invariant}: the audit's ${name} finds ${problems} rows`] : [],
    ),
    ...facts.logs.errors
      .filter((line) => !allowances.isExpectedError?.(line))
      .map(({ part, msg, error }) => `logged as an error: ${part}: ${msg} ${error}`.trimEnd()),
  ];
}

/** The same of jobs and balances alone. */
export function findBrokenJobs(
  { purses, jobs }: Pick<InvariantFacts, 'purses' | 'jobs'>,
  allowances: Allowances = {},
): string[] {
  return [
    ...purses.flatMap(brokenByPurse),
    ...jobs.flatMap((job) => brokenByJob(job, allowances)),
    ...brokenByRepeats(jobs, allowances),
    ...brokenByFailures(jobs, allowances),
  ];
}

function brokenByPurse({ personId, credits, owed }: PurseFacts): string[] {
  return credits === owed ? [] : [`I1: person ${personId} has ${credits} credits instead of ${owed}`];
}

function brokenByJob(job: JobFacts, allowances: Allowances): string[] {
  const { status, charged, refunded, hasMessage, isParked, isPresented, paidTasks } = job;
  const videos = job.videosAtMs.length;
  const what = `job ${job.id} (${[status, job.failureReason].filter(Boolean).join(', ')})`;
  const owedBack = status === 'failed' ? charged : 0;
  return [
    ...(charged > 0 ? [] : [`I3: ${what} was not charged`]),
    ...(refunded === owedBack ? [] : [`I3: ${what} was given back ${refunded} of ${charged} credits`]),
    ...(status === 'completed' && !hasMessage && !isParked ? [`I4: ${what} has no message`] : []),
    ...(status === 'completed' && videos === 0 && !isParked ? [`I4: ${what} brought no video`] : []),
    ...(status === 'failed' && videos > 0 && !isPresented && !isCutShort(job, allowances)
      ? [`I4: ${what} brought ${videos} videos`]
      : []),
    ...((status === 'completed' ? paidTasks === 1 : paidTasks <= 1)
      ? []
      : [`I5: ${what} has ${paidTasks} paid tasks`]),
    ...(job.doubledTasks === 0 ? [] : [`I5: ${what} has ${job.doubledTasks} rows with two tasks each`]),
    ...(videos <= Math.max(1, job.deliveryAttempts)
      ? []
      : [`I6: ${what} brought ${videos} videos in ${job.deliveryAttempts} sends`]),
  ];
}

/** Whether every send of it was cut before its answer was kept: nobody could know that the video had come, and sends are counted. */
function isCutShort({ failureReason, videosAtMs }: JobFacts, { lostAnswersAtMs = [] }: Allowances): boolean {
  return (
    failureReason === 'send_failed' &&
    videosAtMs.every((atMs) => isLost(lostAnswersAtMs, { fromMs: atMs, untilMs: atMs + ANSWER_MS_MAX }))
  );
}

/** Whether an answer was lost in that time. */
function isLost(
  lostAnswersAtMs: readonly number[],
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): boolean {
  return lostAnswersAtMs.some((lostAtMs) => lostAtMs >= fromMs - SLACK_MS && lostAtMs <= untilMs);
}

/** A refund keeps a promise, too; but people want videos. */
function brokenByFailures(jobs: readonly JobFacts[], { completedShareMin = 0 }: Allowances): string[] {
  const completed = jobs.filter(({ status }) => status === 'completed').length;
  return completed >= jobs.length * completedShareMin
    ? []
    : [`only ${completed} of ${jobs.length} jobs brought their video`];
}

/** A video may come twice where the answer to the first send was lost, and that is rare. */
function brokenByRepeats(
  jobs: readonly JobFacts[],
  { lostAnswersAtMs = [], repeatedShareMax = REPEATED_SHARE_MAX }: Allowances,
): string[] {
  const completed = jobs.filter(({ status }) => status === 'completed').length;
  const repeated = jobs.filter(({ videosAtMs }) => videosAtMs.length > 1);
  const unexplained = repeated.filter(({ videosAtMs }) =>
    videosAtMs.some(
      (atMs, index) =>
        index > 0 && !isLost(lostAnswersAtMs, { fromMs: videosAtMs[index - 1] ?? atMs, untilMs: atMs }),
    ),
  );
  return [
    ...unexplained.map(({ id }) => `I6: the video of job ${id} came again although no answer was lost`),
    ...(repeated.length > Math.max(1, completed * repeatedShareMax)
      ? [`I6: ${repeated.length} of ${completed} videos came more than once`]
      : []),
  ];
}
