import { z } from 'zod';

/**
 * A payment or refund in Stars, as the bot keeps it from Telegram's message (https://core.telegram.org/bots/api#successfulpayment,
 * #refundedpayment). Telegram vouches for it: it comes under the webhook's secret, or from a poll with the token.
 */
const starUpdateSchema = z.looseObject({
  /** Telegram's id of who paid, or got back. */
  payer: z.number().int(),
  currency: z.string(),
  totalAmount: z.number().int(),
  payload: z.string(),
  chargeId: z.string().min(1),
});

export type StarUpdate = z.output<typeof starUpdateSchema>;

/** Null for a body that is none. */
export function parseStarUpdate(body: unknown): StarUpdate | null {
  return starUpdateSchema.safeParse(body).data ?? null;
}

const payloadSchema = z.guid();

/** The payment that an invoice's payload names; null for an invoice that is not ours. */
export function parseInvoicePayload(payload: string): string | null {
  return payloadSchema.safeParse(payload).data ?? null;
}
