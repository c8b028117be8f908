import { AppError } from '../../../platform/index.js';

/** A list of the provider could not be read: nothing can be compared now. */
export class ProviderListUnreadableError extends AppError {
  readonly code = 'PAYMENTS_PROVIDER_LIST_UNREADABLE';
  override readonly retryable = true;
}

/** The process is about to stop; the report stays unfinished, and a later attempt makes it. */
export class ReconciliationStoppedError extends AppError {
  readonly code = 'PAYMENTS_RECONCILIATION_STOPPED';
  override readonly retryable = true;
}

/** Somebody else makes this report now. */
export class ReconciliationTakenOverError extends AppError {
  readonly code = 'PAYMENTS_RECONCILIATION_TAKEN_OVER';
}
