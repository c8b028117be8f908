import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger } from '../../platform/index.js';
import { DueJobsRepository } from './due-jobs.repository.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps } from './job-wake-ups.js';
import { KieCallbacksRepository } from './kie-callbacks.repository.js';
import { OperatorAlerts } from './operator-alerts.js';

/** Rows of one query, and queries of one look: as many jobs as one system shall carry end within one look. */
const ROWS_MAX = 500;
const BATCHES_MAX = 20;

/** The safety net under every video: what is past its deadline fails with its refund, and whatever lost its bell is woken. */
@Injectable()
export class JobsCron extends Cron {
  protected readonly name = 'stuck-jobs';
  private readonly log = logger('jobs-cron');

  constructor(
    private readonly dataSource: DataSource,
    private readonly due: DueJobsRepository,
    private readonly callbacks: KieCallbacksRepository,
    private readonly transitions: JobTransitions,
    private readonly wakeUps: JobWakeUps,
    private readonly alerts: OperatorAlerts,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    await this.lookAtEach([
      () => this.failStuck(),
      () => this.wakeLost(),
      () => this.wakeLostCallbacks(),
      () => this.unparkReturned(),
      () => this.alerts.tellSpentKeys(),
      () => this.alerts.tellSetAsideModels(),
      () => this.alerts.tellLowBalances(),
      () => this.alerts.tellRefusedPrompts(),
    ]);
  }

  /** Reads `deadline_at` on the database's clock and nothing else. */
  private async failStuck(): Promise<void> {
    const { manager } = this.dataSource;
    await inBatches(
      () => this.due.listPastDeadline(manager, ROWS_MAX),
      (jobId) => this.tryReport(jobId, 'deadline_passed'),
    );
  }

  /** The queue forgot them, or never got them. Ends with the first that the queue does not take: it is away. */
  private async wakeLost(): Promise<void> {
    const { manager } = this.dataSource;
    const lost = await inBatches(
      () => this.due.renumberOverdue(manager, this.env.JOB_WAKE_LOST_AFTER_MS, ROWS_MAX),
      async (job) => {
        await this.wakeUps.wakeOverdue(job);
        return true;
      },
    );
    if (lost > 0) this.log.warn({ lost }, 'Lost wake-ups were found');
  }

  private async wakeLostCallbacks(): Promise<void> {
    const lostAfterMs = this.env.JOB_WAKE_LOST_AFTER_MS;
    const lost = await this.callbacks.listOverdue(this.dataSource.manager, lostAfterMs, ROWS_MAX);
    for (const callbackId of lost) await this.wakeUps.wakeLostCallback(callbackId);
    if (lost.length > 0) this.log.warn({ lost: lost.length }, 'Lost callbacks were found');
  }

  /** People who are back get their videos at once; this is for those whose return was cut short. */
  private async unparkReturned(): Promise<void> {
    const { manager } = this.dataSource;
    await inBatches(
      () => this.due.listParkedOfReturned(manager, this.env.VIDEO_PARKED_FOR_MS, ROWS_MAX),
      (jobId) => this.tryReport(jobId, 'person_returned'),
    );
  }

  /** One job that cannot be moved holds up no other. Returns whether it moved. */
  private async tryReport(jobId: string, kind: 'deadline_passed' | 'person_returned'): Promise<boolean> {
    try {
      const { decision } = await this.transitions.report(jobId, { kind });
      return decision.kind !== 'ignore';
    } catch (error) {
      this.log.error({ err: error, jobId, report: kind }, 'A job could not be moved');
      return false;
    }
  }
}

/** Works off what a query lists, batch by batch, until one is not full, or nothing of it moved. Returns how many moved. */
async function inBatches<T>(list: () => Promise<T[]>, move: (item: T) => Promise<boolean>): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const items = await list();
    let moved = 0;
    for (const item of items) if (await move(item)) moved += 1;
    total += moved;
    if (items.length < ROWS_MAX || moved === 0) break;
  }
  return total;
}
