import { z } from 'zod';
import { heldAlerts, operatorNotices } from './operator-notices.schemas.js';
import { paymentNotices } from './payment-notices.schemas.js';

/** Why a video failed, as far as that is told by a notice: a reason without a text does not compile. `cancelled` is answered at the tap. */
const TOLD_REASONS = [
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
  'by_operator',
  'moved',
] as const;

/** What a notice tells, by its kind. Read back from the database, so it is checked again before it is shown. */
export const noticePayloadSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('job_failed'),
    jobId: z.guid(),
    reason: z.enum(TOLD_REASONS),
    /** Credits given back. */
    credits: z.number().int().nonnegative(),
    /** The balance after that. */
    balance: z.number().int().nonnegative(),
    position: z.number().int().positive(),
    count: z.number().int().positive(),
  }),
  /** An operator has given the person credits; `balance` is theirs after it. */
  z.object({
    kind: z.literal('credits_granted'),
    credits: z.number().int().positive(),
    balance: z.number().int().nonnegative(),
  }),
  /** An operator has a video made once more, at our expense. */
  z.object({ kind: z.literal('made_again'), jobId: z.guid() }),
  ...paymentNotices,
  ...operatorNotices,
  heldAlerts,
]);

export type NoticePayload = z.output<typeof noticePayloadSchema>;

/** Something that every operator is to be told. */
export type OperatorNotice = Omit<NewNotice, 'userId'>;

/** A notice to be written. */
export interface NewNotice {
  userId: string;
  /** The fact that it tells, e.g. `job-failed-<uuid>`: the schema holds one notice per cause. */
  cause: string;
  payload: NoticePayload;
}
