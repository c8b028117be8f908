import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, type HandlerResult } from '../../platform/index.js';
import { KieClient, type CreateOutcome, type KieRefusal, type UploadOutcome } from '../kie/index.js';
import { PhotosService } from '../photos/index.js';
import { cutAtSentence } from '../prompts/index.js';
import { callbackUrl } from './callback-url.js';
import { JobTransitions } from './job-transitions.js';
import type { Report } from './job-lifecycle.types.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import type { KieTask } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { refusalReport, refusedOutcome } from './kie-reports.rules.js';
import { VideoModels, type TaskMeans } from './video-models.js';
import type { WakeUp } from './wake-ups.queue.js';

/** How much longer than the call itself a row may say `creating` before its writer must be dead. */
const CREATING_GRACE_MS = 5_000;

/**
 * The step `create`: one paid task at KIE. The task's row is committed before the call, because KIE has no idempotency
 * key: after a crash or a lost answer the row says that a task may exist, and no second one is made beside it.
 */
@Injectable()
export class CreateTaskService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly tasks: KieTasksRepository,
    private readonly transitions: JobTransitions,
    private readonly kie: KieClient,
    private readonly photos: PhotosService,
    private readonly models: VideoModels,
    private readonly env: Env,
  ) {}

  async run({ jobId, wakeNumber }: WakeUp): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const job = await this.jobs.find(manager, jobId);
    if (!job || !isDue(job, wakeNumber)) return;
    const inFlight = await this.tasks.findInFlight(manager, jobId);
    if (inFlight) return this.resolveInterrupted(job, inFlight);
    const tasks = await this.tasks.listOfJob(manager, jobId);
    const means = this.models.choose(tasks);
    if (!means) return this.failForWantOfMeans(job);
    const photo = await this.photoUrl(job, means);
    if (photo.kind === 'refused') return this.reportUploadRefusal(job, tasks, photo);
    const task = await this.start(job, means);
    if (task) await this.create(job, task, means, photo.url);
  }

  /** A row in flight from before: its writer still calls, or died between its commit and the answer's. */
  private async resolveInterrupted(job: Job, task: KieTask): Promise<HandlerResult> {
    const ageMs = Date.now() - task.createdAt.getTime();
    const callTimeMs = this.env.KIE_CREATE_TIMEOUT_MS + CREATING_GRACE_MS;
    if (task.state === 'creating' && ageMs < callTimeMs) return { againInMs: callTimeMs - ageMs };
    await this.reportUnknown(job, task, { text: 'the process ended during createTask' });
  }

  private async failForWantOfMeans(job: Job): Promise<void> {
    const report: Report = {
      kind: 'task_refused',
      action: 'fail',
      reason: 'billing',
      errorClass: 'billing',
      alternativesLeft: false,
    };
    await this.leaveQueueAndReport(job, report, { text: 'no key or model is left for this job' });
  }

  private async photoUrl(
    job: Job,
    means: TaskMeans,
  ): Promise<UploadOutcome | { kind: 'uploaded'; url: string }> {
    const now = Date.now();
    if (job.photoUrl && job.photoUrlExpiresAt && job.photoUrlExpiresAt.getTime() > now) {
      return { kind: 'uploaded', url: job.photoUrl };
    }
    if (!job.photoPath) throw new Error(`Job ${job.id} has no photo`);
    const { bytes, mimeType } = await this.photos.read(job.photoPath);
    const uploaded = await this.kie.uploadPhoto(means.key, { bytes, fileName: `${job.id}.jpg`, mimeType });
    if (uploaded.kind === 'uploaded') {
      const expiresAt = new Date(now + this.env.KIE_UPLOAD_LIFE_MS);
      await this.jobs.change(this.dataSource.manager, job, {
        photo_url: uploaded.url,
        photo_url_expires_at: expiresAt,
      });
    }
    return uploaded;
  }

  private async reportUploadRefusal(job: Job, tasks: readonly KieTask[], refusal: KieRefusal) {
    const retries = refusal.action === 'new_upload' ? { ...refusal, action: 'retry' as const } : refusal;
    const report = refusalReport('task_refused', retries, tasks, this.models);
    await this.leaveQueueAndReport(job, report, { upload: refusal });
  }

  /** A job that fails before its first task leaves the queue like any other, so that one rule decides about both. */
  private async leaveQueueAndReport(job: Job, report: Report, details: unknown): Promise<void> {
    const started = await this.transitions.report(
      job.id,
      { kind: 'creation_starting' },
      { wakeNumber: job.wakeNumber },
    );
    if (started.decision.kind !== 'start_task') return;
    await this.transitions.report(job.id, report, { wakeNumber: job.wakeNumber, details });
  }

  /** Commits the intent: the job is in work, and a task may exist from now on. Null when the job may not start one. */
  private async start(job: Job, means: TaskMeans): Promise<KieTask | null> {
    const id = randomUUID();
    const { decision } = await this.transitions.report(
      job.id,
      { kind: 'creation_starting' },
      {
        wakeNumber: job.wakeNumber,
        changes: { model: means.model.id },
        details: { model: means.model.id, key: means.key.fingerprint, task: id },
        alongside: async (manager, made) => {
          if (made.kind !== 'start_task') return;
          await this.tasks.insert(manager, {
            id,
            jobId: job.id,
            model: means.model.id,
            keyFingerprint: means.key.fingerprint,
            callbackExpected: this.env.PUBLIC_BASE_URL !== undefined,
            deadlineMs: this.env.KIE_TASK_DEADLINE_MS,
          });
        },
      },
    );
    return decision.kind === 'start_task' ? this.tasks.find(this.dataSource.manager, id) : null;
  }

  private async create(job: Job, task: KieTask, means: TaskMeans, photoUrl: string): Promise<void> {
    const outcome: CreateOutcome = await this.kie.createTask(means.key, {
      model: means.model.id,
      prompt: cutAtSentence(job.prompt ?? '', means.model.promptMaxLength),
      photoUrl,
      callbackUrl: callbackUrl(this.env, task.id),
    });
    if (outcome.kind === 'unknown') return this.reportUnknown(job, task, outcome);
    if (outcome.kind === 'accepted') {
      await this.transitions.report(
        job.id,
        { kind: 'task_accepted' },
        {
          wakeNumber: job.wakeNumber,
          details: { task: task.id, taskId: outcome.taskId },
          alongside: async (manager, decision) => {
            const { taskId } = outcome;
            // The job may have failed by its deadline meanwhile: the id is kept, in case the video still comes.
            const kept = decision.kind === 'generate' ? ('running' as const) : ('abandoned' as const);
            const from = decision.kind === 'generate' ? (['creating'] as const) : (['abandoned'] as const);
            await this.tasks.settle(manager, task.id, from, { state: kept, taskId });
          },
        },
      );
      return;
    }
    const earlier = await this.tasks.listOfJob(this.dataSource.manager, job.id);
    const refused = refusedOutcome(outcome);
    const report = refusalReport(
      'task_refused',
      outcome,
      withRefusal(earlier, task.id, refused.errorDetails),
      this.models,
    );
    await this.transitions.report(job.id, report, {
      wakeNumber: job.wakeNumber,
      details: refused.errorDetails,
      alongside: async (manager) => {
        await this.tasks.settle(manager, task.id, ['creating'], { ...refused, state: 'refused' });
      },
    });
  }

  private async reportUnknown(
    job: Job,
    task: KieTask,
    details: { text: string; raw?: unknown },
  ): Promise<void> {
    await this.transitions.report(
      job.id,
      { kind: 'task_unknown', callbackExpected: task.callbackExpected },
      {
        wakeNumber: job.wakeNumber,
        details,
        alongside: async (manager, decision) => {
          // Only a callback can bring this task back; without one it is written off as perhaps paid.
          const state = decision.kind === 'generate' ? 'unknown' : 'maybe_paid';
          await this.tasks.settle(manager, task.id, ['creating'], {
            state,
            errorText: details.text,
            errorDetails: details,
          });
        },
      },
    );
  }
}

function isDue(job: Job, wakeNumber: number): boolean {
  const open = job.status === 'queued' || job.status === 'processing';
  return open && job.step === 'create' && job.wakeNumber === wakeNumber;
}

function withRefusal(tasks: readonly KieTask[], id: string, errorDetails: unknown): KieTask[] {
  return tasks.map((task) => (task.id === id ? Object.assign(task, { errorDetails }) : task));
}
