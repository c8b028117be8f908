import { buildReceipt, toRoubles, type Receipt, type ReceiptSettings } from '../receipt.rules.js';

/** Limits of YooKassa (yookassa.ru/developers/api#create_payment). */
const PAYMENT_DESCRIPTION_LENGTH_MAX = 128;
const REFUND_DESCRIPTION_LENGTH_MAX = 250;

/** What a payment is made from. */
export interface PaymentSale {
  paymentId: string;
  kopecks: number;
  description: string;
  /** Where the person comes back to; YooKassa adds nothing to it. */
  returnUrl: string;
  locale: 'ru' | 'en';
  /** Null: no receipt. */
  receipt: { email: string; settings: ReceiptSettings } | null;
}

/** The body that makes a payment, to be frozen in its row. `capture` is said: without it YooKassa would only hold the money. */
export function buildPaymentRequest(sale: PaymentSale): Record<string, unknown> {
  const description = sale.description.slice(0, PAYMENT_DESCRIPTION_LENGTH_MAX);
  return {
    amount: { value: toRoubles(sale.kopecks), currency: 'RUB' },
    capture: true,
    confirmation: {
      type: 'redirect',
      return_url: sale.returnUrl,
      locale: sale.locale === 'ru' ? 'ru_RU' : 'en_US',
    },
    description,
    metadata: { payment_id: sale.paymentId },
    ...(sale.receipt
      ? {
          receipt: buildReceipt(
            { email: sale.receipt.email, description, kopecks: sale.kopecks },
            sale.receipt.settings,
          ),
        }
      : {}),
  };
}

/** A receipt as it stands in a frozen request: empty, where its person was erased. */
type FrozenReceipt = Receipt | Record<keyof Receipt, undefined>;

/** The e-mail that a frozen request sends its receipt to; null where it makes none. */
export function receiptEmailOf(request: Record<string, unknown> | null): string | null {
  return (request?.['receipt'] as FrozenReceipt | undefined)?.customer?.email ?? null;
}

/** What a refund is made from. */
export interface RefundSale {
  refundId: string;
  providerPaymentId: string;
  kopecks: number;
  /** The request that made the payment: its receipt, where there is one with an address, is given back with the sum. */
  paymentRequest: Record<string, unknown> | null;
}

/** The body that makes a refund, to be frozen in its row. The description names the row, because a refund carries no metadata. */
export function buildRefundRequest(sale: RefundSale): Record<string, unknown> {
  const frozen = sale.paymentRequest?.['receipt'] as FrozenReceipt | undefined;
  // Where it is empty only the whole is given back, and YooKassa takes the payment's own.
  const receipt = frozen?.customer && frozen;
  const amount = { value: toRoubles(sale.kopecks), currency: 'RUB' };
  return {
    payment_id: sale.providerPaymentId,
    amount,
    description: refundDescription(sale.refundId).slice(0, REFUND_DESCRIPTION_LENGTH_MAX),
    ...(receipt
      ? { receipt: { ...receipt, items: receipt.items.map((item) => ({ ...item, amount })) } }
      : {}),
  };
}

/** The row that a refund's description names; null: it was not asked for by us. */
export function refundIdOf(description: string | null): string | null {
  return /^Refund ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(description ?? '')?.[1] ?? null;
}

function refundDescription(refundId: string): string {
  return `Refund ${refundId}`;
}
