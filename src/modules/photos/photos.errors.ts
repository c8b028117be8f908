import { AppError } from '../../platform/index.js';

/** The photo is not there (any more): deleted by the schedule, or its storage was changed. */
export class PhotoNotFoundError extends AppError {
  readonly code = 'PHOTOS_NOT_FOUND';
}

/** A path that this module never gave out. */
export class PhotoPathError extends AppError {
  readonly code = 'PHOTOS_PATH';
}
