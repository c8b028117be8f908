import { AppError } from '../../platform/index.js';

/** The finished video cannot be had or is not a video; `again` says whether another download may do better. */
export class VideoUnusableError extends AppError {
  readonly code = 'JOB_VIDEO_UNUSABLE';

  constructor(
    message: string,
    readonly again: boolean,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
