export { againRows, cancelRow } from './buttons.js';
export { Notice } from './notice.entity.js';
export type { NewNotice, NoticePayload, OperatorNotice } from './notice.types.js';
export { NoticesService } from './notices.service.js';
export { HELD_BACK } from './operator-budget.js';
export {
  NotificationsModule,
  NotificationsSchedulerModule,
  NotificationsWorkerModule,
} from './notifications.module.js';
export { ProgressMessage } from './progress-message.entity.js';
export { ProgressService } from './progress.service.js';
export type { OpenMessage, PendingEdit } from './progress.repository.js';
export { isNotBegun, isOver } from './progress.rules.js';
export { progressLineSchema, type ProgressLine } from './progress.types.js';
export { RecipientsService, type Recipient } from './recipients.service.js';
export { closedPaymentScreen, unpaidText, type ClosedPayment } from './payment-screens.js';
export { progressLineText, progressScreen, progressStateText } from './progress-screens.js';
export { resultScreen, type ResultOccasion, type VideoOfOrder } from './screens.js';
