import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, type HandlerResult } from '../../platform/index.js';
import { KieClient, KieInputError, KieKeyHealth, type CreateOutcome, type KieRefusal } from '../kie/index.js';
import { cutAtSentence } from '../prompts/index.js';
import { callbackUrl } from './callback-url.js';
import { JobTransitions, type ReportExtras } from './job-transitions.js';
import { taskDeadlineMs } from './job-lifecycle.rules.js';
import type { Report } from './job-lifecycle.types.js';
import type { Job } from './job.entity.js';
import { JobsRepository, type LockedJob } from './jobs.repository.js';
import type { KieTask } from './kie-task.entity.js';
import { insist } from './insist.js';
import { KieTasksRepository, type NewKieTask } from './kie-tasks.repository.js';
import { ownRefusal, refusalReport, refusedOutcome } from './kie-reports.rules.js';
import { PhotoLinks } from './photo-links.js';
import { VideoModels, type TaskMeans } from './video-models.js';
import type { WakeUp } from './wake-ups.queue.js';

/** How much longer than its calls a step may take before its process must be dead. */
const GRACE_MS = 5_000;
/** For how long an id that KIE gave is tried to be noted. */
const NOTE_FOR_MS = 20_000;

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
    private readonly photos: PhotoLinks,
    private readonly models: VideoModels,
    private readonly health: KieKeyHealth,
    private readonly env: Env,
  ) {}

  async run({ jobId, wakeNumber }: WakeUp): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const leaseMs = this.env.KIE_UPLOAD_TIMEOUT_MS + this.env.KIE_CREATE_TIMEOUT_MS + NOTE_FOR_MS + GRACE_MS;
    const job = await this.jobs.beginStep(manager, { jobId, step: 'create', wakeNumber, leaseMs });
    if (!job) return;
    const inFlight = await this.tasks.findInFlight(manager, jobId);
    if (inFlight) return this.resolveInterrupted(job, inFlight);
    const tasks = await this.tasks.listOfJob(manager, jobId);
    const left = await this.models.means(manager);
    const means = left.choose(tasks);
    if (!means) return this.failForWantOfMeans(job, left.lacksKey(tasks));
    const photo = await this.photos.linkOf(job, means.key);
    if (photo.kind === 'refused') return this.reportUploadRefusal(job, means, photo.refusal);
    const task = await this.start(job, means);
    if (task) await this.create(job, task, means, photo.url);
  }

  /** A row in flight from before: its writer still calls, or died between its commit and the answer's. */
  private async resolveInterrupted(job: Job, task: KieTask): Promise<HandlerResult> {
    const ageMs = await this.tasks.ageMs(this.dataSource.manager, task.id);
    const callTimeMs = this.env.KIE_CREATE_TIMEOUT_MS + GRACE_MS;
    if (task.state === 'creating' && ageMs < callTimeMs) return { againInMs: callTimeMs - ageMs };
    await this.reportUnknown(job, task, { text: 'the process ended during createTask' });
  }

  private async failForWantOfMeans(job: Job, lacksKey: boolean): Promise<void> {
    const lack = lacksKey
      ? ({ reason: 'billing', errorClass: 'billing' } as const)
      : ({ reason: 'temporary', errorClass: null } as const);
    const report: Report = { kind: 'task_refused', action: 'fail', ...lack, alternativesLeft: false };
    const details = { text: `no ${lacksKey ? 'key' : 'model'} is left for this job` };
    if (await this.leaveQueue(job)) {
      const { wakeNumber } = job;
      await this.transitions.report(job.id, report, {
        wakeNumber,
        details,
        precondition: this.noTaskInFlight,
      });
    }
  }

  /** Kept as a task that was refused: so that a key which may not upload is not chosen again for this job. */
  private async reportUploadRefusal(job: Job, means: TaskMeans, refusal: KieRefusal): Promise<void> {
    const { manager } = this.dataSource;
    if (!(await this.leaveQueue(job))) return;
    const left = await this.models.means(manager);
    const action = refusal.action === 'new_upload' ? 'retry' : refusal.action;
    const refused = refusedOutcome({ ...refusal, action, text: `upload: ${refusal.text}` });
    const task = this.taskOf(job, means);
    const known = [
      ...(await this.tasks.listOfJob(manager, job.id)),
      { ...task, state: 'refused' as const, errorDetails: refused.errorDetails },
    ];
    await this.transitions.report(
      job.id,
      refusalReport('task_refused', { ...refusal, action }, known, left),
      {
        wakeNumber: job.wakeNumber,
        details: refused.errorDetails,
        precondition: this.noTaskInFlight,
        alongside: async (em, _decision, locked) => {
          await this.tasks.insert(em, task, this.deadlineOf(locked));
          await this.tasks.settle(em, task.id, ['creating'], { ...refused, state: 'refused' });
          await this.parkKey(em, task.keyFingerprint, refusal);
        },
      },
    );
  }

  /** Two processes may have the same wake-up in hand; one of them makes the task. */
  private readonly noTaskInFlight = async (manager: EntityManager, { job }: LockedJob): Promise<boolean> =>
    (await this.tasks.findInFlight(manager, job.id)) === null;

  /** A job that fails before its first task leaves the queue like any other, so that one rule decides about both. */
  private async leaveQueue(job: Job, extras: ReportExtras = {}): Promise<boolean> {
    const { decision } = await this.transitions.report(
      job.id,
      { kind: 'creation_starting' },
      {
        wakeNumber: job.wakeNumber,
        precondition: this.noTaskInFlight,
        ...extras,
      },
    );
    return decision.kind === 'start_task';
  }

  /** Commits the intent: the job is in work, and a task may exist from now on. Null when the job may not start one. */
  private async start(job: Job, means: TaskMeans): Promise<KieTask | null> {
    const task = this.taskOf(job, means);
    const started = await this.leaveQueue(job, {
      changes: { model: task.model },
      details: { model: task.model, key: task.keyFingerprint, task: task.id },
      alongside: async (manager, made, locked) => {
        if (made.kind === 'start_task') await this.tasks.insert(manager, task, this.deadlineOf(locked));
      },
    });
    return started ? this.tasks.find(this.dataSource.manager, task.id) : null;
  }

  private deadlineOf({ job: { status, deadlineAt }, nowMs }: LockedJob): Date {
    const durations = { taskMs: this.env.KIE_TASK_DEADLINE_MS, jobMs: this.env.JOB_DEADLINE_MS };
    return new Date(taskDeadlineMs({ status, deadlineAtMs: deadlineAt.getTime() }, durations, nowMs));
  }

  private taskOf(job: Job, means: TaskMeans): NewKieTask {
    return {
      id: randomUUID(),
      jobId: job.id,
      model: means.model.id,
      keyFingerprint: means.key.fingerprint,
      callbackExpected: this.env.PUBLIC_BASE_URL !== undefined,
    };
  }

  private async create(job: Job, task: KieTask, means: TaskMeans, photoUrl: string): Promise<void> {
    const outcome = await this.callKie(job, task, means, photoUrl);
    switch (outcome.kind) {
      case 'accepted':
        return this.reportAccepted(job, task, outcome.taskId);
      case 'refused':
        return this.reportRefused(job, task, outcome);
      case 'unknown':
        return this.reportUnknown(job, task, outcome);
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

  /** The id is kept whatever became of the job meanwhile: the video may still come. */
  private async reportAccepted(job: Job, task: KieTask, taskId: string): Promise<void> {
    const note = () =>
      this.transitions.report(
        job.id,
        { kind: 'task_accepted' },
        {
          details: { task: task.id, taskId },
          precondition: async (manager) =>
            (await this.tasks.learnTaskId(manager, task.id, taskId)) === 'running',
        },
      );
    await insist(performance.now() + NOTE_FOR_MS, note);
  }

  private async reportRefused(job: Job, task: KieTask, refusal: KieRefusal): Promise<void> {
    const { manager } = this.dataSource;
    const refused = refusedOutcome(refusal);
    const left = await this.models.means(manager);
    const earlier = await this.tasks.listOfJob(manager, job.id);
    const known = earlier.map((one) =>
      one.id === task.id ? { ...one, state: 'refused' as const, errorDetails: refused.errorDetails } : one,
    );
    await this.transitions.report(job.id, refusalReport('task_refused', refusal, known, left), {
      wakeNumber: job.wakeNumber,
      details: refused.errorDetails,
      alongside: async (em) => {
        await this.tasks.settle(em, task.id, ['creating'], { ...refused, state: 'refused' });
        await this.parkKey(em, task.keyFingerprint, refusal);
      },
    });
  }

  /** A refusal for the key's own sake concerns every job. */
  private async parkKey(manager: EntityManager, fingerprint: string, refusal: KieRefusal): Promise<void> {
    if (refusal.action === 'next_key') await this.health.park(manager, fingerprint, refusal);
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
