import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DueJobsRepository } from './due-jobs.repository.js';
import { JobTransitions } from './job-transitions.js';

/** Somebody waits for the answer to a tap meanwhile. */
const RESUMED_AT_ONCE_MAX = 10;

/** Videos that wait for somebody who had blocked the bot. */
@Injectable()
export class ParkedVideos {
  constructor(
    private readonly dataSource: DataSource,
    private readonly due: DueJobsRepository,
    private readonly transitions: JobTransitions,
  ) {}

  /** The person is back: the newest of their videos are sent; the cron does the rest. */
  async resume(userId: string): Promise<void> {
    const { manager } = this.dataSource;
    for (const jobId of await this.due.listParkedOfUser(manager, userId, RESUMED_AT_ONCE_MAX)) {
      await this.transitions.report(jobId, { kind: 'person_returned' });
    }
  }
}
