import { cancellationOf, DEFAULT_CARD_NUMBER, findTestCard } from './yookassa-cards.data.js';
import type { YooParts } from './yookassa-parts.js';
import type { YooPayment } from './yookassa-payments.js';
import { refundableKopecks, type YooRefund } from './yookassa-refunds.js';

/** A payment that another program of the same shop makes. */
export interface MadePayment {
  kopecks: number;
  shopId?: string | undefined;
  description?: string | undefined;
  metadata?: Record<string, string> | undefined;
  returnUrl?: string | undefined;
  /** False holds the money for a capture; taken at once when absent. */
  capture?: boolean | undefined;
}

/** What payers do on the checkout page, and the merchant in the cabinet and with other programs. */
export class YooPeople {
  constructor(private readonly parts: YooParts) {}

  /** Pays by a test card, the one of the page's button when none is named. Throws a RangeError for a number that is none. */
  pay(paymentId: string, cardNumber = DEFAULT_CARD_NUMBER): boolean {
    const card = findTestCard(cardNumber);
    if (!card) throw new RangeError('There is no such test card');
    return this.on(paymentId, (payment) => this.parts.payments.pay(payment, card));
  }

  /** Declined for good. */
  decline(paymentId: string, reason: string): boolean {
    return this.on(
      paymentId,
      (payment) =>
        payment.status === 'pending' && this.parts.payments.cancel(payment, cancellationOf(reason)),
    );
  }

  /** A card that failed, another may be tried. */
  failAttempt(paymentId: string, reason: string): boolean {
    return this.on(paymentId, (payment) => this.parts.payments.failAttempt(payment, reason));
  }

  /** The payer's hour is over, or the time to capture. */
  expire(paymentId: string): boolean {
    return this.on(paymentId, (payment) => this.parts.payments.expire(payment));
  }

  /** Gives back a sum, or all that is left; null when there is nothing, or not so much, to give back. */
  refund(paymentId: string, kopecks?: number): YooRefund | null {
    const payment = this.parts.payments.find(paymentId);
    const left = payment ? refundableKopecks(payment) : 0;
    const amountKopecks = kopecks ?? left;
    if (!payment || amountKopecks < 1 || amountKopecks > left) return null;
    return this.parts.refunds.create(payment, {
      amountKopecks,
      description: null,
      receipt: null,
      idempotenceKey: null,
    });
  }

  /** Makes a pending payment past the API. Throws a RangeError when its shop is unknown or its sum is no sum. */
  make(made: MadePayment, shopId: string): YooPayment {
    const shop = this.parts.shops.get(made.shopId ?? shopId);
    if (!Number.isInteger(made.kopecks) || made.kopecks < 1)
      throw new RangeError('A payment is of whole kopecks');
    return this.parts.payments.create({
      shopId: shop.shopId,
      test: shop.test,
      idempotenceKey: null,
      amountKopecks: made.kopecks,
      capture: made.capture ?? true,
      returnUrl: made.returnUrl ?? null,
      method: 'bank_card',
      description: made.description ?? null,
      metadata: made.metadata ?? {},
      merchantCustomerId: null,
      receipt: null,
      unknownFields: [],
    });
  }

  private on(paymentId: string, act: (payment: YooPayment) => boolean): boolean {
    const payment = this.parts.payments.find(paymentId);
    return payment !== null && act(payment);
  }
}
