import { AppError } from '../../platform/index.js';
import type { CallFailure } from './prompt.types.js';

/** A provider answered HTTP 200 with an error in it. */
export class HiddenFailureError extends AppError {
  readonly code = 'PROMPTS_HIDDEN_FAILURE';

  constructor(readonly failure: CallFailure) {
    super(`An error came under HTTP 200: ${failure.status ?? 'no status'} ${failure.code ?? ''}`.trim());
  }
}
