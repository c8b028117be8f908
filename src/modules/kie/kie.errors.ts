import { AppError } from '../../platform/index.js';

/** Our own request cannot be sent as it is (a prompt over the model's limit, an unknown model): a bug of the caller. */
export class KieInputError extends AppError {
  readonly code = 'KIE_INPUT';
}
