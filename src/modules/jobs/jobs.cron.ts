import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Env, logger } from '../../platform/index.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps } from './job-wake-ups.js';
import { JobsRepository } from './jobs.repository.js';

const TICK_MS = 5_000;
const ROWS_PER_TICK_MAX = 500;

/** The safety net under every video: what is past its deadline fails with its refund, and what lost its wake-up is woken. */
@Injectable()
export class JobsCron {
  private readonly log = logger('jobs-cron');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly transitions: JobTransitions,
    private readonly wakeUps: JobWakeUps,
    private readonly env: Env,
  ) {}

  /** Stuck jobs: reads `deadline_at` on the database's clock and nothing else. */
  @Interval(TICK_MS)
  async failStuck(): Promise<void> {
    await this.guarded('stuck jobs', async () => {
      for (const jobId of await this.jobs.listPastDeadline(this.dataSource.manager, ROWS_PER_TICK_MAX)) {
        await this.transitions.report(jobId, { kind: 'deadline_passed' });
      }
    });
  }

  /** Lost wake-ups: the queue forgot them, or never got them. */
  @Interval(TICK_MS)
  async wakeLost(): Promise<void> {
    await this.guarded('lost wake-ups', async () => {
      const { manager } = this.dataSource;
      const lost = await this.jobs.renumberOverdue(
        manager,
        this.env.JOB_WAKE_LOST_AFTER_MS,
        ROWS_PER_TICK_MAX,
      );
      for (const job of lost) await this.wakeUps.wake(job.id, job.step, job.wakeNumber);
      if (lost.length > 0) this.log.warn({ lost: lost.length }, 'Lost wake-ups were found');
    });
  }

  private async guarded(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn({ err: error }, `The look for ${what} failed; the next one comes in ${TICK_MS} ms`);
    }
  }
}
