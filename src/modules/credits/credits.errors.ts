import { AppError, sqlStateOf } from '../../platform/index.js';
import { CREDITS_SQLSTATES } from './credits.sqlstates.js';

/** The balance does not cover the order; nothing was charged. */
export class InsufficientCreditsError extends AppError {
  readonly code = 'CREDITS_INSUFFICIENT';

  constructor(
    /** Credits the person has. */
    readonly balance: number,
    /** Credits the order takes. */
    readonly needed: number,
    options?: { cause?: unknown },
  ) {
    super(`Too few credits: the balance is ${balance}, the order takes ${needed}`, options);
  }
}

/** The idempotency key or cause was used by another user: a forged or mixed-up request. */
export class ForeignIdempotencyKeyError extends AppError {
  readonly code = 'CREDITS_FOREIGN_KEY';
}

/** No user has this id of Telegram's, or of ours. */
export class UnknownUserError extends AppError {
  readonly code = 'CREDITS_UNKNOWN_USER';
}

/** The job is not this user's, has not failed, or took no credit. */
export class JobNotRefundableError extends AppError {
  readonly code = 'CREDITS_JOB_NOT_REFUNDABLE';
}

/** A caller's bug: an amount, type or key that the credit history does not take. */
export class InvalidCreditOperationError extends AppError {
  readonly code = 'CREDITS_INVALID_OPERATION';
}

/**
 * What PostgreSQL refused, as an error of this module. Anything else comes back as it is, so that
 * `runInTransaction` still recognises a deadlock.
 */
export function toCreditsError(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  switch (sqlStateOf(error)) {
    case CREDITS_SQLSTATES.tooFewCredits: {
      const { balance, needed } = readDetail(error);
      return new InsufficientCreditsError(balance, needed, { cause: error });
    }
    case CREDITS_SQLSTATES.foreignKey:
      return new ForeignIdempotencyKeyError(message, { cause: error });
    case CREDITS_SQLSTATES.unknownUser:
      return new UnknownUserError(message, { cause: error });
    case CREDITS_SQLSTATES.jobNotRefundable:
      return new JobNotRefundableError(message, { cause: error });
    case CREDITS_SQLSTATES.badArguments:
      return new InvalidCreditOperationError(message, { cause: error });
    default:
      return error;
  }
}

/** NC001's DETAIL is JSON: `{"balance": 1, "needed": 3}`. */
function readDetail(error: unknown): { balance: number; needed: number } {
  const { driverError, detail } = error as { driverError?: { detail?: string }; detail?: string };
  return JSON.parse(driverError?.detail ?? detail ?? '{}') as { balance: number; needed: number };
}
