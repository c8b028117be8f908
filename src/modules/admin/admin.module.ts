import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CreditsModule } from '../credits/index.js';
import { JobsModule } from '../jobs/index.js';
import { KieModule } from '../kie/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PaymentsModule } from '../payments/index.js';
import { UsersModule } from '../users/index.js';
import { JobActions } from './job-actions.js';
import { OperatorAction } from './operator-action.entity.js';
import { OperatorActions } from './operator-actions.js';
import { OperatorActionsRepository } from './operator-actions.repository.js';
import { PaymentActions } from './payment-actions.js';
import { ServiceActions } from './service-actions.js';
import { UserActions } from './user-actions.js';

const ACTIONS = [OperatorActions, JobActions, UserActions, PaymentActions, ServiceActions];

/** What operators do, from wherever they do it. */
@Module({
  imports: [
    TypeOrmModule.forFeature([OperatorAction]),
    CreditsModule,
    JobsModule,
    KieModule,
    NotificationsModule,
    PaymentsModule,
    UsersModule,
  ],
  providers: [OperatorActionsRepository, ...ACTIONS],
  exports: ACTIONS,
})
export class AdminModule {}
