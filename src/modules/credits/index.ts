export type { AuditFinding, AuditReport } from './audit/audit-snapshot.js';
export { CreditsAudit } from './audit/credits-audit.js';
export { CreditsHistory, type OperationType } from './credits-history.entity.js';
export {
  ForeignIdempotencyKeyError,
  InsufficientCreditsError,
  InvalidCreditOperationError,
  JobNotRefundableError,
  UnknownUserError,
} from './credits.errors.js';
export { CREDITS_SQLSTATES } from './credits.sqlstates.js';
export { CreditsModule, CreditsSchedulerModule } from './credits.module.js';
export {
  CreditsRepository,
  type ChargedOrder,
  type CreditsToAdd,
  type OrderToCharge,
  type PaymentHistoryRow,
  type PaymentRefundOutcome,
  type PurchaseOutcome,
} from './credits.repository.js';
export { CreditsService, type CreditsHistoryPage } from './credits.service.js';
