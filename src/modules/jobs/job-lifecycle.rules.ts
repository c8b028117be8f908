import type { Decision, FailureReason, JobFacts, LifecycleLimits, Report } from './job-lifecycle.types.js';

const IGNORE: Decision = { kind: 'ignore' };

/** Failures by our own clock: the provider may still finish, and then the person gets the video as a present. */
const FAILED_BY_DEADLINE: readonly FailureReason[] = ['generation_timeout', 'stuck', 'queue_expired'];

type ReportOf<K extends Report['kind']> = Extract<Report, { kind: K }>;
type SendReport = ReportOf<'video_sent' | 'person_blocked' | 'send_failed' | 'send_rate_limited'>;

/**
 * The life of a video: what to do about one report, given what the job is now. Whoever reports second, late or about
 * another's job changes nothing: that is `ignore`.
 *
 * @param nowMs the database's clock.
 */
export function decideStep(job: JobFacts, report: Report, limits: LifecycleLimits, nowMs: number): Decision {
  if (job.status === 'completed' || job.status === 'failed') {
    return decideAfterEnd(job, report, limits, nowMs);
  }
  switch (report.kind) {
    case 'prompt_written':
      return job.status === 'queued' && job.step === 'prompt' ? { kind: 'create' } : IGNORE;
    case 'deadline_passed':
      return nowMs < job.deadlineAtMs
        ? IGNORE
        : failWith(job.status === 'queued' ? 'queue_expired' : 'stuck');
    case 'cancelled':
      return job.status === 'queued' ? failWith('cancelled') : IGNORE;
    case 'failed_by_operator':
      // Or the person would have both, the video and its credit.
      return isBeingSent(job, nowMs) ? IGNORE : failWith('by_operator');
    case 'creation_starting':
      return job.step === 'create' ? decideStart(job, limits, nowMs) : IGNORE;
    case 'task_accepted':
    case 'task_refused':
    case 'task_unknown':
      return isAt(job, 'create') ? decideAfterCreation(job, report, limits, nowMs) : IGNORE;
    case 'task_running':
      return isAt(job, 'generate') ? decideWait(report, nowMs) : IGNORE;
    case 'task_succeeded':
      return isAt(job, 'create', 'generate') ? { kind: 'deliver', resultUrl: report.resultUrl } : IGNORE;
    case 'task_failed':
      return isAt(job, 'create', 'generate') ? decideAfterRefusal(job, report, limits, nowMs) : IGNORE;
    case 'video_sent':
    case 'person_blocked':
    case 'send_failed':
    case 'send_rate_limited':
      return isAt(job, 'deliver') ? decideAfterSend(job, report, limits) : IGNORE;
    case 'person_returned':
    case 'send_again_by_operator':
      return IGNORE;
  }
}

function isAt(job: JobFacts, ...steps: JobFacts['step'][]): boolean {
  return job.status === 'processing' && steps.includes(job.step);
}

function isBeingSent({ sendEndsAtMs }: JobFacts, nowMs: number): boolean {
  return sendEndsAtMs !== null && nowMs < sendEndsAtMs;
}

function failWith(reason: FailureReason): Decision {
  return { kind: 'fail', reason, errorClass: null };
}

/** A job that is over changes only for a video that still goes to its person: a present, or one that was parked. */
function decideAfterEnd(job: JobFacts, report: Report, limits: LifecycleLimits, nowMs: number): Decision {
  switch (report.kind) {
    case 'task_succeeded':
      return isLateFor(job) ? { kind: 'present', resultUrl: report.resultUrl } : IGNORE;
    case 'person_returned':
      return isParked(job, limits, nowMs) ? { kind: 'unpark' } : IGNORE;
    case 'video_sent':
      // Whatever became of the job meanwhile: what is in the chat is known to be there, and is not sent again.
      return job.sent && !job.sendingAgain ? IGNORE : { kind: 'finish_late', parked: false };
    case 'person_blocked':
    case 'send_failed':
    case 'send_rate_limited':
      return job.awaitsWaking ? decideAfterLateSend(job, report, limits) : IGNORE;
    case 'send_again_by_operator':
      return decideSendAgain(job);
    default:
      return IGNORE;
  }
}

function decideSendAgain(job: JobFacts): Decision {
  const { status, awaitsWaking, hasVideo, presented, parkedAtMs, sent } = job;
  if (awaitsWaking || !hasVideo) return IGNORE;
  // No message of ours holds a video of the legacy system, but its person has had it.
  const sentBefore = sent || (status === 'completed' && parkedAtMs === null);
  return { kind: 'send_again', present: status === 'failed' && !presented, sentBefore };
}

function isLateFor({ status, failureReason, presented }: JobFacts): boolean {
  return (
    status === 'failed' && !presented && failureReason !== null && FAILED_BY_DEADLINE.includes(failureReason)
  );
}

function isParked(job: JobFacts, { parkedForMs }: LifecycleLimits, nowMs: number): boolean {
  if (job.parkedAtMs === null || job.sent || job.awaitsWaking) return false;
  return nowMs - job.parkedAtMs < parkedForMs;
}

function decideAfterLateSend(job: JobFacts, report: SendReport, limits: LifecycleLimits): Decision {
  const decision = decideAfterSend(job, report, limits);
  switch (decision.kind) {
    case 'complete':
      // What the person had before does not wait for their return.
      return job.sendingAgain && decision.parked
        ? { kind: 'give_up' }
        : { kind: 'finish_late', parked: decision.parked };
    case 'fail':
      // A parked video was paid for and never came; a present was not paid for.
      return job.status === 'completed' && !job.sendingAgain ? decision : { kind: 'give_up' };
    default:
      return decision;
  }
}

function decideStart(job: JobFacts, limits: LifecycleLimits, nowMs: number): Decision {
  // A queued job gets its time when it leaves the queue; until then only the queue's own deadline counts.
  if (job.status === 'queued')
    return nowMs < job.deadlineAtMs ? { kind: 'start_task' } : failWith('queue_expired');
  return hasTimeForTask(job, limits, nowMs) ? { kind: 'start_task' } : failWith('generation_timeout');
}

function decideAfterCreation(
  job: JobFacts,
  report: ReportOf<'task_accepted' | 'task_refused' | 'task_unknown'>,
  limits: LifecycleLimits,
  nowMs: number,
): Decision {
  if (report.kind === 'task_accepted') return { kind: 'generate' };
  if (report.kind === 'task_unknown') {
    // With a callback on its way the task may still be ours; a second one would be paid twice.
    if (report.callbackExpected) return { kind: 'generate' };
    return retryOrFail(job, { reason: 'temporary', errorClass: 'temporary' }, limits, nowMs);
  }
  return decideAfterRefusal(job, report, limits, nowMs);
}

/** A task that KIE refused to make, or that it made and that ended badly. */
function decideAfterRefusal(
  job: JobFacts,
  report: ReportOf<'task_refused' | 'task_failed'>,
  limits: LifecycleLimits,
  nowMs: number,
): Decision {
  const fail: Decision = { kind: 'fail', reason: report.reason, errorClass: report.errorClass };
  const again: Decision = { kind: 'create_again', delayMs: 0, countsAsAttempt: false };
  const goesOn = report.alternativesLeft && hasTimeForTask(job, limits, nowMs);
  switch (report.action) {
    case 'fail':
      return fail;
    case 'next_key':
    case 'next_model':
      return goesOn ? again : fail;
    case 'new_upload':
      return goesOn ? { ...again, newUpload: true } : fail;
    case 'delay': {
      // KIE may ask for no pause at all; this loop counts no attempts, so that it must not be a hot one.
      const delayMs = Math.max(report.retryAfterMs ?? limits.rateLimitDelayMs, limits.generationRetryDelayMs);
      return hasTimeForTask(job, limits, nowMs + delayMs) ? { ...again, delayMs } : fail;
    }
    case 'retry':
      return retryOrFail(job, report, limits, nowMs);
  }
}

function retryOrFail(
  job: JobFacts,
  failure: Pick<Extract<Decision, { kind: 'fail' }>, 'reason' | 'errorClass'> & { retryAfterMs?: number },
  limits: LifecycleLimits,
  nowMs: number,
): Decision {
  const delayMs = Math.max(failure.retryAfterMs ?? 0, limits.generationRetryDelayMs);
  const attemptsLeft = job.generationAttempts < limits.generationAttemptsMax;
  if (!attemptsLeft || !hasTimeForTask(job, limits, nowMs + delayMs)) {
    return { kind: 'fail', reason: failure.reason, errorClass: failure.errorClass };
  }
  return { kind: 'create_again', delayMs, countsAsAttempt: true };
}

/** By when a new task must be over: after its own time, or with its job where that comes first. In ms, as `nowMs`. */
export function taskDeadlineMs(
  job: Pick<JobFacts, 'status' | 'deadlineAtMs'>,
  durations: { taskMs: number; jobMs: number },
  nowMs: number,
): number {
  // A queued job gets its time at the same moment.
  const jobEndsAtMs = job.status === 'queued' ? nowMs + durations.jobMs : job.deadlineAtMs;
  return Math.min(nowMs + durations.taskMs, jobEndsAtMs);
}

function hasTimeForTask(job: JobFacts, limits: LifecycleLimits, atMs: number): boolean {
  return job.deadlineAtMs - atMs >= limits.taskStartMinMs;
}

function decideWait(report: ReportOf<'task_running'>, nowMs: number): Decision {
  const leftMs = report.taskDeadlineAtMs - nowMs;
  return leftMs <= 0
    ? failWith('generation_timeout')
    : { kind: 'wait', againInMs: Math.min(report.askAgainInMs, leftMs) };
}

function decideAfterSend(job: JobFacts, report: SendReport, limits: LifecycleLimits): Decision {
  switch (report.kind) {
    case 'video_sent':
      return { kind: 'complete', parked: false };
    case 'person_blocked':
      return { kind: 'complete', parked: true };
    case 'send_rate_limited':
      return { kind: 'deliver_again', delayMs: report.retryAfterMs, countsAsAttempt: false };
    case 'send_failed': {
      if (!report.again || job.deliveryAttempts >= limits.sendAttemptsMax) return failWith('send_failed');
      const pauses = limits.sendRetryDelaysMs;
      const delayMs = pauses[Math.min(job.deliveryAttempts, pauses.length) - 1] ?? 0;
      return { kind: 'deliver_again', delayMs, countsAsAttempt: true };
    }
  }
}
