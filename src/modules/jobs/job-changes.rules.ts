import type { Decision } from './job-lifecycle.types.js';

/** What a change needs to know of the job: counters that it moves. */
interface CountersOfJob {
  status: string;
  wakeNumber: number;
  generationAttempts: number;
  deliveryAttempts: number;
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

/** The columns that a decision changes. */
export function changesFor(decision: Decision, job: CountersOfJob, durations: ChangeDurations): JobChanges {
  const wake = (delayMs: number) => ({ wake_in_ms: delayMs, wake_number: job.wakeNumber + 1 });
  const noLease = { delivery_lease_token: null, delivery_lease_until: null };
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
        ...(decision.newUpload ? { photo_url: null, photo_url_expires_at: null } : {}),
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
        ...noLease,
        ...wake(decision.delayMs),
      };
    case 'complete':
      return {
        status: 'completed',
        finished_in_ms: 0,
        wake_at: null,
        ...noLease,
        ...(decision.parked ? { parked_in_ms: 0 } : {}),
      };
    case 'present':
      return {
        result_url: decision.resultUrl,
        result_expires_in_ms: durations.resultLifeMs,
        presented_in_ms: 0,
        wake_number: job.wakeNumber + 1,
      };
    case 'fail':
      return {
        status: 'failed',
        finished_in_ms: 0,
        wake_at: null,
        failure_reason: decision.reason,
        error_class: decision.errorClass,
        ...noLease,
      };
  }
}
