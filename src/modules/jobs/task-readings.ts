import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, Metrics } from '../../platform/index.js';
import { KieClient, KieKeys, type TaskReading } from '../kie/index.js';
import { JobTransitions, type Applied, type ReportExtras } from './job-transitions.js';
import type { Job } from './job.entity.js';
import { STEP_SECONDS } from './jobs.metrics.js';
import type { KieTask, KieTaskState } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { decidePollDelay } from './polling.rules.js';
import { TaskRefusals } from './task-refusals.js';

/** A task may become a video as long as it is in one of these states. */
export const AWAITED: readonly KieTaskState[] = ['creating', 'unknown', 'running', 'abandoned'];

/** Reads tasks at KIE and reports what they say, for polls and callbacks alike. */
@Injectable()
export class TaskReadings {
  private readonly log = logger('task-readings');

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: KieTasksRepository,
    private readonly transitions: JobTransitions,
    private readonly kie: KieClient,
    private readonly keys: KieKeys,
    private readonly refusals: TaskRefusals,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  /** Asks KIE how a task is, with the key that made it. */
  async read(task: KieTask, taskId: string): Promise<TaskReading> {
    const key = this.keys.byFingerprint(task.keyFingerprint);
    if (!key)
      return {
        kind: 'unreadable',
        text: `key ${task.keyFingerprint} is not configured any more`,
        code: null,
      };
    return this.kie.readTask(key, { model: task.model, taskId });
  }

  /** Reports what a reading says; a null one, of a task whose id is not known yet, says that time has passed. */
  async report(job: Job, task: KieTask, reading: TaskReading | null, wakeNumber?: number): Promise<Applied> {
    switch (reading?.kind) {
      case 'succeeded':
        return this.ended(task, 'done', await this.reportSuccess(job, task, reading, wakeNumber));
      case 'failed':
        return this.ended(task, 'failed', await this.reportFailure(job, task, reading, wakeNumber));
      case undefined:
      case 'running':
      case 'not_yet':
      case 'unreadable':
        return this.reportRunning(job, task, reading, wakeNumber);
    }
  }

  /** Measured where the end was news: several may read it. */
  private ended(task: KieTask, outcome: 'done' | 'failed', applied: Applied): Applied {
    if (applied.decision.kind !== 'ignore') {
      const seconds = Math.max(0, Date.now() - task.createdAt.getTime()) / 1000;
      this.metrics.observe(STEP_SECONDS, { step: 'generate', outcome }, seconds);
    }
    return applied;
  }

  private reportSuccess(
    job: Job,
    task: KieTask,
    reading: Extract<TaskReading, { kind: 'succeeded' }>,
    wakeNumber?: number,
  ): Promise<Applied> {
    const resultUrl = reading.resultUrls[0] ?? '';
    const { creditsConsumed, raw } = reading;
    return this.transitions.report(
      job.id,
      { kind: 'task_succeeded', resultUrl },
      {
        wakeNumber,
        precondition: this.stillAwaited(task),
        details: { task: task.id, creditsConsumed },
        alongside: async (manager) => {
          const outcome = {
            taskId: task.taskId ?? undefined,
            resultUrl,
            creditsConsumed,
            errorDetails: { raw },
          };
          await this.tasks.settle(manager, task.id, AWAITED, { state: 'succeeded', ...outcome });
        },
      },
    );
  }

  private async reportFailure(
    job: Job,
    task: KieTask,
    reading: Extract<TaskReading, { kind: 'failed' }>,
    wakeNumber?: number,
  ): Promise<Applied> {
    const { outcome, report } = await this.refusals.judge('task_failed', { job, task }, reading);
    return this.transitions.report(job.id, report, {
      wakeNumber,
      precondition: this.stillAwaited(task),
      details: outcome.errorDetails,
      alongside: async (manager) => {
        const { creditsConsumed } = reading;
        const taskId = task.taskId ?? undefined;
        await this.tasks.settle(manager, task.id, AWAITED, { ...outcome, taskId, creditsConsumed });
        await this.refusals.takeOutOfUse(manager, task, reading);
      },
    });
  }

  private async reportRunning(
    job: Job,
    task: KieTask,
    reading: TaskReading | null,
    wakeNumber?: number,
  ): Promise<Applied> {
    if (reading?.kind === 'unreadable')
      this.log.warn({ jobId: job.id, reading }, 'KIE did not tell about a task');
    const ageMs = await this.tasks.ageMs(this.dataSource.manager, task.id);
    const askAgainInMs = decidePollDelay(ageMs, task.callbackExpected, {
      intervalMs: this.env.KIE_POLL_INTERVAL_MS,
      slowAfterMs: this.env.KIE_POLL_SLOW_AFTER_MS,
      slowIntervalMs: this.env.KIE_POLL_SLOW_INTERVAL_MS,
      callbackIntervalMs: this.env.KIE_POLL_CALLBACK_INTERVAL_MS,
    });
    return this.transitions.report(
      job.id,
      { kind: 'task_running', taskDeadlineAtMs: task.deadlineAt.getTime(), askAgainInMs },
      {
        wakeNumber,
        precondition: this.stillAwaited(task),
        quiet: true,
        alongside: async (manager) => {
          // Known from now on: a callback told us its id before the creation's own answer did.
          if (task.taskId) await this.tasks.learnTaskId(manager, task.id, task.taskId);
        },
      },
    );
  }

  /** Several may read one task at the same moment; what the second says is old, and the job may wait for another by then. */
  private stillAwaited({ id }: KieTask): NonNullable<ReportExtras['precondition']> {
    return async (manager) => {
      const task = await this.tasks.find(manager, id);
      return task !== null && AWAITED.includes(task.state);
    };
  }
}
