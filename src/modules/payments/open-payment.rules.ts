import type { PaymentProvider } from './payments.types.js';

/** A payment that may be handed out once more. */
export interface OpenPayment {
  amountKopecks: number | null;
  amountStars: number | null;
  credits: number;
  ageMs: number;
  /** Where its receipt goes; frozen with it. */
  receiptEmail: string | null;
}

/** What would be sold now. */
export interface SaleNow {
  provider: PaymentProvider;
  priceKopecks: number;
  priceStars: number;
  credits: number;
  /** Null: no receipt is made. */
  receiptEmail: string | null;
}

/** Whether the open payment is just what the person wants now, and lives long enough to be paid. */
export function isReusable(open: OpenPayment, sale: SaleNow, reuseMs: number): boolean {
  const samePrice =
    sale.provider === 'yookassa'
      ? open.amountKopecks === sale.priceKopecks && open.receiptEmail === sale.receiptEmail
      : open.amountStars === sale.priceStars;
  return samePrice && open.credits === sale.credits && open.ageMs < reuseMs;
}
