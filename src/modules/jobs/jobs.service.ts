import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Metrics, runInTransaction } from '../../platform/index.js';
import { CreditsService, InsufficientCreditsError } from '../credits/index.js';
import type { ProgressLine } from '../notifications/index.js';
import { PhotoRetention } from '../photos/index.js';
import { JobWakeUps } from './job-wake-ups.js';
import type { Job } from './job.entity.js';
import { countOrder } from './jobs.metrics.js';
import { JobsRepository } from './jobs.repository.js';
import { OrderProgress } from './order-progress.js';
import { OrderTerms } from './order-terms.js';
import type { OrderRequest, RepeatableProduct, StartOrderResult } from './order.types.js';

/** `create_job_and_consume_credit` writes it with a new job. */
const FIRST_WAKE_NUMBER = 1;

/** Orders of videos: starting them, how they stand, and what they were for. */
@Injectable()
export class JobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly terms: OrderTerms,
    private readonly credits: CreditsService,
    private readonly wakeUps: JobWakeUps,
    private readonly progress: OrderProgress,
    private readonly photos: PhotoRetention,
    private readonly metrics: Metrics,
  ) {}

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
        countOrder(this.metrics, result.jobIds.length);
        for (const jobId of result.jobIds) await this.wakeUps.wake(jobId, 'prompt', FIRST_WAKE_NUMBER);
      }
      return result;
    } catch (error) {
      if (!(error instanceof InsufficientCreditsError)) throw error;
      return { kind: 'insufficient_credits', balance: error.balance, needed: error.needed };
    }
  }

  /** How an order that was started stands now, a line per video. */
  progressOf(orderId: string): Promise<ProgressLine[]> {
    return this.progress.linesOf(this.dataSource.manager, orderId);
  }

  /** The product of an earlier job, if the job is this person's. */
  async findOrderToRepeat(userId: string, jobId: string): Promise<RepeatableProduct | null> {
    const job = await this.jobs.findOfUser(this.dataSource.manager, userId, jobId);
    if (!job?.photoPath) return null;
    const chosen = job.options.model ? this.terms.findOffered(job.options.model) : null;
    const photoPath = (await this.photos.isKept(job.photoPath)) ? job.photoPath : null;
    return { ...productOf(job), photoPath, model: chosen?.id ?? null };
  }

  private async charge(manager: EntityManager, request: OrderRequest): Promise<StartOrderResult> {
    // The limits are counted under the same lock as the balance: orders of one person come one after the other.
    await this.credits.lockUser(manager, request.user.id);
    const refused = await this.terms.findRefusal(manager, request);
    if (refused) return refused;
    const { created, ...order } = await this.credits.chargeForOrder(manager, this.terms.chargeOf(request));
    if (!created) return { kind: 'duplicate', ...order };
    await this.openProgress(manager, request, order.orderId);
    return { kind: 'started', ...order };
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

function productOf(job: Job): Omit<RepeatableProduct, 'model' | 'photoPath'> {
  const { kind, template, promptInput, options } = job;
  const product = { kind, template, wishes: options.wishes ?? null };
  return template === 'self'
    ? { ...product, description: options.description ?? promptInput, prompt: promptInput }
    : { ...product, description: promptInput, prompt: null };
}
