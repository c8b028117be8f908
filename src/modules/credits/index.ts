export { CreditsAudit, type AuditFinding, type AuditReport } from './audit/credits-audit.js';
export { CreditsHistory, type OperationType } from './credits-history.entity.js';
export {
  CREDITS_SQLSTATES,
  ForeignIdempotencyKeyError,
  InsufficientCreditsError,
  InvalidCreditOperationError,
  JobNotRefundableError,
  UnknownUserError,
} from './credits.errors.js';
export { CreditsModule } from './credits.module.js';
export {
  CreditsRepository,
  type ChargedOrder,
  type CreditsToAdd,
  type OrderToCharge,
  type PaymentHistoryRow,
  type PaymentRefundOutcome,
  type PurchaseOutcome,
} from './credits.repository.js';
export { CreditsService } from './credits.service.js';
