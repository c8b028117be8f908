import { AppError } from '../../platform/index.js';

/** No user has this id, or they were erased. */
export class UserNotFoundError extends AppError {
  readonly code = 'USERS_NOT_FOUND';

  constructor(readonly userId: string) {
    super(`There is no user ${userId}`);
  }
}
