/**
 * Base of every error that our own code throws on purpose. It knows nothing of HTTP: three places turn it into an
 * answer (the HTTP filter, the queue processors, the bot's error handler).
 */
export abstract class AppError extends Error {
  /** `MODULE_FACT`, for logs and tests. */
  abstract readonly code: string;
  /** Whether doing the same thing again later may succeed. */
  readonly retryable: boolean = false;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A caught value as an Error, so that `catch` blocks need no guesswork. */
export function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
