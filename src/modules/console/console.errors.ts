import { AppError } from '../../platform/index.js';

/** PostgreSQL's query_canceled: the statement took longer than a reader may. */
export const QUERY_CANCELED = '57014';

/** Something that the operator is told in a sentence. */
export class ConsoleError extends AppError {
  readonly code = 'CONSOLE_REFUSED';

  /** @param status of HTTP. @param retryAfterS for 429. */
  constructor(
    readonly status: number,
    sentence: string,
    readonly retryAfterS?: number,
  ) {
    super(sentence);
  }
}
