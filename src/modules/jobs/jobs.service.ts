import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, runInTransaction } from '../../platform/index.js';
import { CreditsService, InsufficientCreditsError } from '../credits/index.js';
import { ProgressService } from '../notifications/index.js';
import { JobWakeUps, progressLines } from './job-wake-ups.js';
import type { Job, JobKind, TemplateType } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import { VideoModels } from './video-models.js';

/** The product that a video is about; what "make another" takes over. */
export interface Product {
  kind: JobKind;
  template: TemplateType;
  photoPath: string;
  /** The description, or the person's own prompt for the template `self`. */
  description: string;
  wishes: string | null;
}

/** The person who orders. */
export interface OrderOwner {
  id: string;
  tgUserId: number;
  language: 'ru' | 'en';
}

/** An order as the person confirmed it. */
export interface OrderRequest extends Product {
  user: OrderOwner;
  /** Makes the order unique: fifty taps on one draft are one order. */
  draftId: string;
  count: number;
  chatId: number;
  /** The bot's message that becomes the progress message. */
  progressMessageId?: number;
}

export type StartOrderResult =
  | { kind: 'started' | 'duplicate'; orderId: string; jobIds: string[]; newCredits: number }
  | { kind: 'insufficient_credits'; balance: number; needed: number }
  | { kind: 'too_many_in_flight'; max: number };

/** What people can do with videos: order them, and look at their own. */
@Injectable()
export class JobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly credits: CreditsService,
    private readonly wakeUps: JobWakeUps,
    private readonly progress: ProgressService,
    private readonly models: VideoModels,
    private readonly env: Env,
  ) {}

  /** Credits for `count` videos. */
  priceOf(count: number): number {
    return count * this.models.creditsPerVideo();
  }

  /** The longest own prompt that every configured video model takes, in UTF-16 units. */
  get promptMaxLength(): number {
    return this.models.promptMaxLength();
  }

  /**
   * Charges and starts an order, all of its videos or none. The same draft again changes nothing and answers `duplicate`.
   *
   * @throws ForeignIdempotencyKeyError when the draft is another person's.
   */
  async startOrder(request: OrderRequest): Promise<StartOrderResult> {
    const refused = await this.refuseTooMany(request);
    if (refused) return refused;
    try {
      const order = await this.charge(request);
      if (!order.created) return { kind: 'duplicate', ...order };
      await this.afterCharge(request, order);
      return { kind: 'started', ...order };
    } catch (error) {
      if (!(error instanceof InsufficientCreditsError)) throw error;
      return { kind: 'insufficient_credits', balance: error.balance, needed: error.needed };
    }
  }

  /** The product of an earlier job, if the job is this person's. */
  async findOrderToRepeat(userId: string, jobId: string): Promise<Product | null> {
    const job = await this.jobs.findOfUser(this.dataSource.manager, userId, jobId);
    return job?.photoPath ? productOf(job, job.photoPath) : null;
  }

  private async refuseTooMany({ user, draftId, count }: OrderRequest): Promise<StartOrderResult | null> {
    const max = this.env.JOBS_IN_FLIGHT_PER_USER_MAX;
    const { manager } = this.dataSource;
    if (await this.jobs.existsForKey(manager, keyOf(draftId))) return null;
    const inFlight = await this.jobs.countInFlight(manager, user.id);
    return inFlight + count > max ? { kind: 'too_many_in_flight', max } : null;
  }

  private charge(request: OrderRequest) {
    return runInTransaction(this.dataSource, (manager) =>
      this.credits.chargeForOrder(manager, {
        tgUserId: request.user.tgUserId,
        template: request.template,
        idempotencyKey: keyOf(request.draftId),
        photoPath: request.photoPath,
        promptInput: request.description,
        count: request.count,
        creditsPerJob: this.models.creditsPerVideo(),
        options: {
          kind: request.kind,
          wishes: request.wishes,
          language: request.user.language,
          queue_deadline_ms: this.env.JOB_QUEUE_DEADLINE_MS,
        },
      }),
    );
  }

  private async afterCharge(
    request: OrderRequest,
    order: { orderId: string; jobIds: string[] },
  ): Promise<void> {
    if (request.progressMessageId !== undefined) {
      const lines = progressLines(await this.jobs.listOrder(this.dataSource.manager, order.orderId));
      await this.progress.open({
        orderId: order.orderId,
        userId: request.user.id,
        chatId: request.chatId,
        messageId: request.progressMessageId,
        lines,
      });
    }
    for (const jobId of order.jobIds) await this.wakeUps.wake(jobId, 'prompt', 1);
  }
}

function keyOf(draftId: string): string {
  return `draft-${draftId}`;
}

function productOf(job: Job, photoPath: string): Product {
  return {
    kind: job.kind,
    template: job.template,
    photoPath,
    description: job.promptInput,
    wishes: job.options.wishes ?? null,
  };
}
