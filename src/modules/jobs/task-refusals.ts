import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { KieKeyHealth, KieModelHealth, type KieRefusal } from '../kie/index.js';
import type { Job } from './job.entity.js';
import type { Report } from './job-lifecycle.types.js';
import { refusalReport, refusedOutcome } from './kie-reports.rules.js';
import type { KieTask, KieTaskState } from './kie-task.entity.js';
import { KieTasksRepository, type TaskOutcome } from './kie-tasks.repository.js';
import { VideoModels } from './video-models.js';

/** A refusal as its task's row keeps it, and as the lifecycle is told of it. */
interface Judged<K extends Report['kind']> {
  outcome: TaskOutcome;
  report: Extract<Report, { kind: K }>;
}

/** What it means that KIE refused a task, at once or at its end: for the task, for what its job has left to try, for its key and its model. */
@Injectable()
export class TaskRefusals {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: KieTasksRepository,
    private readonly models: VideoModels,
    private readonly keyHealth: KieKeyHealth,
    private readonly modelHealth: KieModelHealth,
  ) {}

  /** @param refused the task, whether its row is written yet or not, and its job. */
  async judge<K extends 'task_refused' | 'task_failed'>(
    kind: K,
    refused: { job: Job; task: Pick<KieTask, 'id' | 'model' | 'keyFingerprint'> },
    refusal: KieRefusal,
  ): Promise<Judged<K>> {
    const { job, task } = refused;
    const { manager } = this.dataSource;
    const state: KieTaskState = kind === 'task_failed' ? 'failed' : 'refused';
    const outcome = { ...refusedOutcome(refusal), state };
    const left = await this.models.means(manager, job);
    const others = (await this.tasks.listOfJob(manager, job.id)).filter(({ id }) => id !== task.id);
    const tried = [...others, { ...task, state, errorDetails: outcome.errorDetails }];
    return { outcome, report: refusalReport(kind, refusal, tried, left) };
  }

  /** Takes the task's key or model out of use for every job, in the caller's transaction, where it was refused for its own sake. */
  async takeOutOfUse(
    manager: EntityManager,
    { keyFingerprint, model }: Pick<KieTask, 'keyFingerprint' | 'model'>,
    refusal: KieRefusal,
  ): Promise<void> {
    if (refusal.action === 'next_key') await this.keyHealth.park(manager, keyFingerprint, refusal);
    if (refusal.action === 'next_model') await this.modelHealth.setAside(manager, model, refusal.text);
  }
}
