import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env } from '../../platform/index.js';
import { JobEventsRepository } from './job-events.repository.js';
import { KieCallbacksRepository } from './kie-callbacks.repository.js';

const ROWS_PER_LOOK_MAX = 500;

/** Forgets the timelines of videos, and KIE's callbacks, after `JOB_EVENT_KEPT_MS` and `KIE_CALLBACK_KEPT_MS`. */
@Injectable()
export class JobRetentionCron extends Cron {
  protected readonly name = 'job-retention';

  constructor(
    private readonly dataSource: DataSource,
    private readonly events: JobEventsRepository,
    private readonly callbacks: KieCallbacksRepository,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const { manager } = this.dataSource;
    const limit = ROWS_PER_LOOK_MAX;
    await this.lookAtEach([
      () => this.events.trim(manager, { keptMs: this.env.JOB_EVENT_KEPT_MS, limit }),
      () => this.callbacks.trim(manager, { keptMs: this.env.KIE_CALLBACK_KEPT_MS, limit }),
    ]);
  }
}
