import { REFUND_REFUSALS } from '../payments/index.js';

/** What an operator asks for, whatever it is. */
export interface OperatorRequest {
  /** Who: `telegram:<id>`, or `console:<name>`. */
  operator: string;
  /** Why, in their own words: 3 to 500 characters. */
  reason: string;
  /** Made once per wish, a UUID: the same one again changes nothing. */
  key: string;
}

export const REASON_LENGTH_MIN = 3;
export const REASON_LENGTH_MAX = 500;

/** What an action is about. */
export type SubjectKind = 'job' | 'user' | 'payment' | 'kie_key' | 'model' | 'switch' | 'broadcast';

export const OPERATOR_ACTIONS = [
  'job_failed',
  'job_sent_again',
  'job_made_again',
  'credits_granted',
  'user_banned',
  'user_unbanned',
  'payment_checked',
  'payment_refunded',
  'payment_settled',
  'kie_key_set_aside',
  'kie_key_brought_back',
  'model_set_aside',
  'model_brought_back',
  'switch_on',
  'switch_off',
  'broadcast_started',
  'broadcast_stopped',
] as const;
export type ActionName = (typeof OPERATOR_ACTIONS)[number];

/** What an action is, and about what. */
export interface ActionAbout {
  action: ActionName;
  subjectKind: SubjectKind;
  /** Our id of a job, person or payment; a key's fingerprint, a model's slug, a switch's name. */
  subject: string;
}

/** Why an action changed nothing; each is a text of its own wherever it is shown. */
export const REFUSALS = [
  'not_found',
  'unchanged',
  'over',
  'under_way',
  'cannot_go_on',
  'no_video',
  'photo_gone',
  'key_reused',
  ...REFUND_REFUSALS,
  'not_parked',
  'unreadable',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What came of an action. */
export interface ActionResult {
  outcome: 'done' | Refusal;
  /** This very wish was answered before; nothing happened now. */
  repeated: boolean;
  /** What followed, e.g. `newCredits`, `refundId`, `jobId`. */
  details: Readonly<Record<string, unknown>>;
}
