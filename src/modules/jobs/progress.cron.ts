import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env } from '../../platform/index.js';
import { OrderProgress } from './order-progress.js';

/** Of all that we send without a tap, progress may take this share; videos and notices have the rest for themselves. */
const SHARE_OF_SENDS = 0.5;

/** Lets the bars and the time left of progress messages move though nothing happens. */
@Injectable()
export class ProgressCron extends Cron {
  protected readonly name = 'progress';

  constructor(
    private readonly progress: OrderProgress,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const intervalS = this.env.JOB_CRON_INTERVAL_MS / 1000;
    const editsMax = Math.floor(this.env.TELEGRAM_SENDS_PER_SECOND_MAX * intervalS * SHARE_OF_SENDS);
    await this.progress.refresh(Math.max(1, editsMax));
  }
}
