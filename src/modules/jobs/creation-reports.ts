import { Injectable } from '@nestjs/common';
import type { ErrorClass, KieRefusal } from '../kie/index.js';
import { insist } from './insist.js';
import { JobTransitions } from './job-transitions.js';
import type { FailureReason, Report } from './job-lifecycle.types.js';
import type { Job } from './job.entity.js';
import type { KieTask } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { TaskRefusals } from './task-refusals.js';
import { TaskStarts } from './task-starts.js';
import type { TaskMeans } from './video-models.js';

/** For how long an id that KIE gave is tried to be noted. */
export const NOTE_FOR_MS = 20_000;

/** What comes of the attempt to make a task, as reports with all that belongs to them. */
@Injectable()
export class CreationReports {
  constructor(
    private readonly tasks: KieTasksRepository,
    private readonly transitions: JobTransitions,
    private readonly starts: TaskStarts,
    private readonly refusals: TaskRefusals,
  ) {}

  /** The id is kept whatever became of the job meanwhile: the video may still come. */
  async accepted(job: Job, task: KieTask, taskId: string): Promise<void> {
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

  /** KIE made no task, and says why. */
  async refused(job: Job, task: KieTask, refusal: KieRefusal): Promise<void> {
    const { outcome, report } = await this.refusals.judge('task_refused', { job, task }, refusal);
    await this.transitions.report(job.id, report, {
      wakeNumber: job.wakeNumber,
      details: outcome.errorDetails,
      alongside: async (manager) => {
        await this.tasks.settle(manager, task.id, ['creating'], outcome);
        await this.refusals.takeOutOfUse(manager, task, refusal);
      },
    });
  }

  /** Kept as a task that was refused: so that a key which may not upload is not chosen again for this job. */
  async uploadRefused(job: Job, means: TaskMeans, refusal: KieRefusal): Promise<void> {
    if (!(await this.starts.leaveQueue(job))) return;
    const action = refusal.action === 'new_upload' ? 'retry' : refusal.action;
    const ofUpload = { ...refusal, action, text: `upload: ${refusal.text}` } as const;
    const task = this.starts.draft(job, means);
    const { outcome, report } = await this.refusals.judge('task_refused', { job, task }, ofUpload);
    await this.transitions.report(job.id, report, {
      wakeNumber: job.wakeNumber,
      details: outcome.errorDetails,
      precondition: this.starts.noTaskInFlight,
      alongside: async (manager, _decision, locked) => {
        await this.tasks.insert(manager, task, this.starts.deadlineOf(locked));
        await this.tasks.settle(manager, task.id, ['creating'], outcome);
        await this.refusals.takeOutOfUse(manager, task, refusal);
      },
    });
  }

  /** Whether KIE made a task is not known. */
  async unknown(job: Job, task: KieTask, details: { text: string; raw?: unknown }): Promise<void> {
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

  /** No key or no model is left to make a task with. */
  async withoutMeans(job: Job, lacksKey: boolean): Promise<void> {
    const lack = lacksKey
      ? ({ reason: 'billing', errorClass: 'billing' } as const)
      : ({ reason: 'temporary', errorClass: null } as const);
    await this.failBeforeTask(job, lack, `no ${lacksKey ? 'key' : 'model'} is left for this job`);
  }

  /** The photo is gone, or damaged on its disk: that will not change by waiting. */
  async withoutPhoto(job: Job): Promise<void> {
    const lack = { reason: 'photo_lost', errorClass: null } as const;
    await this.failBeforeTask(job, lack, 'the photo cannot be read any more');
  }

  private async failBeforeTask(
    job: Job,
    failure: { reason: FailureReason; errorClass: ErrorClass | null },
    text: string,
  ): Promise<void> {
    if (!(await this.starts.leaveQueue(job))) return;
    const report: Report = { kind: 'task_refused', action: 'fail', ...failure, alternativesLeft: false };
    await this.transitions.report(job.id, report, {
      wakeNumber: job.wakeNumber,
      details: { text },
      precondition: this.starts.noTaskInFlight,
    });
  }
}
