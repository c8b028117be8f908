import { AppError } from '../../platform/index.js';

/** No job has this id. */
export class JobNotFoundError extends AppError {
  readonly code = 'JOB_NOT_FOUND';

  constructor(jobId: string) {
    super(`There is no job ${jobId}`);
  }
}

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
