import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Cron, Env, logger } from '../../platform/index.js';
import { ChatPacing } from '../telegram/index.js';
import { NoticesService } from './notices.service.js';
import { ProgressService } from './progress.service.js';

const ROWS_PER_TICK_MAX = 500;

/** Finds notices and progress messages whose wake-up was lost, and wakes them again; forgets chats that nobody writes to now. */
@Injectable()
export class NoticesCron extends Cron {
  protected readonly name = 'lost-notices';
  private readonly log = logger('notices');

  constructor(
    private readonly notices: NoticesService,
    private readonly progress: ProgressService,
    private readonly pacing: ChatPacing,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    const overdueMs = this.env.JOB_WAKE_LOST_AFTER_MS;
    const notices = await this.notices.wakeOverdue(overdueMs, ROWS_PER_TICK_MAX);
    const edits = await this.progress.wakeOverdue(
      overdueMs + this.env.PROGRESS_EDIT_INTERVAL_MS,
      ROWS_PER_TICK_MAX,
    );
    await this.notices.resumeReturned(ROWS_PER_TICK_MAX);
    await this.pacing.trim(ROWS_PER_TICK_MAX);
    if (notices + edits > 0) this.log.warn({ notices, edits }, 'Lost wake-ups were found');
  }
}
