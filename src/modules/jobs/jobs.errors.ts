import { AppError } from '../../platform/index.js';

/** The finished video cannot be had or is not a video; `again` says whether another download may do better. */
export class VideoUnusableError extends AppError {
  readonly code = 'JOB_VIDEO_UNUSABLE';

  /** The link itself is dead; a fresh one may work. */
  readonly linkDead: boolean;

  constructor(
    message: string,
    readonly again: boolean,
    options: { linkDead?: boolean } = {},
  ) {
    super(message);
    this.linkDead = options.linkDead ?? false;
  }
}
