import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Env, logger } from '../../platform/index.js';
import { chooseModels, findModel, KieKeyHealth, type KieKey, type KieModel } from '../kie/index.js';
import type { TriedTask } from './kie-reports.rules.js';

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

/** After so many failures of one job with a model, the next one has its turn. */
const MODEL_FAILURES_MAX = 2;

/** Which models and keys serve, in the order of the configuration; a retired default is passed over with a line that says so. */
@Injectable()
export class VideoModels implements OnModuleInit {
  private readonly log = logger('models');
  private readonly models: readonly KieModel[];
  private readonly notes: readonly string[];

  constructor(
    env: Env,
    private readonly health: KieKeyHealth,
  ) {
    const choice = chooseModels(env.KIE_MODEL, env.KIE_MODEL_FALLBACKS);
    // A fallback may never cost the person more than what was confirmed.
    const price = choice.models[0]?.creditsPerVideo ?? 1;
    this.models = choice.models.filter((model) => model.creditsPerVideo <= price);
    this.notes = choice.notes;
  }

  onModuleInit(): void {
    for (const note of this.notes) this.log.warn({}, note);
  }

  /** Credits for one video. */
  creditsPerVideo(): number {
    return this.models[0]?.creditsPerVideo ?? 1;
  }

  /** The length that every model of the choice takes, so that a fallback needs no new prompt. */
  promptMaxLength(): number {
    return Math.min(...this.models.map((model) => model.promptMaxLength));
  }

  /** Whether a model refuses photos with people in them; the one that serves first unless another is named. */
  refusesPeople(modelId?: string): boolean {
    const model = (modelId === undefined ? null : findModel(modelId)) ?? this.models[0];
    return model?.refusesPeople ?? false;
  }

  /** What is left to try at this moment: these models, and the keys that are not parked. */
  async means(manager: EntityManager): Promise<MeansLeft> {
    const healthy = await this.health.listHealthy(manager);
    const keyFor = (tasks: readonly TriedTask[]) => {
      const spent = refusedBy(tasks, 'next_key').map((task) => task.keyFingerprint);
      return healthy.find(({ fingerprint }) => !spent.includes(fingerprint));
    };
    return {
      choose: (tasks) => {
        const [key, model] = [keyFor(tasks), this.modelFor(tasks)];
        return key && model ? { key, model } : null;
      },
      lacksKey: (tasks) => keyFor(tasks) === undefined,
    };
  }

  private modelFor(tasks: readonly TriedTask[]): KieModel | undefined {
    const spent = refusedBy(tasks, 'next_model').map((task) => task.model);
    // An upload or a connection that failed says nothing about the model.
    const failed = refusedBy(tasks, 'retry').filter(({ state }) => state === 'failed');
    const failures = (id: string) => failed.filter((task) => task.model === id).length;
    const models = this.models.filter(({ id }) => !spent.includes(id));
    return models.find(({ id }) => failures(id) < MODEL_FAILURES_MAX) ?? models[0];
  }
}

function refusedBy(tasks: readonly TriedTask[], action: string): TriedTask[] {
  return tasks.filter((task) => (task.errorDetails as { action?: string } | null)?.action === action);
}
