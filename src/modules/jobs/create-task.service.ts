import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, Metrics, startTimer, type HandlerResult } from '../../platform/index.js';
import { KieClient, KieCreationSlots, KieInputError, type CreateOutcome } from '../kie/index.js';
import { cutAtSentence } from '../prompts/index.js';
import { callbackUrl } from './callback-url.js';
import { CreationReports, NOTE_FOR_MS } from './creation-reports.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import { STEP_SECONDS } from './jobs.metrics.js';
import { ownRefusal } from './kie-reports.rules.js';
import type { KieTask } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { PhotoLinks } from './photo-links.js';
import { TaskStarts } from './task-starts.js';
import { VideoModels, type TaskMeans } from './video-models.js';
import type { WakeUp } from './wake-ups.queue.js';

/** Reading the photo, which may be far away, and composing it. */
const PHOTO_MS = 30_000;
/** How much longer than its calls a step may take before its process must be dead. */
const GRACE_MS = 5_000;

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
    private readonly starts: TaskStarts,
    private readonly reports: CreationReports,
    private readonly kie: KieClient,
    private readonly slots: KieCreationSlots,
    private readonly photos: PhotoLinks,
    private readonly models: VideoModels,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  async run({ jobId, wakeNumber }: WakeUp): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const { KIE_UPLOAD_TIMEOUT_MS, KIE_CREATE_TIMEOUT_MS } = this.env;
    const leaseMs = PHOTO_MS + KIE_UPLOAD_TIMEOUT_MS + KIE_CREATE_TIMEOUT_MS + NOTE_FOR_MS + GRACE_MS;
    const job = await this.jobs.beginStep(manager, { jobId, step: 'create', wakeNumber, leaseMs });
    if (!job) return;
    const inFlight = await this.tasks.findInFlight(manager, jobId);
    if (inFlight) return this.resolveInterrupted(job, inFlight);
    const tasks = await this.tasks.listOfJob(manager, jobId);
    const left = await this.models.means(manager, job);
    const means = left.choose(tasks);
    if (!means) return this.reports.withoutMeans(job, left.lacksKey(tasks));
    const photo = await this.photos.linkOf(job, means);
    if (photo.kind === 'lost') return this.reports.withoutPhoto(job);
    if (photo.kind === 'refused') return this.reports.uploadRefused(job, means, photo.refusal);
    // The last moment at which it can be put back: nothing is written down yet, and nobody waits inside a worker.
    const slot = await this.slots.take(manager);
    if (slot.kind === 'none') return { againInMs: slot.againInMs };
    const task = await this.starts.start(job, means);
    // What KIE has answered is noted before anything else, the database may be away by now.
    if (task) await this.create(job, task, means, photo.url);
    await this.slots.release(manager, slot.leaseUntil);
  }

  /** A row in flight from before: its writer still calls, or died between its commit and the answer's. */
  private async resolveInterrupted(job: Job, task: KieTask): Promise<HandlerResult> {
    const ageMs = await this.tasks.ageMs(this.dataSource.manager, task.id);
    const callTimeMs = this.env.KIE_CREATE_TIMEOUT_MS + GRACE_MS;
    if (task.state === 'creating' && ageMs < callTimeMs) return { againInMs: callTimeMs - ageMs };
    await this.reports.unknown(job, task, { text: 'the process ended during createTask' });
  }

  private async create(job: Job, task: KieTask, means: TaskMeans, photoUrl: string): Promise<void> {
    const timer = startTimer();
    const outcome = await this.callKie(job, task, means, photoUrl);
    const ended = outcome.kind === 'accepted' ? 'done' : 'failed';
    this.metrics.observe(STEP_SECONDS, { step: 'create', outcome: ended }, timer());
    switch (outcome.kind) {
      case 'accepted':
        return this.reports.accepted(job, task, outcome.taskId);
      case 'refused':
        return this.reports.refused(job, task, outcome);
      case 'unknown':
        return this.reports.unknown(job, task, outcome);
    }
  }

  private async callKie(
    job: Job,
    task: KieTask,
    { key, model }: TaskMeans,
    photoUrl: string,
  ): Promise<CreateOutcome> {
    const prompt = cutAtSentence(job.prompt ?? '', model.promptMaxLength);
    try {
      const callback = callbackUrl(this.env, task.id);
      return await this.kie.createTask(key, { model: model.id, prompt, photoUrl, callbackUrl: callback });
    } catch (error) {
      // A request that we built wrongly was never sent.
      if (error instanceof KieInputError) return { kind: 'refused', ...ownRefusal(error.message) };
      throw error;
    }
  }
}
