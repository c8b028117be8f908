import { z } from 'zod';
import { planIdSchema } from '../telegram/index.js';

/** Why a payment did not come about, as far as there is a text for it; a reason without one does not compile. */
export const CANCELLATION_REASONS = [
  'expired',
  'insufficient_funds',
  'card_data',
  'confirmation_failed',
  'bank_refused',
  'limit_exceeded',
  'country_forbidden',
  'identification_required',
  'canceled_by_us',
  'unknown',
] as const;

const amount = z.number().int().positive();
const count = z.number().int().nonnegative();

export const providerSchema = z.enum(['yookassa', 'telegram_stars']);
export const priceSchema = z.union([z.object({ kopecks: amount }), z.object({ stars: amount })]);

/** The message of the pay screen, which the notice closes; null where none is known. */
const closes = z.number().int().nullable();

/** What a person is told about a payment. `balance` is theirs after it. */
export const paymentNotices = [
  z.object({
    kind: z.literal('payment_completed'),
    paymentId: z.guid(),
    credits: amount,
    balance: count,
    price: priceSchema,
    /** An order waited for these credits. */
    resumesOrder: z.boolean(),
    closes,
  }),
  z.object({
    kind: z.literal('payment_canceled'),
    paymentId: z.guid(),
    planId: planIdSchema,
    provider: providerSchema,
    reason: z.enum(CANCELLATION_REASONS),
    price: priceSchema,
    balance: count,
    closes,
  }),
  /** The provider did not take the payment whose link was promised. */
  z.object({
    kind: z.literal('payment_failed'),
    paymentId: z.guid(),
    price: priceSchema,
    balance: count,
    closes,
  }),
  /** The link that was promised. */
  z.object({
    kind: z.literal('payment_link'),
    paymentId: z.guid(),
    planId: planIdSchema,
    url: z.url(),
    credits: amount,
    price: priceSchema,
    balance: count,
    closes,
  }),
  z.object({
    kind: z.literal('payment_refunded'),
    paymentId: z.guid(),
    /** Of this refund. */
    price: priceSchema,
    creditsTaken: count,
    /** Not taken, because they were spent already. */
    creditsOwed: count,
    balance: count,
  }),
  /** An invoice was paid twice, and the second payment was given back. */
  z.object({ kind: z.literal('surplus_refunded'), price: priceSchema, balance: count }),
] as const;

export type PaymentNoticePayload = z.output<(typeof paymentNotices)[number]>;
export type CancellationReason = (typeof CANCELLATION_REASONS)[number];
