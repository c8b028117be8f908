import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logger, type HandlerResult } from '../../platform/index.js';
import { JobsRepository } from './jobs.repository.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { TaskReadings } from './task-readings.js';
import type { WakeUp } from './wake-ups.queue.js';

/** The step `generate`, by the clock: reads the task, reports, and comes back later while it runs. */
@Injectable()
export class PollTaskService {
  private readonly log = logger('poll-task');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly tasks: KieTasksRepository,
    private readonly readings: TaskReadings,
  ) {}

  async run({ jobId, wakeNumber }: WakeUp): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    // In this order: a task ends together with its job's step, perhaps between the two looks.
    const task = await this.tasks.findInFlight(manager, jobId);
    const job = await this.jobs.find(manager, jobId);
    if (job?.status !== 'processing' || job.step !== 'generate' || job.wakeNumber !== wakeNumber) return;
    if (!task) {
      this.log.error({ jobId }, 'A job waits for a task that is not in flight; its deadline will end it');
      return;
    }
    const reading = task.taskId ? await this.readings.read(task, task.taskId) : null;
    const { decision } = await this.readings.report(job, task, reading, wakeNumber);
    return decision.kind === 'wait' ? { againInMs: decision.againInMs } : undefined;
  }
}
