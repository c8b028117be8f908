import { Module } from '@nestjs/common';
import { KeptNotifications } from './kept-notifications.js';
import { NotificationHandling } from './notification-handling.js';
import { PaymentLooks } from './payment-looks.js';
import { PaymentsModule } from './payments.module.js';
import { PendingPayments } from './pending-payments.js';
import { PendingRefunds } from './pending-refunds.js';
import { SettlePaymentProcessor } from './settle-payment.processor.js';

/** The worker's part: looks at what waits. */
@Module({
  imports: [PaymentsModule],
  providers: [
    ...[PendingPayments, PendingRefunds, NotificationHandling, KeptNotifications],
    ...[PaymentLooks, SettlePaymentProcessor],
  ],
})
export class PaymentsWorkerModule {}
