import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Env, logger } from '../../platform/index.js';
import { NoticesService } from './notices.service.js';
import { ProgressService } from './progress.service.js';

const ROWS_PER_TICK_MAX = 500;

/** Finds notices and progress messages whose wake-up was lost, and wakes them again. */
@Injectable()
export class NoticesCron implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = logger('notices');
  private running: Promise<void> | null = null;

  constructor(
    private readonly notices: NoticesService,
    private readonly progress: ProgressService,
    private readonly schedule: SchedulerRegistry,
    private readonly env: Env,
  ) {}

  onApplicationBootstrap(): void {
    const timer = setInterval(() => void this.tick(), this.env.JOB_CRON_INTERVAL_MS);
    this.schedule.addInterval('lost-notices', timer);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** One look; while one lasts, further calls wait for it and look at nothing themselves. */
  tick(): Promise<void> {
    this.running ??= this.look().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async look(): Promise<void> {
    try {
      const overdueMs = this.env.JOB_WAKE_LOST_AFTER_MS;
      const notices = await this.notices.wakeOverdue(overdueMs, ROWS_PER_TICK_MAX);
      const edits = await this.progress.wakeOverdue(
        overdueMs + this.env.PROGRESS_EDIT_INTERVAL_MS,
        ROWS_PER_TICK_MAX,
      );
      if (notices + edits > 0) this.log.warn({ notices, edits }, 'Lost wake-ups were found');
    } catch (error) {
      this.log.warn({ err: error }, 'The look for lost notices failed; the next one comes soon');
    }
  }
}
