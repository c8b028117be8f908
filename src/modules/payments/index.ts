export { ParkedPayments } from './parked-payments.js';
export { PaymentErasure } from './payment-erasure.js';
export { PaymentNotification } from './payment-notification.entity.js';
export { PaymentRefund } from './payment-refund.entity.js';
export { Payment } from './payment.entity.js';
export { PaymentsBotModule } from './payments.bot.module.js';
export { PaymentsModule } from './payments.module.js';
export { PaymentsSchedulerModule } from './payments.scheduler.module.js';
export { PaymentsService } from './payments.service.js';
export { PaymentsWorkerModule } from './payments.worker.module.js';
export { AMOUNT_MAX, LEFT_TO_REFUND, REFUND_REFUSALS } from './payments.types.js';
export type {
  BuyOutcome,
  BuyRequest,
  Buyer,
  CancellationReason,
  CheckOutcome,
  FoundBy,
  Offer,
  Offers,
  PaymentProvider,
  PaymentStatus,
  PaymentView,
  PreCheckout,
  Price,
} from './payments.types.js';
export type { Settlement } from './payment-settlement.js';
export { PricingPlan } from './pricing-plan.entity.js';
export type { RefundRequestAnswer } from './refunds.repository.js';
export { RefundsService } from './refunds.service.js';
export { StarPaymentsService, type StarUpdateToKeep } from './stars/star-payments.service.js';
export { YooKassaClient } from './yookassa/yookassa.client.js';
