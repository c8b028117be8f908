import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env } from '../../platform/index.js';
import { NoticesRepository } from './notices.repository.js';
import { ProgressRepository } from './progress.repository.js';

const ROWS_PER_LOOK_MAX = 500;

/** Forgets what people were told, and what their progress messages showed, after `NOTICE_KEPT_MS` and `PROGRESS_KEPT_MS`. */
@Injectable()
export class NoticeRetentionCron extends Cron {
  protected readonly name = 'notice-retention';

  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesRepository,
    private readonly progress: ProgressRepository,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const { manager } = this.dataSource;
    const limit = ROWS_PER_LOOK_MAX;
    await this.lookAtEach([
      () => this.notices.trim(manager, { keptMs: this.env.NOTICE_KEPT_MS, limit }),
      () => this.progress.trim(manager, { keptMs: this.env.PROGRESS_KEPT_MS, limit }),
    ]);
  }
}
