import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SendsModule, TelegramModule } from '../telegram/index.js';
import { UsersModule } from '../users/index.js';
import { Notice } from './notice.entity.js';
import { NoticeSender } from './notice-sender.js';
import { NoticeRetentionCron } from './notice-retention.cron.js';
import { NoticesCron } from './notices.cron.js';
import { NoticesFigures } from './notices.figures.js';
import { NoticesRepository } from './notices.repository.js';
import { NoticesService } from './notices.service.js';
import { OperatorBudget } from './operator-budget.js';
import { ProgressEditor } from './progress-editor.js';
import { ProgressMessage } from './progress-message.entity.js';
import { ProgressRepository } from './progress.repository.js';
import { ProgressService } from './progress.service.js';
import { RecipientsService } from './recipients.service.js';

/** The outbox and the progress messages, for whoever has something to tell. */
@Module({
  imports: [TypeOrmModule.forFeature([Notice, ProgressMessage]), SendsModule, UsersModule],
  providers: [NoticesRepository, NoticesService, ProgressRepository, ProgressService, RecipientsService],
  exports: [NoticesRepository, NoticesService, ProgressRepository, ProgressService, RecipientsService],
})
export class NotificationsModule {}

/** The worker's part: sends what the outbox holds. */
@Module({
  imports: [NotificationsModule, SendsModule, TelegramModule],
  providers: [NoticeSender, OperatorBudget, ProgressEditor],
})
export class NotificationsWorkerModule {}

/** The scheduler's part: finds what was not sent. */
@Module({ imports: [NotificationsModule], providers: [NoticeRetentionCron, NoticesCron, NoticesFigures] })
export class NotificationsSchedulerModule {}
