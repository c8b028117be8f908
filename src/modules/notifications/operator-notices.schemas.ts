import { z } from 'zod';
import { priceSchema, providerSchema } from './payment-notices.schemas.js';

/** How many payments a notice names; the others are counted. */
const NAMED_PAYMENTS_MAX = 5;

/** What operators are told. */
export const operatorNotices = [
  z.object({
    kind: z.literal('kie_keys_spent'),
    /** What KIE said to the last key. */
    text: z.string(),
  }),
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
  /** The provider refuses our credentials or requests; `text` is what it said. */
  z.object({ kind: z.literal('payments_refused'), provider: providerSchema, text: z.string() }),
  /** Another program polls with the token of our bot. */
  z.object({ kind: z.literal('second_poller') }),
  /** Updates go to a webhook that is not ours. Only its host, as the address may hold a secret; null: there is no webhook any more. */
  z.object({ kind: z.literal('webhook_taken'), host: z.string().nullable() }),
] as const;

export type OperatorNoticePayload = z.output<(typeof operatorNotices)[number]>;
