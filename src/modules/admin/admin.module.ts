import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueuesModule } from '../../platform/index.js';
import { CreditsModule } from '../credits/index.js';
import { JobsModule } from '../jobs/index.js';
import { KieModule } from '../kie/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PaymentsModule } from '../payments/index.js';
import { SendsModule, TelegramModule } from '../telegram/index.js';
import { UsersModule } from '../users/index.js';
import { AudiencesRepository } from './broadcasts/audiences.repository.js';
import { BroadcastActions } from './broadcasts/broadcast-actions.js';
import { BroadcastFeeder } from './broadcasts/broadcast-feeder.js';
import { BroadcastProgress } from './broadcasts/broadcast-progress.js';
import { BroadcastReports } from './broadcasts/broadcast-reports.js';
import { BroadcastSender } from './broadcasts/broadcast-sender.js';
import { BroadcastWakeUps } from './broadcasts/broadcast-wake-ups.js';
import { Broadcast } from './broadcasts/broadcast.entity.js';
import { BroadcastsCron } from './broadcasts/broadcasts.cron.js';
import { BroadcastsRepository } from './broadcasts/broadcasts.repository.js';
import { BroadcastsService } from './broadcasts/broadcasts.service.js';
import { DeliveriesRepository } from './broadcasts/deliveries.repository.js';
import { FeedBroadcastProcessor } from './broadcasts/feed-broadcast.processor.js';
import { feedBroadcastQueue } from './broadcasts/feed-broadcast.queue.js';
import { JobActions } from './job-actions.js';
import { Lookups } from './lookups.js';
import { OperatorAction } from './operator-action.entity.js';
import { OperatorActions } from './operator-actions.js';
import { OperatorActionsRepository } from './operator-actions.repository.js';
import { PaymentActions } from './payment-actions.js';
import { ServiceActions } from './service-actions.js';
import { TodayFiguresReader } from './today-figures.js';
import { UserActions } from './user-actions.js';

const ACTIONS = [OperatorActions, JobActions, UserActions, PaymentActions, ServiceActions, BroadcastActions];
const LOOKS = [Lookups, TodayFiguresReader, BroadcastsService];
const BROADCASTS = [AudiencesRepository, BroadcastsRepository, DeliveriesRepository, BroadcastWakeUps];

/** What operators do, from wherever they do it. */
@Module({
  imports: [
    TypeOrmModule.forFeature([OperatorAction, Broadcast]),
    QueuesModule.forContracts(feedBroadcastQueue),
    SendsModule,
    CreditsModule,
    JobsModule,
    KieModule,
    NotificationsModule,
    PaymentsModule,
    UsersModule,
  ],
  providers: [OperatorActionsRepository, ...ACTIONS, ...LOOKS, ...BROADCASTS],
  exports: [...ACTIONS, ...LOOKS, ...BROADCASTS],
})
export class AdminModule {}

/** The worker's part: sends broadcasts. */
@Module({
  imports: [AdminModule, NotificationsModule, SendsModule, TelegramModule, UsersModule],
  providers: [BroadcastReports, BroadcastFeeder, BroadcastSender, BroadcastProgress, FeedBroadcastProcessor],
})
export class AdminWorkerModule {}

/** The scheduler's part: goes on with a broadcast that stands still. */
@Module({ imports: [AdminModule], providers: [BroadcastsCron] })
export class AdminSchedulerModule {}
