import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, runInTransaction } from '../../platform/index.js';
import { CreditsService, InsufficientCreditsError, type OrderToCharge } from '../credits/index.js';
import { KieKeyHealth } from '../kie/index.js';
import { ProgressService } from '../notifications/index.js';
import { DueJobsRepository } from './due-jobs.repository.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps, progressLines } from './job-wake-ups.js';
import type { Job, JobKind, TemplateType } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import type { PhotoVerdict } from './photo-look.rules.js';
import { PhotoLooks } from './photo-looks.js';
import { VideoModels } from './video-models.js';

/** The product that a video is about; what "make another" takes over. */
export interface Product {
  kind: JobKind;
  template: TemplateType;
  photoPath: string;
  description: string;
  wishes: string | null;
  /** The person's own prompt, with the template `self` only. */
  prompt: string | null;
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
  | { kind: 'too_many_in_flight'; max: number }
  /** No key of the video service can be used: nothing is started that is known to fail. */
  | { kind: 'not_accepting' };

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
    private readonly progress: ProgressService,
    private readonly models: VideoModels,
    private readonly health: KieKeyHealth,
    private readonly transitions: JobTransitions,
    private readonly photoLooks: PhotoLooks,
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

  /** The product of an earlier job, if the job is this person's. */
  async findOrderToRepeat(userId: string, jobId: string): Promise<Product | null> {
    const job = await this.jobs.findOfUser(this.dataSource.manager, userId, jobId);
    return job?.photoPath ? productOf(job, job.photoPath) : null;
  }

  /**
   * Has OpenAI look at a photo while the person goes on; asking again changes nothing. A queue that is away costs the look, not an error.
   */
  askForPhotoLook(photoPath: string): Promise<void> {
    return this.photoLooks.ask(photoPath);
  }

  /**
   * What was seen in a photo, as what it means for an order: waits for a look that is not over for `waitMs`, at most and by default
   * `PHOTO_LOOK_WAIT_MS`. A photo that nobody was asked about, or nobody could look at in time, is clear.
   *
   * @param options.model the slug of the video model; the one that serves first when absent
   */
  photoVerdict(photoPath: string, options: { waitMs?: number; model?: string } = {}): Promise<PhotoVerdict> {
    return this.photoLooks.verdict(photoPath, options);
  }

  /** Forgets what was seen in a person's photos, in the transaction that erases them. */
  erasePhotoLooks(manager: EntityManager, tgUserId: number): Promise<void> {
    return this.photoLooks.erase(manager, tgUserId);
  }

  /** The person is back after having blocked the bot: the newest videos that wait for them are sent; the cron does the rest. */
  async personReturned(userId: string): Promise<void> {
    const { manager } = this.dataSource;
    for (const jobId of await this.due.listParkedOfUser(manager, userId, UNPARKED_AT_ONCE_MAX)) {
      await this.transitions.report(jobId, { kind: 'person_returned' });
    }
  }

  private async charge(manager: EntityManager, request: OrderRequest): Promise<StartOrderResult> {
    // The limit is counted under the same lock as the balance: orders of one person come one after the other.
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
    { user, draftId, count }: OrderRequest,
  ): Promise<StartOrderResult | null> {
    if (await this.jobs.existsForKey(manager, keyOf(draftId))) return null;
    const max = this.env.JOBS_IN_FLIGHT_PER_USER_MAX;
    if ((await this.jobs.countInFlight(manager, user.id)) + count > max) {
      return { kind: 'too_many_in_flight', max };
    }
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
      creditsPerJob: this.models.creditsPerVideo(),
      options: {
        kind: request.kind,
        wishes: request.wishes,
        ...(request.prompt === null ? {} : { description: request.description }),
        language: request.user.language,
        queue_deadline_ms: this.env.JOB_QUEUE_DEADLINE_MS,
      },
    };
  }

  private async openProgress(manager: EntityManager, request: OrderRequest, orderId: string): Promise<void> {
    if (request.progressMessageId === undefined) return;
    await this.progress.open(manager, {
      orderId,
      userId: request.user.id,
      chatId: request.chatId,
      messageId: request.progressMessageId,
      lines: progressLines(await this.jobs.listOrder(manager, orderId)),
    });
  }
}

function keyOf(draftId: string): string {
  return `draft-${draftId}`;
}

function productOf(job: Job, photoPath: string): Product {
  const { kind, template, promptInput, options } = job;
  const product = { kind, template, photoPath, wishes: options.wishes ?? null };
  return template === 'self'
    ? { ...product, description: options.description ?? promptInput, prompt: promptInput }
    : { ...product, description: promptInput, prompt: null };
}
