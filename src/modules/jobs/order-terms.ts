import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, ORDERS_STOPPED, Switches } from '../../platform/index.js';
import type { OrderToCharge } from '../credits/index.js';
import { KieKeyHealth } from '../kie/index.js';
import { PhotoRetention } from '../photos/index.js';
import { JobsRepository } from './jobs.repository.js';
import type { OfferedModel, OrderRefusal, OrderRequest } from './order.types.js';
import { VideoModels } from './video-models.js';

/** What can be ordered, what it costs, and whether an order is taken now. */
@Injectable()
export class OrderTerms {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly models: VideoModels,
    private readonly health: KieKeyHealth,
    private readonly photos: PhotoRetention,
    private readonly switches: Switches,
    private readonly env: Env,
  ) {}

  /** What people may choose from while nothing is set aside, never empty and at most 8; the first is what an order without a choice gets. */
  offeredModels(): readonly OfferedModel[] {
    return this.models.offered;
  }

  /** What is left of it now, never empty: without models that nothing of the same price stands in for. */
  listOffered(): Promise<readonly OfferedModel[]> {
    return this.models.listOffered(this.dataSource.manager);
  }

  /** The offered model of this slug, without one the first; null when it is not offered. */
  findOffered(modelId?: string | null): OfferedModel | null {
    return this.models.findOffered(modelId);
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
   * The look before charging, under the person's lock: why a new order is not taken now; null when it is, or was taken before. The photo of one
   * that is taken is kept for it, by the caller's transaction: none is charged for whose photo is removed at that moment.
   */
  async findRefusal(
    manager: EntityManager,
    { user, draftId, count, model, creditsShown, photoPath }: OrderRequest,
  ): Promise<OrderRefusal | null> {
    if (await this.jobs.existsForKey(manager, orderKeyOf(draftId))) return null;
    if (await this.areOrdersStopped(manager)) return { kind: 'not_accepting' };
    if (!this.models.findOffered(model)) return { kind: 'model_gone' };
    if (model && !(await this.models.isOffered(manager, model))) return { kind: 'model_gone' };
    if (this.priceOf(count, model) !== creditsShown) return { kind: 'price_changed' };
    const max = this.env.JOBS_IN_FLIGHT_PER_USER_MAX;
    if ((await this.jobs.countInFlight(manager, user.id)) + count > max) {
      return { kind: 'too_many_in_flight', max };
    }
    const againInMin = await this.jobs.findMinutesUntilOrder(manager, user.id, this.env.ORDERS_PER_HOUR_MAX);
    if (againInMin !== null) return { kind: 'too_often', againInMin };
    if (await this.health.findOutage(manager)) return { kind: 'not_accepting' };
    const agreed = { model, credits: this.priceOf(1, model) };
    if (!(await this.models.isServedFully(manager, agreed))) return { kind: 'not_accepting' };
    return (await this.photos.keep(manager, photoPath)) ? null : { kind: 'photo_gone' };
  }

  /** What is charged for an order that is taken. */
  chargeOf(request: OrderRequest): OrderToCharge {
    return {
      tgUserId: request.user.tgUserId,
      template: request.template,
      idempotencyKey: orderKeyOf(request.draftId),
      photoPath: request.photoPath,
      promptInput: request.prompt ?? request.description,
      count: request.count,
      // A model that is gone is refused before; here it can only be a duplicate's, which charges nothing.
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

  private async areOrdersStopped(manager: EntityManager): Promise<boolean> {
    return (await this.switches.listOn(manager, ORDERS_STOPPED)).length > 0;
  }

  private offeredOrFirst(modelId?: string | null): OfferedModel {
    return this.models.findOffered(modelId) ?? (this.models.offered[0] as OfferedModel);
  }
}

/** The key that makes a draft's order unique. */
export function orderKeyOf(draftId: string): string {
  return `draft-${draftId}`;
}
