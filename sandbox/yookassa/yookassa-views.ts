import type { YooPayment } from './yookassa-payments.js';
import type { YooRefund } from './yookassa-refunds.js';

/** A payment as a test reads it, plain JSON. */
export type PaymentView = Omit<
  YooPayment,
  'number' | 'createdAtMs' | 'paidAtMs' | 'capturedAtMs' | 'card' | 'notification'
> & {
  confirmationUrl: string;
  /** ISO 8601. */
  createdAt: string;
  paidAt: string | null;
  capturedAt: string | null;
  /** The last four digits of the card that was tried last. */
  cardLast4: string | null;
};

/** A refund as a test reads it, plain JSON. */
export type RefundView = Omit<YooRefund, 'number' | 'createdAtMs' | 'script'> & {
  /** ISO 8601. */
  createdAt: string;
};

/** A copy of a payment for the world outside the fake. */
export function viewPayment(payment: YooPayment, confirmationUrl: string): PaymentView {
  const { number: _n, createdAtMs, paidAtMs, capturedAtMs, card, notification: _m, ...facts } = payment;
  return {
    ...structuredClone(facts),
    confirmationUrl,
    createdAt: new Date(createdAtMs).toISOString(),
    paidAt: paidAtMs === null ? null : new Date(paidAtMs).toISOString(),
    capturedAt: capturedAtMs === null ? null : new Date(capturedAtMs).toISOString(),
    cardLast4: card?.number.slice(-4) ?? null,
  };
}

/** A copy of a refund for the world outside the fake. */
export function viewRefund({ number: _n, createdAtMs, script: _s, ...facts }: YooRefund): RefundView {
  return { ...structuredClone(facts), createdAt: new Date(createdAtMs).toISOString() };
}
