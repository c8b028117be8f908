import type { ProgressLine } from '../notifications/index.js';
import type { FailureReason } from './job-lifecycle.types.js';
import type { Job, JobKind, TemplateType } from './job.entity.js';
import { progressLine, type QueuePlace, type UsualTimes } from './progress-lines.rules.js';

/** One video as its person may look it up, whenever it was ordered and whatever came of it. */
export interface VideoView {
  jobId: string;
  orderId: string;
  /** 1 to `count`. */
  position: number;
  /** Videos of its order. */
  count: number;
  kind: JobKind;
  template: TemplateType;
  /** The product's description as the person wrote it. */
  product: string;
  createdAt: Date;
  finishedAt: Date | null;
  line: ProgressLine;
  failureReason: FailureReason | null;
  /** Credits that came back for it. */
  creditsBack: number;
  /** Sends it again at once; null where there is no video, or Telegram made something else of it. */
  fileId: string | null;
  /** A message in the chat holds it. */
  sent: boolean;
  /** It is finished, and waits for its person, who had blocked the bot. */
  parked: boolean;
  /** It came after its credit had gone back. */
  presented: boolean;
}

/** What a view needs to know besides the job. */
export interface ViewContext {
  count: number;
  /** Null outside of the queue. */
  place: QueuePlace | null;
  usual: UsualTimes;
  /** For how long a parked video waits. */
  parkedForMs: number;
  /** The database's clock. */
  nowMs: number;
}

/** A job as its person may see it. */
export function viewOf(job: Job, context: ViewContext): VideoView {
  const sent = job.videoMessageId !== null;
  return {
    jobId: job.id,
    orderId: job.orderId,
    position: job.position,
    count: context.count,
    kind: job.kind,
    template: job.template,
    product: productOf(job),
    createdAt: job.createdAt,
    finishedAt: job.finishedAt,
    line: progressLine({ ...standingOf(job), place: context.place }, context.usual, context.nowMs),
    failureReason: job.failureReason,
    // The refund is part of every failure's transaction.
    creditsBack: job.status === 'failed' ? job.credits : 0,
    fileId: job.videoFileId,
    sent,
    parked: !sent && job.parkedAt !== null && context.nowMs - job.parkedAt.getTime() < context.parkedForMs,
    presented: sent && job.status === 'failed',
  };
}

function productOf({ template, promptInput, options }: Job): string {
  return template === 'self' ? (options.description ?? promptInput) : promptInput;
}

function standingOf(job: Job) {
  return {
    position: job.position,
    status: job.status,
    step: job.step,
    failureReason: job.failureReason,
    createdAtMs: job.createdAt.getTime(),
    startedAtMs: job.startedAt?.getTime() ?? null,
    deadlineAtMs: job.deadlineAt.getTime(),
  };
}
