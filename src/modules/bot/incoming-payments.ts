import { z } from 'zod';
import type { PreCheckout, StarPaymentsService } from '../payments/index.js';

const id = z.number().int();
const from = z.looseObject({ id, language_code: z.string().optional() });

/** A purchase in Stars, or one that Telegram gave back (https://core.telegram.org/bots/api#successfulpayment, #refundedpayment). */
const starPaymentSchema = z.looseObject({
  currency: z.string(),
  total_amount: id,
  invoice_payload: z.string(),
  telegram_payment_charge_id: z.string().min(1),
  provider_payment_charge_id: z.string().optional(),
});

/** The question whether an invoice may be paid now (https://core.telegram.org/bots/api#precheckoutquery). */
const preCheckoutSchema = z.looseObject({
  id: z.string(),
  from,
  currency: z.string(),
  total_amount: id,
  invoice_payload: z.string(),
});

const updateWithStars = z.looseObject({
  message: z.looseObject({
    chat: z.looseObject({ id }),
    successful_payment: starPaymentSchema.optional(),
    refunded_payment: starPaymentSchema.optional(),
  }),
});

/** As the inbox of payments takes it. */
export type StarPaymentUpdate = Parameters<StarPaymentsService['keep']>[0];

/**
 * The purchase in Stars that an update tells of; null for one that tells of none. One that is not understood is kept as it came, for
 * a person to look at: told again for ever, it would hold up everybody's updates.
 */
export function readStarPayment(update: { update_id: number; message?: unknown }): StarPaymentUpdate | null {
  const { message } = update;
  if (typeof message !== 'object' || message === null) return null;
  const isPaid = 'successful_payment' in message;
  if (!isPaid && !('refunded_payment' in message)) return null;
  const event = isPaid ? 'payment.succeeded' : 'refund.succeeded';
  const parsed = updateWithStars.safeParse(update).data?.message;
  const payment = parsed?.successful_payment ?? parsed?.refunded_payment;
  if (!parsed || !payment) return { event, chargeId: `update-${update.update_id}`, body: message };
  return {
    event,
    chargeId: payment.telegram_payment_charge_id,
    body: {
      // In a private chat, the person's own id.
      payer: parsed.chat.id,
      currency: payment.currency,
      totalAmount: payment.total_amount,
      payload: payment.invoice_payload,
      chargeId: payment.telegram_payment_charge_id,
      providerChargeId: payment.provider_payment_charge_id,
    },
  };
}

/** The pre-checkout query of an update; null for one without. */
export function readPreCheckout(update: object): PreCheckout | null {
  const parsed = z.looseObject({ pre_checkout_query: preCheckoutSchema }).safeParse(update);
  if (!parsed.success) return null;
  const query = parsed.data.pre_checkout_query;
  return {
    queryId: query.id,
    tgUserId: query.from.id,
    languageCode: query.from.language_code,
    currency: query.currency,
    totalAmount: query.total_amount,
    payload: query.invoice_payload,
  };
}
