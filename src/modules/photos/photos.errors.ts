import { AppError } from '../../platform/index.js';

/** The photo is not there (any more): deleted by the schedule, or its storage was changed. */
export class PhotoNotFoundError extends AppError {
  readonly code = 'PHOTOS_NOT_FOUND';
}

/** The photo is there and cannot be decoded any more: damaged on its disk, since it was decoded whole when it was stored. */
export class PhotoBrokenError extends AppError {
  readonly code = 'PHOTOS_BROKEN';
}

/** A path that this module never gave out. */
export class PhotoPathError extends AppError {
  readonly code = 'PHOTOS_PATH';
}

/**
 * The store is not to be seen from here: a disk that is not mounted, another `STORAGE_BASE_PATH` than that of the role `bot`, a bucket that
 * does not answer or refuses our key.
 */
export class PhotosAwayError extends AppError {
  readonly code = 'PHOTOS_AWAY';
  override readonly retryable = true;
}
