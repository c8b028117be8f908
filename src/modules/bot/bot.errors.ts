import { AppError } from '../../platform/index.js';

/** The chat's row was held by another update for the whole time that we may wait; Telegram should come again. */
export class SessionBusyError extends AppError {
  readonly code = 'BOT_SESSION_BUSY';
  override readonly retryable = true;

  constructor(waitedMs: number) {
    super(`The chat was busy for ${waitedMs} ms`);
  }
}

/** The handler took longer than its lease, and somebody else has the chat now; what it decided is dropped. */
export class SessionLostError extends AppError {
  readonly code = 'BOT_SESSION_LOST';
  override readonly retryable = true;

  constructor() {
    super('The lock of the chat was lost before the state was saved');
  }
}
