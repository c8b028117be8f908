import type { ErrorClass, KieAction } from '../kie/index.js';

/** Where a job stands for the person: `completed` and `failed` are final. */
export const JOB_STATUSES = ['queued', 'processing', 'completed', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** What the job does next, or did last. `prompt` belongs to `queued`, `generate` and `deliver` to `processing`. */
export const JOB_STEPS = ['prompt', 'create', 'generate', 'deliver'] as const;
export type JobStep = (typeof JOB_STEPS)[number];

/** Why a job failed; each has one screen of its own in both languages. */
export const FAILURE_REASONS = [
  'moderation_photo',
  'moderation_text',
  'billing',
  'rate_limit',
  'temporary',
  'unknown',
  'generation_timeout',
  'stuck',
  'queue_expired',
  'send_failed',
  'photo_lost',
  'cancelled',
  'by_operator',
  'moved',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** What decisions look at in a job. Instants are milliseconds of the database's clock. */
export interface JobFacts {
  status: JobStatus;
  step: JobStep;
  failureReason: FailureReason | null;
  deadlineAtMs: number;
  /** KIE tasks that count as an attempt, the one reported included. */
  generationAttempts: number;
  /** Sends of the finished video so far, the one reported included. */
  deliveryAttempts: number;
  /** Until when a send that is under way may last; null while none is. */
  sendEndsAtMs: number | null;
  /** Whether a late video was given to the person, or is on its way. */
  presented: boolean;
  /** When its video was put aside because the person blocked the bot; null where it was not. */
  parkedAtMs: number | null;
  /** Whether a message holds its video. */
  sent: boolean;
  /** Whether the job wants to be woken: once it is over, for a video that is still to be sent. */
  awaitsWaking: boolean;
  /** Whether there is a video that could be sent (again). */
  hasVideo: boolean;
  /** Whether a video that was sent before is being sent once more. */
  sendingAgain: boolean;
}

/** What somebody reports about a job: a step that ended, a callback, a poll, a cron, a person, an operator. */
export type Report =
  | { kind: 'prompt_written' }
  | { kind: 'creation_starting' }
  | { kind: 'task_accepted' }
  | {
      kind: 'task_refused';
      action: KieAction;
      reason: FailureReason;
      errorClass: ErrorClass | null;
      retryAfterMs?: number;
      /** Whether this job has a healthy key, another model or its one new upload left, whichever the action asks for. */
      alternativesLeft: boolean;
    }
  | { kind: 'task_unknown'; callbackExpected: boolean }
  | { kind: 'task_running'; taskDeadlineAtMs: number; askAgainInMs: number }
  | { kind: 'task_succeeded'; resultUrl: string }
  | {
      kind: 'task_failed';
      action: KieAction;
      reason: FailureReason;
      errorClass: ErrorClass | null;
      retryAfterMs?: number;
      alternativesLeft: boolean;
    }
  | { kind: 'video_sent' }
  | { kind: 'person_blocked' }
  | { kind: 'send_failed'; again: boolean }
  | { kind: 'send_rate_limited'; retryAfterMs: number }
  | { kind: 'person_returned' }
  | { kind: 'deadline_passed' }
  | { kind: 'cancelled' }
  | { kind: 'failed_by_operator' }
  | { kind: 'send_again_by_operator' };

/** The limits that decisions keep, all from the environment. */
export interface LifecycleLimits {
  generationAttemptsMax: number;
  generationRetryDelayMs: number;
  rateLimitDelayMs: number;
  /** A new KIE task starts only with at least this much of the job's time left. */
  taskStartMinMs: number;
  sendAttemptsMax: number;
  /** Pauses after the first, second, … failed send; the last one repeats. */
  sendRetryDelaysMs: readonly number[];
  /** For how long a parked video waits for its person. */
  parkedForMs: number;
}

/** What to do about a report. */
export type Decision =
  | { kind: 'ignore' }
  | { kind: 'create' }
  | { kind: 'start_task' }
  | { kind: 'generate' }
  | { kind: 'wait'; againInMs: number }
  | { kind: 'create_again'; delayMs: number; countsAsAttempt: boolean; newUpload?: boolean }
  | { kind: 'deliver'; resultUrl: string }
  | { kind: 'deliver_again'; delayMs: number; countsAsAttempt: boolean }
  | { kind: 'complete'; parked: boolean }
  /** The video came after the refund: it is sent as a present. */
  | { kind: 'present'; resultUrl: string }
  /** The person is back: the parked video is sent. */
  | { kind: 'unpark' }
  /** An operator has the video sent (again): `present` where its credit had gone back, and it was given to nobody yet. */
  | { kind: 'send_again'; present: boolean; sentBefore: boolean }
  /** A present or a parked video has arrived, or is put aside (again). */
  | { kind: 'finish_late'; parked: boolean }
  /** A present, or a video that was sent before, cannot be sent: nobody is owed anything. */
  | { kind: 'give_up' }
  | { kind: 'fail'; reason: FailureReason; errorClass: ErrorClass | null };
