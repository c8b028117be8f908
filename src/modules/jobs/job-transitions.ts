import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, logger, Metrics, runInTransaction } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { NoticesService, type PendingEdit } from '../notifications/index.js';
import { decideStep } from './job-lifecycle.rules.js';
import type { Decision, JobFacts, LifecycleLimits, Report } from './job-lifecycle.types.js';
import { changesFor } from './job-changes.rules.js';
import type { Job } from './job.entity.js';
import { firstPollMs, JobWakeUps } from './job-wake-ups.js';
import { countDecision } from './jobs.metrics.js';
import { JobsRepository, type LockedJob } from './jobs.repository.js';
import { OrderProgress } from './order-progress.js';
import { KieTasksRepository } from './kie-tasks.repository.js';

/** What goes with a report into the same transaction. */
export interface ReportExtras {
  /** Ignores the report unless the job is still at this wake number: the reporter worked on that one. */
  wakeNumber?: number;
  /** Ignores the report unless this holds under the lock of the job's row. What it writes stays written. */
  precondition?: (manager: EntityManager, locked: LockedJob) => Promise<boolean>;
  /** More columns of the job to set when the decision is not `ignore`. */
  changes?: Readonly<Record<string, unknown>>;
  /** Kept in `error_details` when the job fails, and in the timeline. */
  details?: unknown;
  /** Leaves the timeline and the log alone: nothing happened but time. */
  quiet?: boolean;
  /** Writes what belongs to the same fact, e.g. the task's row; runs before the job changes. */
  alongside?: (manager: EntityManager, decision: Decision, locked: LockedJob) => Promise<void>;
}

/** What became of a report. */
export interface Applied {
  decision: Decision;
  /** The job as it is now; null when there is none, or none that may change: its person was erased. */
  job: Job | null;
}

/** What the transaction leaves to be done after its commit. */
interface Committed extends Applied {
  noticeId?: string | null;
  progress?: PendingEdit | null;
}

const RESULT_LIFE_MS = 24 * 3_600_000;

/**
 * The only place that changes the state of a job. A report is decided by the pure rules and applied in one transaction,
 * under the lock of the job's row, by compare-and-set; a failure writes status, refund and notice together. Only after the
 * commit is anybody woken.
 */
@Injectable()
export class JobTransitions {
  private readonly log = logger('jobs');
  private readonly limits: LifecycleLimits;

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly tasks: KieTasksRepository,
    private readonly credits: CreditsService,
    private readonly notices: NoticesService,
    private readonly progress: OrderProgress,
    private readonly wakeUps: JobWakeUps,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {
    this.limits = {
      generationAttemptsMax: env.GENERATION_ATTEMPTS_MAX,
      generationRetryDelayMs: env.GENERATION_RETRY_DELAY_MS,
      rateLimitDelayMs: env.RATE_LIMIT_DELAY_MS,
      taskStartMinMs: env.KIE_TASK_START_MIN_MS,
      sendAttemptsMax: env.SEND_ATTEMPTS_MAX,
      sendRetryDelaysMs: [env.SEND_RETRY_FIRST_DELAY_MS, env.SEND_RETRY_SECOND_DELAY_MS],
      parkedForMs: env.VIDEO_PARKED_FOR_MS,
    };
  }

  /** Decides and applies one report. A report that is late, repeated or about nothing is `ignore` and changes nothing. */
  async report(jobId: string, report: Report, extras: ReportExtras = {}): Promise<Applied> {
    const outcome = await runInTransaction(this.dataSource, (manager) =>
      this.apply(manager, jobId, report, extras),
    );
    if (outcome.decision.kind === 'ignore' || !outcome.job) return outcome;
    const { decision, job, noticeId, progress } = outcome;
    countDecision(this.metrics, decision, job);
    const quiet = extras.quiet && decision.kind === 'wait';
    // A result's link is as good as the video, so only the kind of the decision is logged.
    const line = { jobId, report: report.kind, decision: decision.kind, ...reasonOf(decision) };
    if (!quiet) this.log.info(line, 'A job moved');
    if (noticeId) await this.notices.wake(noticeId);
    await this.wakeUps.afterChange(job, decision, progress);
    return { decision, job };
  }

  private async apply(
    manager: EntityManager,
    jobId: string,
    report: Report,
    extras: ReportExtras,
  ): Promise<Committed> {
    const locked = await this.jobs.lock(manager, jobId);
    if (!locked) return { decision: { kind: 'ignore' }, job: null };
    const { job, nowMs } = locked;
    if (!(await isStillAbout(manager, locked, extras))) return { decision: { kind: 'ignore' }, job };
    const decision = decideStep(factsOf(job), report, this.limits, nowMs);
    await extras.alongside?.(manager, decision, locked);
    if (decision.kind === 'ignore') return { decision, job };
    const changes = {
      ...changesFor(decision, job, this.durations()),
      ...extras.changes,
      ...failureDetails(decision, extras),
    };
    const changed = await this.jobs.change(manager, job, changes);
    if (!changed) throw new Error(`Job ${jobId} changed under its own lock`);
    if (!(extras.quiet && decision.kind === 'wait')) {
      const details = { report: report.kind, ...withoutKind(decision), ...detailsOf(extras) };
      await this.jobs.writeEvent(manager, jobId, decision.kind, details);
    }
    const noticeId = decision.kind === 'fail' ? await this.settleFailure(manager, locked, decision) : null;
    const progress = decision.kind === 'wait' ? null : await this.progress.write(manager, job.orderId);
    return { decision, job: changed, noticeId, progress };
  }

  /** The rest of a failure: the credit goes back and the person is to be told, in the same transaction. Returns the notice. */
  private async settleFailure(
    manager: EntityManager,
    { job, tgUserId }: LockedJob,
    decision: Extract<Decision, { kind: 'fail' }>,
  ): Promise<string | null> {
    await this.tasks.abandonInFlight(manager, job.id);
    const { newCredits } = await this.credits.refundJob(manager, { tgUserId, jobId: job.id });
    // Whoever cancels is answered where they tapped: five notices for one tap would be four too many.
    if (decision.reason === 'cancelled') return null;
    return this.notices.write(manager, {
      userId: job.userId,
      cause: `job-failed-${job.id}`,
      payload: {
        kind: 'job_failed',
        jobId: job.id,
        reason: decision.reason,
        credits: job.credits,
        balance: newCredits,
        position: job.position,
        count: await this.jobs.countOfOrder(manager, job.orderId),
      },
    });
  }

  private durations() {
    return {
      jobDeadlineMs: this.env.JOB_DEADLINE_MS,
      deliveryExtraMs: this.env.JOB_DELIVERY_EXTRA_MS,
      createLeaseMs: this.env.KIE_CREATE_TIMEOUT_MS,
      resultLifeMs: RESULT_LIFE_MS,
      firstPollMs: firstPollMs(this.env),
    };
  }
}

async function isStillAbout(
  manager: EntityManager,
  locked: LockedJob,
  { wakeNumber, precondition }: ReportExtras,
): Promise<boolean> {
  if (wakeNumber !== undefined && wakeNumber !== locked.job.wakeNumber) return false;
  return precondition ? precondition(manager, locked) : true;
}

function reasonOf(decision: Decision): object {
  return decision.kind === 'fail' ? { reason: decision.reason } : {};
}

function factsOf(job: Job): JobFacts {
  return {
    status: job.status,
    step: job.step,
    failureReason: job.failureReason,
    deadlineAtMs: job.deadlineAt.getTime(),
    generationAttempts: job.generationAttempts,
    deliveryAttempts: job.deliveryAttempts,
    sendEndsAtMs: job.deliveryLeaseUntil?.getTime() ?? null,
    presented: job.presentedAt !== null,
    parkedAtMs: job.parkedAt?.getTime() ?? null,
    sent: job.videoMessageId !== null,
    awaitsWaking: job.wakeAt !== null,
    hasVideo: job.resultUrl !== null || job.videoFileId !== null,
    sendingAgain: job.sendingAgain,
  };
}

function failureDetails(decision: Decision, extras: ReportExtras): Readonly<Record<string, unknown>> {
  if (decision.kind !== 'fail' || extras.details === undefined) return {};
  return { error_details: JSON.stringify(extras.details) };
}

function detailsOf(extras: ReportExtras): object {
  return extras.details === undefined ? {} : { details: extras.details };
}

function withoutKind({ kind: _kind, ...rest }: Decision): object {
  return rest;
}
