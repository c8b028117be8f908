import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueuesModule } from '../../platform/index.js';
import { CreditsModule } from '../credits/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { TelegramModule } from '../telegram/index.js';
import { UsersModule } from '../users/index.js';
import { DueRowsRepository } from './due-rows.repository.js';
import { ParkedPayments } from './parked-payments.js';
import { PaymentCreation } from './payment-creation.js';
import { PaymentErasure } from './payment-erasure.js';
import { PaymentInboxRepository } from './payment-inbox.repository.js';
import { PaymentNotices } from './payment-notices.js';
import { PaymentNotification } from './payment-notification.entity.js';
import { PaymentRefund } from './payment-refund.entity.js';
import { PaymentSettlement } from './payment-settlement.js';
import { PaymentWakeUps } from './payment-wake-ups.js';
import { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { PaymentsService } from './payments.service.js';
import { PricingPlan } from './pricing-plan.entity.js';
import { RefundSettlement } from './refund-settlement.js';
import { RefundsRepository } from './refunds.repository.js';
import { RefundsService } from './refunds.service.js';
import { settlePaymentQueue } from './settle-payment.queue.js';
import { StarPaymentsService } from './stars/star-payments.service.js';
import { StarSettlement } from './stars/star-settlement.js';
import { YooKassaClient } from './yookassa/yookassa.client.js';

const SHARED = [
  ...[PaymentsRepository, PaymentInboxRepository, RefundsRepository, DueRowsRepository],
  ...[YooKassaClient, PaymentNotices, PaymentWakeUps, PaymentSettlement, PaymentCreation],
  ...[StarPaymentsService, RefundSettlement, StarSettlement, RefundsService, PaymentsService],
  ...[PaymentErasure, ParkedPayments],
];

/** What every role needs of the payments: opening them, settling them, giving them back. */
@Module({
  imports: [
    TypeOrmModule.forFeature([PricingPlan, Payment, PaymentRefund, PaymentNotification]),
    QueuesModule.forContracts(settlePaymentQueue),
    CreditsModule,
    NotificationsModule,
    TelegramModule,
    UsersModule,
  ],
  providers: SHARED,
  exports: SHARED,
})
export class PaymentsModule {}
