import { Module } from '@nestjs/common';
import { KieModule } from '../kie/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PromptsModule } from '../prompts/index.js';
import { JobEventsRepository } from './job-events.repository.js';
import { JobRetentionCron } from './job-retention.cron.js';
import { JobsCron } from './jobs.cron.js';
import { JobsFigures } from './jobs.figures.js';
import { JobsModule } from './jobs.module.js';
import { OperatorAlerts } from './operator-alerts.js';
import { OperatorWatchCron } from './operator-watch.cron.js';
import { PhotoLooksCron } from './photo-looks.cron.js';
import { ProgressCron } from './progress.cron.js';

/** The scheduler's part. Crons live here only. */
@Module({
  imports: [JobsModule, KieModule, NotificationsModule, PromptsModule],
  providers: [
    JobEventsRepository,
    JobRetentionCron,
    JobsCron,
    JobsFigures,
    OperatorAlerts,
    OperatorWatchCron,
    PhotoLooksCron,
    ProgressCron,
  ],
})
export class JobsSchedulerModule {}
