export { CHECKOUT_PATH } from './yookassa-checkout.page.js';
export { FakeYooKassa } from './fake-yookassa.js';
export { SANDBOX_YOOKASSA_API_KEY, SANDBOX_YOOKASSA_SHOP_ID } from './yookassa-options.js';
export type {
  FakeYooKassaOptions,
  ForgedNotification,
  NotificationTarget,
  YooKassaSettingsChange,
} from './yookassa-options.js';
export { YOOKASSA_TEXTS } from './yookassa-answers.js';
export { DECLINE_REASONS, DEFAULT_CARD_NUMBER, TEST_CARDS } from './yookassa-cards.data.js';
export type { CancelParty, Cancellation, TestCard } from './yookassa-cards.data.js';
export type { NotificationAttempt, NotificationRecord } from './yookassa-deliveries.js';
export type { NotificationListener, ReleaseOrder } from './yookassa-notifications.js';
export type { PaymentStatus } from './yookassa-payments.js';
export type { MadePayment } from './yookassa-people.js';
export type { RefundStatus } from './yookassa-refunds.js';
export type {
  NotificationMode,
  NotificationScript,
  PaymentScript,
  RefundScript,
  YooEvent,
} from './yookassa-script.js';
export type { ReceiptRule, ShopChange } from './yookassa-shops.js';
export type { PaymentView, RefundView } from './yookassa-views.js';
export type { YooFault, YooRoute } from './yookassa-wire.js';
