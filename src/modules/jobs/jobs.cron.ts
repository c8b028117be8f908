import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger } from '../../platform/index.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps } from './job-wake-ups.js';
import { JobsRepository } from './jobs.repository.js';
import { KieCallbacksRepository } from './kie-callbacks.repository.js';

const ROWS_PER_TICK_MAX = 500;

/** The safety net under every video: what is past its deadline fails with its refund, and whatever lost its bell is woken. */
@Injectable()
export class JobsCron extends Cron {
  protected readonly name = 'stuck-jobs';
  private readonly log = logger('jobs-cron');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly callbacks: KieCallbacksRepository,
    private readonly transitions: JobTransitions,
    private readonly wakeUps: JobWakeUps,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const failed = (err: unknown) => this.log.warn({ err }, 'A look failed; the next one comes soon');
    await this.failStuck().catch(failed);
    await this.wakeLost().catch(failed);
    await this.wakeLostCallbacks().catch(failed);
    await this.unparkReturned().catch(failed);
  }

  /** Reads `deadline_at` on the database's clock and nothing else. One job that cannot be ended holds up no other. */
  private async failStuck(): Promise<void> {
    for (const jobId of await this.jobs.listPastDeadline(this.dataSource.manager, ROWS_PER_TICK_MAX)) {
      try {
        await this.transitions.report(jobId, { kind: 'deadline_passed' });
      } catch (error) {
        this.log.error({ err: error, jobId }, 'A stuck job could not be ended');
      }
    }
  }

  /** The queue forgot them, or never got them. Ends with the first that the queue does not take: it is away. */
  private async wakeLost(): Promise<void> {
    const { manager } = this.dataSource;
    const lostAfterMs = this.env.JOB_WAKE_LOST_AFTER_MS;
    const lost = await this.jobs.renumberOverdue(manager, lostAfterMs, ROWS_PER_TICK_MAX);
    for (const job of lost) await this.wakeUps.wakeOverdue(job);
    if (lost.length > 0) this.log.warn({ lost: lost.length }, 'Lost wake-ups were found');
  }

  private async wakeLostCallbacks(): Promise<void> {
    const lostAfterMs = this.env.JOB_WAKE_LOST_AFTER_MS;
    const lost = await this.callbacks.listOverdue(this.dataSource.manager, lostAfterMs, ROWS_PER_TICK_MAX);
    for (const callbackId of lost) await this.wakeUps.wakeCallback(callbackId);
    if (lost.length > 0) this.log.warn({ lost: lost.length }, 'Lost callbacks were found');
  }

  /** People who are back get their videos at once; this is for those whose return was cut short. */
  private async unparkReturned(): Promise<void> {
    const { manager } = this.dataSource;
    const parkedForMs = this.env.VIDEO_PARKED_FOR_MS;
    for (const jobId of await this.jobs.listParkedOfReturned(manager, parkedForMs, ROWS_PER_TICK_MAX)) {
      await this.transitions.report(jobId, { kind: 'person_returned' });
    }
  }
}
