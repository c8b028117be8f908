import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, type HandlerResult } from '../../platform/index.js';
import { KieClient, KieKeys, type TaskReading } from '../kie/index.js';
import { callbackUrl } from './callback-url.js';
import { JobTransitions, type Applied } from './job-transitions.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import { refusalReport, refusedOutcome } from './kie-reports.rules.js';
import type { KieTask, KieTaskState } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { decidePollDelay } from './polling.rules.js';
import { VideoModels } from './video-models.js';
import type { CallbackHint, WakeUp } from './wake-ups.queue.js';

/** A task may become a video as long as it is in one of these states. */
const AWAITED: readonly KieTaskState[] = ['creating', 'unknown', 'running', 'abandoned'];

/** A task in flight and the id that KIE knows it by. */
interface ReadableTask {
  task: KieTask;
  taskId: string;
}

/** The step `generate`: asks KIE how a task is, because a poll is due or because a callback named it. */
@Injectable()
export class ReadTaskService {
  private readonly log = logger('read-task');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly tasks: KieTasksRepository,
    private readonly transitions: JobTransitions,
    private readonly kie: KieClient,
    private readonly keys: KieKeys,
    private readonly models: VideoModels,
    private readonly env: Env,
  ) {}

  /** A poll: reads, reports, and comes back later while the task runs. */
  async poll({ jobId, wakeNumber }: WakeUp): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const job = await this.jobs.find(manager, jobId);
    if (job?.status !== 'processing' || job.step !== 'generate' || job.wakeNumber !== wakeNumber) return;
    const task = await this.tasks.findInFlight(manager, jobId);
    if (!task) {
      this.log.error({ jobId }, 'A job waits for a task that is not in flight; its deadline will end it');
      return;
    }
    const reading = task.taskId ? await this.read({ task, taskId: task.taskId }) : null;
    const { decision } = await this.report(job, task, reading, wakeNumber);
    return decision.kind === 'wait' ? { againInMs: decision.againInMs } : undefined;
  }

  /**
   * A callback: its body is not believed. Reads the task that it named; a task whose id we lack is adopted only if KIE says
   * that it was made for this very row.
   */
  async check({ taskRowId, claimedTaskId }: CallbackHint): Promise<HandlerResult> {
    const task = await this.tasks.find(this.dataSource.manager, taskRowId);
    if (!task || !AWAITED.includes(task.state)) return;
    const taskId = task.taskId ?? claimedTaskId;
    const job = await this.jobs.find(this.dataSource.manager, task.jobId);
    if (!taskId || !job) return;
    const reading = await this.read({ task, taskId });
    if (task.taskId) {
      await this.report(job, task, reading);
      return;
    }
    if (reading.kind === 'unreadable' || reading.kind === 'not_yet') return this.askAgain(task, reading);
    if (this.isOurs(task, reading)) await this.report(job, { ...task, taskId }, reading);
    else this.log.warn({ jobId: job.id, task: task.id }, 'A callback named a task that was not made for it');
  }

  /** The callback may be all that is left of a task whose id was lost: the hint is kept while the task may still end. */
  private async askAgain(task: KieTask, reading: TaskReading): Promise<HandlerResult> {
    this.log.warn(
      { jobId: task.jobId, task: task.id, reading: reading.kind },
      'A callback was not confirmed',
    );
    const leftMs = await this.tasks.leftMs(this.dataSource.manager, task.id);
    return leftMs > 0 ? { againInMs: this.env.KIE_POLL_INTERVAL_MS } : undefined;
  }

  private async read({ task, taskId }: ReadableTask): Promise<TaskReading> {
    const key = this.keys.byFingerprint(task.keyFingerprint);
    if (!key)
      return {
        kind: 'unreadable',
        text: `key ${task.keyFingerprint} is not configured any more`,
        code: null,
      };
    return this.kie.readTask(key, { model: task.model, taskId });
  }

  private isOurs(task: KieTask, reading: TaskReading): boolean {
    const param = 'param' in reading ? reading.param : null;
    return param?.callbackUrl !== undefined && param.callbackUrl === callbackUrl(this.env, task.id);
  }

  private async report(
    job: Job,
    task: KieTask,
    reading: TaskReading | null,
    wakeNumber?: number,
  ): Promise<Applied> {
    switch (reading?.kind) {
      case 'succeeded':
        return this.reportSuccess(job, task, reading, wakeNumber);
      case 'failed':
        return this.reportFailure(job, task, reading, wakeNumber);
      case undefined:
      case 'running':
      case 'not_yet':
      case 'unreadable':
        return this.reportRunning(job, task, reading, wakeNumber);
    }
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
    const refused = refusedOutcome(reading);
    const earlier = await this.tasks.listOfJob(this.dataSource.manager, job.id);
    const known = earlier.map((one) =>
      one.id === task.id ? { ...one, errorDetails: refused.errorDetails } : one,
    );
    return this.transitions.report(job.id, refusalReport('task_failed', reading, known, this.models), {
      wakeNumber,
      details: refused.errorDetails,
      alongside: async (manager) => {
        const { creditsConsumed } = reading;
        const taskId = task.taskId ?? undefined;
        await this.tasks.settle(manager, task.id, AWAITED, {
          ...refused,
          state: 'failed',
          taskId,
          creditsConsumed,
        });
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
        quiet: true,
        alongside: async (manager) => {
          // Known from now on: a callback told us its id before the creation's own answer did.
          if (task.taskId) await this.tasks.learnTaskId(manager, task.id, task.taskId);
        },
      },
    );
  }
}
