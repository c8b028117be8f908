import type { PaymentStatus } from '../payments.types.js';

/** Our row, as far as a pre-checkout needs it. */
export interface InvoiceFacts {
  status: PaymentStatus;
  provider: string;
  amountStars: number | null;
  isSuperseded: boolean;
  ownerTgUserId: number;
}

/** Why a person may not pay an invoice now. */
export type PreCheckoutRefusal = 'unknown' | 'paid' | 'outdated' | 'other_person';

/** Who wants to pay what, as Telegram says it. */
export interface PreCheckoutFacts {
  tgUserId: number;
  currency: string;
  totalAmount: number;
}

/**
 * Whether an invoice may be paid now; null: it may. An invoice stays in the chat for ever, can be passed on and paid again, so only the
 * state of its row says so.
 */
export function decidePreCheckout(
  row: InvoiceFacts | null,
  query: PreCheckoutFacts,
): PreCheckoutRefusal | null {
  if (!row || row.provider !== 'telegram_stars') return 'unknown';
  if (row.ownerTgUserId !== query.tgUserId) return 'other_person';
  if (query.currency !== 'XTR' || query.totalAmount !== row.amountStars) return 'outdated';
  if (row.status === 'completed') return 'paid';
  return row.status !== 'pending' || row.isSuperseded ? 'outdated' : null;
}
