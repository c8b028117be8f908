import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, runInTransaction } from '../../platform/index.js';
import { CreditsService, InsufficientCreditsError, type OrderToCharge } from '../credits/index.js';
import { KieKeyHealth } from '../kie/index.js';
import type { ProgressLine } from '../notifications/index.js';
import { DueJobsRepository } from './due-jobs.repository.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps } from './job-wake-ups.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import { OrderProgress } from './order-progress.js';
import type { OfferedModel, OrderRequest, Product, StartOrderResult } from './order.types.js';
import { VideoModels } from './video-models.js';

/** Somebody waits for the answer to a tap meanwhile. */
const UNPARKED_AT_ONCE_MAX = 10;

/** `create_job_and_consume_credit` writes it with a new job. */
const FIRST_WAKE_NUMBER = 1;

/** What people can do with videos: order them, and look at their own. */
@Injectable()
export class JobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly due: DueJobsRepository,
    private readonly credits: CreditsService,
    private readonly wakeUps: JobWakeUps,
    private readonly progress: OrderProgress,
    private readonly models: VideoModels,
    private readonly health: KieKeyHealth,
    private readonly transitions: JobTransitions,
    private readonly env: Env,
  ) {}

  /** What people may choose from, never empty and at most 8; the first is what an order without a choice gets. */
  offeredModels(): readonly OfferedModel[] {
    return this.models.offered;
  }

  /** Credits for `count` videos of an offered model; of the first one where none is given, or the given one is not offered any more. */
  priceOf(count: number, modelId?: string | null): number {
    return count * this.offeredOrFirst(modelId).creditsPerVideo;
  }

  /** The longest own prompt that the model and all of its fallbacks take, in UTF-16 units; `modelId` as for `priceOf`. */
  promptMaxLength(modelId?: string | null): number {
    const { id, creditsPerVideo } = this.offeredOrFirst(modelId);
    return this.models.promptMaxLength({ model: id, credits: creditsPerVideo });
  }

  /**
   * Charges and starts an order, all of its videos or none. The same draft again changes nothing and answers `duplicate`.
   *
   * @throws ForeignIdempotencyKeyError when the draft is another person's.
   */
  async startOrder(request: OrderRequest): Promise<StartOrderResult> {
    try {
      const result = await runInTransaction(this.dataSource, (manager) => this.charge(manager, request));
      // A crash before this line loses nothing: the rows say that they want to be woken.
      if (result.kind === 'started') {
        for (const jobId of result.jobIds) await this.wakeUps.wake(jobId, 'prompt', FIRST_WAKE_NUMBER);
      }
      return result;
    } catch (error) {
      if (!(error instanceof InsufficientCreditsError)) throw error;
      return { kind: 'insufficient_credits', balance: error.balance, needed: error.needed };
    }
  }

  /** Whether the draft has become an order already: then `startOrder` answers `duplicate`, whatever has changed since. */
  isStarted(draftId: string): Promise<boolean> {
    return this.jobs.existsForKey(this.dataSource.manager, keyOf(draftId));
  }

  /** How an order that was started stands now, a line per video. */
  progressOf(orderId: string): Promise<ProgressLine[]> {
    return this.progress.linesOf(this.dataSource.manager, orderId);
  }

  /** The product of an earlier job, if the job is this person's. */
  async findOrderToRepeat(userId: string, jobId: string): Promise<Product | null> {
    const job = await this.jobs.findOfUser(this.dataSource.manager, userId, jobId);
    if (!job?.photoPath) return null;
    const chosen = job.options.model ? this.models.findOffered(job.options.model) : null;
    return { ...productOf(job, job.photoPath), model: chosen?.id ?? null };
  }

  /** The person is back after having blocked the bot: the newest videos that wait for them are sent; the cron does the rest. */
  async personReturned(userId: string): Promise<void> {
    const { manager } = this.dataSource;
    for (const jobId of await this.due.listParkedOfUser(manager, userId, UNPARKED_AT_ONCE_MAX)) {
      await this.transitions.report(jobId, { kind: 'person_returned' });
    }
  }

  private async charge(manager: EntityManager, request: OrderRequest): Promise<StartOrderResult> {
    // The limits are counted under the same lock as the balance: orders of one person come one after the other.
    await this.credits.lockUser(manager, request.user.id);
    const refused = await this.checkOrder(manager, request);
    if (refused) return refused;
    const { created, ...order } = await this.credits.chargeForOrder(manager, this.toCharge(request));
    if (!created) return { kind: 'duplicate', ...order };
    await this.openProgress(manager, request, order.orderId);
    return { kind: 'started', ...order };
  }

  /** The look before charging: why a new order is not taken now; null when it is, or was taken before. */
  private async checkOrder(
    manager: EntityManager,
    { user, draftId, count, model, creditsShown }: OrderRequest,
  ): Promise<StartOrderResult | null> {
    if (await this.jobs.existsForKey(manager, keyOf(draftId))) return null;
    if (!this.models.findOffered(model)) return { kind: 'model_gone' };
    if (this.priceOf(count, model) !== creditsShown) return { kind: 'price_changed' };
    const max = this.env.JOBS_IN_FLIGHT_PER_USER_MAX;
    if ((await this.jobs.countInFlight(manager, user.id)) + count > max) {
      return { kind: 'too_many_in_flight', max };
    }
    const againInMin = await this.jobs.findMinutesUntilOrder(manager, user.id, this.env.ORDERS_PER_HOUR_MAX);
    if (againInMin !== null) return { kind: 'too_often', againInMin };
    return (await this.health.findOutage(manager)) ? { kind: 'not_accepting' } : null;
  }

  private toCharge(request: OrderRequest): OrderToCharge {
    return {
      tgUserId: request.user.tgUserId,
      template: request.template,
      idempotencyKey: keyOf(request.draftId),
      photoPath: request.photoPath,
      promptInput: request.prompt ?? request.description,
      count: request.count,
      // A model that is gone is refused above; here it can only be a duplicate's, which charges nothing.
      creditsPerJob: this.priceOf(1, request.model),
      options: {
        kind: request.kind,
        wishes: request.wishes,
        ...(request.prompt === null ? {} : { description: request.description }),
        ...(request.model ? { model: request.model } : {}),
        language: request.user.language,
        queue_deadline_ms: this.env.JOB_QUEUE_DEADLINE_MS,
      },
    };
  }

  private offeredOrFirst(modelId?: string | null): OfferedModel {
    return this.models.findOffered(modelId) ?? (this.models.offered[0] as OfferedModel);
  }

  private async openProgress(manager: EntityManager, request: OrderRequest, orderId: string): Promise<void> {
    if (request.progressMessageId === undefined) return;
    await this.progress.open(manager, {
      orderId,
      userId: request.user.id,
      chatId: request.chatId,
      messageId: request.progressMessageId,
    });
  }
}

function keyOf(draftId: string): string {
  return `draft-${draftId}`;
}

function productOf(job: Job, photoPath: string): Omit<Product, 'model'> {
  const { kind, template, promptInput, options } = job;
  const product = { kind, template, photoPath, wishes: options.wishes ?? null };
  return template === 'self'
    ? { ...product, description: options.description ?? promptInput, prompt: promptInput }
    : { ...product, description: promptInput, prompt: null };
}
