import type { SandboxClock } from '../clock.js';
import { CHECKOUT_PATH } from './yookassa-checkout.page.js';
import { YooKeys } from './yookassa-keys.js';
import { YooNotifications } from './yookassa-notifications.js';
import { paymentObject, refundObject } from './yookassa-objects.js';
import { YooPayments, type YooPayment } from './yookassa-payments.js';
import { YooRefunds } from './yookassa-refunds.js';
import { YooShops } from './yookassa-shops.js';
import { YooWire } from './yookassa-wire.js';

/** The parts of the fake that its routes work with. */
export interface YooParts {
  clock: SandboxClock;
  shops: YooShops;
  keys: YooKeys;
  payments: YooPayments;
  refunds: YooRefunds;
  notifications: YooNotifications;
  wire: YooWire;
  /** Where a payer's browser goes for a shop's `return_url`: there, unless told otherwise. */
  wayBack: (returnUrl: string) => string;
  /** The address of a payment's page. */
  confirmationUrl: (payment: YooPayment) => string;
  /** Resolves when what happened to this payment last was told once. */
  told: (payment: YooPayment) => Promise<void>;
}

/** Makes the parts and lets payments and refunds tell the shops of their ends. */
export function assemble(clock: SandboxClock, baseUrl: () => string): YooParts {
  const told = new WeakMap<YooPayment, Promise<void>>();
  const notifications = new YooNotifications(clock);
  const payments: YooPayments = new YooPayments(clock, (payment, event) => {
    const { shopId, notification: mode } = payment;
    const object = showPayment(parts, payment);
    told.set(payment, notifications.announce({ event, object, shopId, mode }));
  });
  const refunds = new YooRefunds(clock, payments, (refund) => {
    const mode = payments.find(refund.paymentId)?.notification ?? null;
    const { shopId } = refund;
    void notifications.announce({ event: 'refund.succeeded', object: refundObject(refund), shopId, mode });
  });
  const parts: YooParts = {
    clock,
    shops: new YooShops(),
    keys: new YooKeys(clock),
    payments,
    refunds,
    notifications,
    wire: new YooWire(clock),
    wayBack: (returnUrl) => returnUrl,
    confirmationUrl: ({ id }) => `${baseUrl()}${CHECKOUT_PATH}?orderId=${id}`,
    told: async (payment) => told.get(payment),
  };
  return parts;
}

/** A payment as the API shows it now. */
export function showPayment({ payments, confirmationUrl }: YooParts, payment: YooPayment) {
  return paymentObject(payment, {
    confirmationUrl: confirmationUrl(payment),
    endsAtMs: payments.endsAtMs(payment),
  });
}
