import type { Decision } from './job-lifecycle.types.js';

/** What a change needs to know of the job. */
interface ChangingJob {
  status: string;
  wakeNumber: number;
  generationAttempts: number;
  deliveryAttempts: number;
  parkedAt: Date | null;
  sendingAgain: boolean;
}

/** Lengths of time that changes write, all in milliseconds. */
export interface ChangeDurations {
  jobDeadlineMs: number;
  deliveryExtraMs: number;
  createLeaseMs: number;
  resultLifeMs: number;
  firstPollMs: number;
}

/** Columns of `jobs` and their new values; `…_in_ms` and `…_more_ms` are times on the database's clock. */
export type JobChanges = Readonly<Record<string, unknown>>;

const NO_LINK = { photo_url: null, photo_framing: null, photo_url_expires_at: null };
const NO_LEASE = { delivery_lease_token: null, delivery_lease_until: null };

/** The columns that a decision changes. */
export function changesFor(decision: Decision, job: ChangingJob, durations: ChangeDurations): JobChanges {
  const wake = (delayMs: number) => wakeUp(job, delayMs);
  switch (decision.kind) {
    case 'ignore':
      return {};
    case 'create':
      return { step: 'create', ...wake(0) };
    case 'start_task':
      return {
        status: 'processing',
        generation_attempts: job.generationAttempts + 1,
        // No new number: this process goes on with it. If it dies, the cron finds the job after the call's time.
        wake_in_ms: durations.createLeaseMs,
        ...(job.status === 'queued' ? { started_in_ms: 0, deadline_in_ms: durations.jobDeadlineMs } : {}),
      };
    case 'generate':
      return { step: 'generate', ...wake(durations.firstPollMs) };
    case 'wait':
      return { wake_in_ms: decision.againInMs };
    case 'create_again':
      return {
        step: 'create',
        generation_attempts: job.generationAttempts - (decision.countsAsAttempt ? 0 : 1),
        ...(decision.newUpload ? NO_LINK : {}),
        ...wake(decision.delayMs),
      };
    case 'deliver':
      return {
        step: 'deliver',
        result_url: decision.resultUrl,
        result_expires_in_ms: durations.resultLifeMs,
        deadline_more_ms: durations.deliveryExtraMs,
        ...wake(0),
      };
    case 'deliver_again':
      return {
        delivery_attempts: job.deliveryAttempts - (decision.countsAsAttempt ? 0 : 1),
        ...NO_LEASE,
        ...wake(decision.delayMs),
      };
    case 'complete':
      return {
        status: 'completed',
        finished_in_ms: 0,
        wake_at: null,
        ...NO_LEASE,
        ...(decision.parked ? { parked_in_ms: 0 } : {}),
      };
    case 'present':
    case 'unpark':
    case 'send_again':
    case 'finish_late':
    case 'give_up':
      return lateChangesFor(decision, job, durations);
    case 'fail':
      return {
        status: 'failed',
        finished_in_ms: 0,
        wake_at: null,
        failure_reason: decision.reason,
        error_class: decision.errorClass,
        parked_at: null,
        ...NO_LEASE,
      };
  }
}

/** The same for a job that is over, whose video still goes to its person. */
function lateChangesFor(
  decision: Extract<Decision, { kind: 'present' | 'unpark' | 'send_again' | 'finish_late' | 'give_up' }>,
  job: ChangingJob,
  durations: ChangeDurations,
): JobChanges {
  switch (decision.kind) {
    case 'present':
      return {
        result_url: decision.resultUrl,
        result_expires_in_ms: durations.resultLifeMs,
        presented_in_ms: 0,
        delivery_attempts: 0,
        ...NO_LEASE,
        ...wakeUp(job, 0),
      };
    case 'unpark':
      return { delivery_attempts: 0, ...NO_LEASE, ...wakeUp(job, 0) };
    case 'send_again':
      return {
        delivery_attempts: 0,
        sending_again: decision.sentBefore,
        ...(decision.present ? { presented_in_ms: 0 } : {}),
        ...NO_LEASE,
        ...wakeUp(job, 0),
      };
    case 'finish_late':
      // Put aside again, it keeps its first day: KIE's own copy ends by that.
      return {
        wake_at: null,
        ...NO_LEASE,
        ...noMoreSending(job),
        ...(decision.parked && !job.parkedAt ? { parked_in_ms: 0 } : {}),
      };
    case 'give_up':
      // Or every look for people who are back would find it once more.
      return { wake_at: null, parked_at: null, ...NO_LEASE, ...noMoreSending(job) };
  }
}

function noMoreSending({ sendingAgain }: ChangingJob) {
  return sendingAgain ? { sending_again: false } : {};
}

function wakeUp({ wakeNumber }: ChangingJob, delayMs: number) {
  return { wake_in_ms: delayMs, wake_number: wakeNumber + 1 };
}
