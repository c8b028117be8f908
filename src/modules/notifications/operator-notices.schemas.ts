import { z } from 'zod';
import { priceSchema, providerSchema } from './payment-notices.schemas.js';

/** Why videos fail, as far as operators are told of it: a cancellation is no failure. */
const FAILURE_REASONS = [
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
] as const;
/** How many payments a notice names; the others are counted. */
const NAMED_PAYMENTS_MAX = 5;
/** More keys than that are not named. */
const NAMED_KEYS_MAX = 20;
/** Who writes prompts, in the order in which they are asked. */
const PROMPT_SOURCES = ['openai', 'openai_fallback'] as const;

/** What operators are told. */
export const operatorNotices = [
  z.object({
    kind: z.literal('kie_keys_spent'),
    /** What KIE said to the last key. */
    text: z.string(),
  }),
  /** A video model that KIE does not serve is left alone for a while, for all orders. */
  z.object({
    kind: z.literal('model_set_aside'),
    /** The model's name. */
    title: z.string(),
    /** What KIE said. */
    text: z.string(),
    /** How many of the configured models are left. */
    modelsLeft: z.number().int().nonnegative(),
  }),
  /** Keys whose accounts will soon be empty. */
  z.object({
    kind: z.literal('kie_balance_low'),
    balances: z
      .array(
        z.object({
          /** The key's fingerprint. */
          key: z.string(),
          /** In KIE's credits. */
          credits: z.number().nonnegative(),
          /** How many videos of the default model that pays for. */
          videos: z.number().int().nonnegative(),
        }),
      )
      .min(1)
      .max(NAMED_KEYS_MAX),
    /** In KIE's credits. */
    limit: z.number().nonnegative(),
  }),
  /** A language model is not to be had for reasons that only an operator can mend; `text` is the status and the code of its answer. */
  z.object({ kind: z.literal('prompts_refused'), source: z.enum(PROMPT_SOURCES), text: z.string() }),
  /** Paid, and found so by our own look only: notifications do not arrive. */
  z.object({
    kind: z.literal('payments_unnoticed'),
    count: z.number().int().positive(),
    paymentIds: z.array(z.string()).max(NAMED_PAYMENTS_MAX),
  }),
  /** Paid, but not what our row says: nothing was credited. */
  z.object({ kind: z.literal('payment_parked'), paymentId: z.string(), reason: z.string() }),
  z.object({
    kind: z.literal('refund_failed'),
    paymentId: z.string(),
    refundId: z.string(),
    price: priceSchema,
    reason: z.string(),
  }),
  z.object({
    kind: z.literal('reconciliation_differences'),
    provider: providerSchema,
    count: z.number().int().positive(),
    reportId: z.string(),
  }),
  /** Rows of ours contradict each other; `auditId` names the row of `audits` that names them. */
  z.object({ kind: z.literal('audit_drift'), count: z.number().int().positive(), auditId: z.string() }),
  /** The provider refuses our credentials or requests; `text` is what it said. */
  z.object({ kind: z.literal('payments_refused'), provider: providerSchema, text: z.string() }),
  /** A broadcast has gone to everybody, or cannot go on by itself. Counts of people. */
  z.object({
    kind: z.literal('broadcast_over'),
    people: z.number().int().nonnegative(),
    sent: z.number().int().nonnegative(),
    blocked: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    unknown: z.number().int().nonnegative(),
    skipped: z.number().int().nonnegative(),
    /** Why it cannot go on; null when it is over. */
    stopped: z.enum(['message_gone', 'telegram_away']).nullable(),
  }),
  /** Another program polls with the token of our bot. */
  z.object({ kind: z.literal('second_poller') }),
  /** Updates go to a webhook that is not ours. Only its host, as the address may hold a secret; null: there is no webhook any more. */
  z.object({ kind: z.literal('webhook_taken'), host: z.string().nullable() }),
  /** Of the jobs that ended in the last hour more than half failed; `reason` is the most frequent one. */
  z.object({
    kind: z.literal('jobs_failing'),
    failed: z.number().int().positive(),
    ended: z.number().int().positive(),
    reason: z.enum(FAILURE_REASONS),
  }),
  /** A step that is due is begun by nobody, for so many minutes. */
  z.object({ kind: z.literal('jobs_waiting'), minutes: z.number().int().positive() }),
] as const;

const singleKinds = operatorNotices.map((notice) => notice.shape.kind.value);

/** What waits while there is too much of it; the report of a broadcast, which an operator has begun, does not. */
export const HELD_NOTICE_KINDS = singleKinds.filter((kind) => kind !== 'broadcast_over');

/** What was held back of the others in an hour, by kind. */
export const heldAlerts = z.object({
  kind: z.literal('alerts_held'),
  counts: z.partialRecord(z.enum(HELD_NOTICE_KINDS), z.number().int().positive()),
});

export const OPERATOR_NOTICE_KINDS = [...singleKinds, 'alerts_held'] as const;

export type OperatorNoticePayload = z.output<(typeof operatorNotices)[number] | typeof heldAlerts>;
