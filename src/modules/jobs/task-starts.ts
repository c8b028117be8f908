import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import { JobTransitions, type ReportExtras } from './job-transitions.js';
import { taskDeadlineMs } from './job-lifecycle.rules.js';
import type { Job } from './job.entity.js';
import type { LockedJob } from './jobs.repository.js';
import type { KieTask } from './kie-task.entity.js';
import { KieTasksRepository, type NewKieTask } from './kie-tasks.repository.js';
import type { TaskMeans } from './video-models.js';

/** Lets a job leave the queue and writes its task down, before anybody calls KIE. */
@Injectable()
export class TaskStarts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: KieTasksRepository,
    private readonly transitions: JobTransitions,
    private readonly env: Env,
  ) {}

  /** Commits the intent: the job is in work, and a task may exist from now on. Null when the job may not start one. */
  async start(job: Job, means: TaskMeans): Promise<KieTask | null> {
    const task = this.draft(job, means);
    const started = await this.leaveQueue(job, {
      changes: { model: task.model },
      details: { model: task.model, key: task.keyFingerprint, task: task.id },
      alongside: async (manager, made, locked) => {
        if (made.kind === 'start_task') await this.tasks.insert(manager, task, this.deadlineOf(locked));
      },
    });
    return started ? this.tasks.find(this.dataSource.manager, task.id) : null;
  }

  /** A job that fails before its first task leaves the queue like any other, so that one rule decides about both. */
  async leaveQueue(job: Job, extras: ReportExtras = {}): Promise<boolean> {
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

  /** Two processes may have the same wake-up in hand; one of them makes the task. */
  readonly noTaskInFlight = async (manager: EntityManager, { job }: LockedJob): Promise<boolean> =>
    (await this.tasks.findInFlight(manager, job.id)) === null;

  /** A task as it will be written down. */
  draft(job: Job, means: TaskMeans): NewKieTask {
    return {
      id: randomUUID(),
      jobId: job.id,
      model: means.model.id,
      keyFingerprint: means.key.fingerprint,
      creditsListed: means.model.kieCreditsPerVideo,
      callbackExpected: this.env.PUBLIC_BASE_URL !== undefined,
    };
  }

  /** By when a task that is written down now must be over. */
  deadlineOf({ job: { status, deadlineAt }, nowMs }: LockedJob): Date {
    const durations = { taskMs: this.env.KIE_TASK_DEADLINE_MS, jobMs: this.env.JOB_DEADLINE_MS };
    return new Date(taskDeadlineMs({ status, deadlineAtMs: deadlineAt.getTime() }, durations, nowMs));
  }
}
