import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, type HandlerResult } from '../../platform/index.js';
import type { TaskReading } from '../kie/index.js';
import { callbackUrl } from './callback-url.js';
import { JobsRepository } from './jobs.repository.js';
import type { KieCallback } from './kie-callback.entity.js';
import { KieCallbacksRepository } from './kie-callbacks.repository.js';
import type { KieTask } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { AWAITED, TaskReadings } from './task-readings.js';
import type { CallbackToCheck } from './wake-ups.queue.js';

/**
 * The step `generate`, by a callback: its body is not believed. Reads the task that it named; a task whose id we lack is adopted
 * only if KIE says that it was made for this very row. So even a job that is over gets its late video.
 */
@Injectable()
export class CheckCallbackService {
  private readonly log = logger('check-callback');

  constructor(
    private readonly dataSource: DataSource,
    private readonly callbacks: KieCallbacksRepository,
    private readonly tasks: KieTasksRepository,
    private readonly jobs: JobsRepository,
    private readonly readings: TaskReadings,
    private readonly env: Env,
  ) {}

  async run({ callbackId }: CallbackToCheck): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const callback = await this.callbacks.findOpen(manager, callbackId);
    if (!callback) return;
    if (await this.isAnswered(callback)) {
      // It came again meanwhile, and may tell of what was not to be seen yet.
      return (await this.callbacks.settle(manager, callback)) ? undefined : { againInMs: 1 };
    }
    const againInMs = this.env.KIE_POLL_INTERVAL_MS;
    const kept = await this.callbacks.postpone(manager, callback, {
      againInMs,
      lifeMs: this.env.KIE_CALLBACK_LIFE_MS,
    });
    return kept ? { againInMs } : undefined;
  }

  /** Whether nothing more is to be learnt from it now. */
  private async isAnswered(callback: KieCallback): Promise<boolean> {
    const { manager } = this.dataSource;
    const task = await this.tasks.find(manager, callback.kieTaskId);
    if (!task || !AWAITED.includes(task.state)) return true;
    const taskId = task.taskId ?? callback.claimedTaskId;
    const job = await this.jobs.find(manager, task.jobId);
    if (!taskId || !job) return true;
    const reading = await this.readings.read(task, taskId);
    if (reading.kind === 'unreadable' || reading.kind === 'not_yet') {
      const line = { jobId: task.jobId, task: task.id, reading: reading.kind };
      this.log.warn(line, 'A callback was not confirmed');
      return false;
    }
    if (!task.taskId && !this.isOurs(task, reading)) {
      this.log.warn({ jobId: job.id, task: task.id }, 'A callback named a task that was not made for it');
      return true;
    }
    await this.readings.report(job, { ...task, taskId }, reading);
    // A job that is over is polled no more: its callback is all that can still tell of the video.
    return reading.kind !== 'running' || task.state !== 'abandoned';
  }

  private isOurs(task: KieTask, reading: TaskReading): boolean {
    const param = 'param' in reading ? reading.param : null;
    return param?.callbackUrl !== undefined && param.callbackUrl === callbackUrl(this.env, task.id);
  }
}
