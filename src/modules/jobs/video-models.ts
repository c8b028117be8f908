import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import {
  chooseModels,
  findModel,
  KIE_MODELS,
  KieKeyHealth,
  KieModelHealth,
  type KieKey,
  type KieModel,
  type ModelChoice,
} from '../kie/index.js';
import type { Job } from './job.entity.js';
import type { TriedTask } from './kie-reports.rules.js';
import type { OfferedModel } from './order.types.js';
import {
  modelsForJob,
  nextModel,
  offersLeft,
  offersOf,
  refusedBy,
  type AgreedVideo,
} from './video-models.rules.js';

/** So long a process believes what it has read of the offer: it is asked for with every tap. */
const OFFER_LIFE_MS = 5_000;

/** What a job's next task is made with. */
export interface TaskMeans {
  key: KieKey;
  model: KieModel;
}

/** What a job has left to try. */
export interface MeansLeft {
  /** The best of it, given the job's tasks so far; null when nothing is left. */
  choose(tasks: readonly TriedTask[]): TaskMeans | null;
  /** Whether it is keys that are missing, not models. */
  lacksKey(tasks: readonly TriedTask[]): boolean;
}

/** Which models and keys serve, in the order of the configuration; a retired default is passed over, and the doctor says so. */
@Injectable()
export class VideoModels {
  private readonly choice: ModelChoice;
  /** What people may choose from while nothing is set aside, the first being what they get without choosing. */
  readonly offered: readonly OfferedModel[];
  private offer: { readAtMs: number; models: readonly OfferedModel[] } | null = null;

  constructor(
    env: Env,
    private readonly keyHealth: KieKeyHealth,
    private readonly modelHealth: KieModelHealth,
  ) {
    this.choice = chooseModels({
      defaultId: env.KIE_MODEL,
      fallbackIds: env.KIE_MODEL_FALLBACKS,
      offeredIds: env.KIE_MODELS_OFFERED,
    });
    this.offered = offersOf(this.choice.offered);
  }

  /** The offered model of this slug, without one the first; null when it is not offered. */
  findOffered(modelId?: string | null): OfferedModel | null {
    if (!modelId) return this.offered[0] as OfferedModel;
    return this.offered.find(({ id }) => id === modelId) ?? null;
  }

  /** What people may choose from now, given what is set aside; as it was a few seconds ago at most. */
  async listOffered(manager: EntityManager): Promise<readonly OfferedModel[]> {
    // Where there is nothing to choose, the one that is offered stays.
    if (this.offered.length === 1) return this.offered;
    if (this.offer && performance.now() - this.offer.readAtMs < OFFER_LIFE_MS) return this.offer.models;
    const models = offersOf(offersLeft(this.choice, await this.listSetAside(manager), KIE_MODELS));
    this.offer = { readAtMs: performance.now(), models };
    return models;
  }

  /** Whether a model is still on offer at this very moment. */
  async isOffered(manager: EntityManager, modelId: string): Promise<boolean> {
    this.offer = null;
    return (await this.listOffered(manager)).some(({ id }) => id === modelId);
  }

  /** The length that a job's model and all of its fallbacks take, so that a fallback needs no new prompt; in UTF-16 units. */
  promptMaxLength(video: AgreedVideo): number {
    const models = modelsForJob(video, this.choice, KIE_MODELS);
    // A job without any will fail; until then it needs a prompt like another.
    const lengths = models.length > 0 ? models : this.choice.models;
    return Math.min(...lengths.map((model) => model.promptMaxLength));
  }

  /** How many videos without a choice so many of KIE's credits pay for, at least 0. */
  videosFor(kieCredits: number): number {
    const model = findModel((this.offered[0] as OfferedModel).id) as KieModel;
    return Math.max(0, Math.floor(kieCredits / model.kieCreditsPerVideo));
  }

  /** Whether a model refuses photos with people in them; the one that serves first unless another is named. */
  refusesPeople(modelId?: string): boolean {
    const model = (modelId === undefined ? null : findModel(modelId)) ?? this.choice.models[0];
    return model?.refusesPeople ?? false;
  }

  /** Whether a video that is agreed so could be made at this moment by a model that is worth its price. */
  async isServedFully(manager: EntityManager, video: AgreedVideo): Promise<boolean> {
    const serving = await this.listServing(manager, video);
    return serving.some(({ creditsPerVideo }) => creditsPerVideo === video.credits);
  }

  /** How many models are left for an order without a choice. */
  async countLeft(manager: EntityManager): Promise<number> {
    const { creditsPerVideo } = this.offered[0] as OfferedModel;
    return (await this.listServing(manager, { credits: creditsPerVideo })).length;
  }

  /** What is left for a job to try at this moment: its models that are not set aside, and the keys that are not parked. */
  async means(manager: EntityManager, job: Pick<Job, 'options' | 'credits'>): Promise<MeansLeft> {
    const models = await this.listServing(manager, agreedOf(job));
    const healthy = await this.keyHealth.listHealthy(manager);
    const keyFor = (tasks: readonly TriedTask[]) => {
      const spent = refusedBy(tasks, 'next_key').map((task) => task.keyFingerprint);
      return healthy.find(({ fingerprint }) => !spent.includes(fingerprint));
    };
    return {
      choose: (tasks) => {
        const [key, model] = [keyFor(tasks), nextModel(models, tasks)];
        return key && model ? { key, model } : null;
      },
      lacksKey: (tasks) => keyFor(tasks) === undefined,
    };
  }

  private async listServing(manager: EntityManager, video: AgreedVideo): Promise<KieModel[]> {
    const setAside = await this.listSetAside(manager);
    return modelsForJob(video, this.choice, KIE_MODELS).filter(({ id }) => !setAside.has(id));
  }

  private async listSetAside(manager: EntityManager): Promise<ReadonlySet<string>> {
    return new Set((await this.modelHealth.listSetAside(manager)).map(({ id }) => id));
  }
}

/** What was agreed about a job's video when it was ordered. */
export function agreedOf({ options, credits }: Pick<Job, 'options' | 'credits'>): AgreedVideo {
  return { model: options.model, credits };
}
