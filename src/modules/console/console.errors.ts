import { AppError } from '../../platform/index.js';

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
