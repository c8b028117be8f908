import { Module } from '@nestjs/common';
import { PaymentsCron } from './payments.cron.js';
import { PaymentsModule } from './payments.module.js';

/** The scheduler's part: finds lost bells and unnoticed payments. */
@Module({ imports: [PaymentsModule], providers: [PaymentsCron] })
export class PaymentsSchedulerModule {}
