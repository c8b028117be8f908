import { Module } from '@nestjs/common';
import { JobsCron } from './jobs.cron.js';
import { JobsModule } from './jobs.module.js';

/** The scheduler's part. Crons live here only. */
@Module({ imports: [JobsModule], providers: [JobsCron] })
export class JobsSchedulerModule {}
