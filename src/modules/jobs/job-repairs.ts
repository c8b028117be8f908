import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { NoticesService } from '../notifications/index.js';
import { PhotoRetention } from '../photos/index.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps } from './job-wake-ups.js';
import type { Job } from './job.entity.js';
import { JobsRepository, type LockedJob } from './jobs.repository.js';

/** What became of a repair; all but `done` changed nothing. */
export type RepairOutcome =
  | 'done'
  /** There is no such job, or its person was erased. */
  | 'not_found'
  /** It is completed, or failed and refunded already. */
  | 'over'
  /** It is not over, or its video is on its way. */
  | 'under_way'
  | 'no_video'
  | 'photo_gone';

/** The record of a repair, which is written in the transaction that does it. */
export interface RepairRecord {
  /** False when this very wish was recorded before: then nothing happens. */
  isNew(manager: EntityManager): Promise<boolean>;
  write(manager: EntityManager, outcome: RepairOutcome): Promise<void>;
}

/** A job that was made again. */
export interface MadeAgain {
  outcome: RepairOutcome;
  /** The new job. */
  jobId?: string;
  /** To be told after the commit. */
  noticeId?: string | null;
}

/** `create_job_and_consume_credit` writes it with a new job. */
const FIRST_WAKE_NUMBER = 1;

/** What an operator can do for a job. */
@Injectable()
export class JobRepairs {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly transitions: JobTransitions,
    private readonly credits: CreditsService,
    private readonly photos: PhotoRetention,
    private readonly notices: NoticesService,
    private readonly wakeUps: JobWakeUps,
    private readonly env: Env,
  ) {}

  /**
   * Fails a job that is not over: its credit goes back, and its person is told. Not while its video is being sent.
   *
   * @returns null for a wish that was recorded before.
   */
  async fail(jobId: string, record: RepairRecord): Promise<RepairOutcome | null> {
    return this.report(jobId, 'failed_by_operator', record, ({ job }) =>
      job.finishedAt === null ? 'under_way' : 'over',
    );
  }

  /** Has the finished video sent, whether it was before or not; as a present where its credit had gone back. */
  async sendAgain(jobId: string, record: RepairRecord): Promise<RepairOutcome | null> {
    return this.report(jobId, 'send_again_by_operator', record, ({ job }) =>
      job.finishedAt === null || job.wakeAt !== null ? 'under_way' : 'no_video',
    );
  }

  /**
   * Makes a job that is over once more, at our expense: the person is given what it costs and charged for it, so that a failure gives them
   * that credit. In the caller's transaction; `wake` follows its commit.
   *
   * @param cause what makes it once only.
   */
  async makeAgain(manager: EntityManager, jobId: string, cause: string): Promise<MadeAgain> {
    const locked = await this.jobs.lock(manager, jobId);
    if (!locked) return { outcome: 'not_found' };
    const { job, tgUserId } = locked;
    if (job.finishedAt === null) return { outcome: 'under_way' };
    if (!job.photoPath || !(await this.photos.keep(manager, job.photoPath))) return { outcome: 'photo_gone' };
    await this.credits.add(manager, { tgUserId, amount: job.credits, type: 'correction', cause });
    const order = await this.credits.chargeForOrder(manager, this.orderOf(job, tgUserId, cause));
    const newJobId = order.jobIds[0] as string;
    const noticeId = await this.notices.write(manager, {
      userId: job.userId,
      cause: `made-again-${newJobId}`,
      payload: { kind: 'made_again', jobId: newJobId },
    });
    return { outcome: 'done', jobId: newJobId, noticeId };
  }

  /** Rings the bells of a job that was made again. */
  async wake({ jobId, noticeId }: MadeAgain): Promise<void> {
    if (jobId) await this.wakeUps.wake(jobId, 'prompt', FIRST_WAKE_NUMBER);
    if (noticeId) await this.notices.wake(noticeId);
  }

  private async report(
    jobId: string,
    kind: 'failed_by_operator' | 'send_again_by_operator',
    record: RepairRecord,
    whyNot: (locked: LockedJob) => RepairOutcome,
  ): Promise<RepairOutcome | null> {
    let outcome: RepairOutcome | null = null;
    const { job } = await this.transitions.report(
      jobId,
      { kind },
      {
        precondition: (manager) => record.isNew(manager),
        alongside: async (manager, decision, locked) => {
          outcome = decision.kind === 'ignore' ? whyNot(locked) : 'done';
          await record.write(manager, outcome);
        },
      },
    );
    return job ? outcome : 'not_found';
  }

  private orderOf(job: Job, tgUserId: number, cause: string) {
    return {
      tgUserId,
      template: job.template,
      idempotencyKey: cause,
      photoPath: job.photoPath,
      promptInput: job.promptInput,
      count: 1,
      creditsPerJob: job.credits,
      options: { ...job.options, kind: job.kind, queue_deadline_ms: this.env.JOB_QUEUE_DEADLINE_MS },
    };
  }
}
