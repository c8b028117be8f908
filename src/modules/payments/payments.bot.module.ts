import { Module } from '@nestjs/common';
import { PaymentsModule } from './payments.module.js';
import { YooKassaNotificationController } from './yookassa/yookassa-notification.controller.js';

/** The bot role's part: the public route of YooKassa's notifications, whatever is on offer. */
@Module({ imports: [PaymentsModule], controllers: [YooKassaNotificationController] })
export class PaymentsBotModule {}
