import type { SandboxClock } from '../clock.js';
import { PlanList } from '../plans.js';
import { cancellationOf, type Cancellation, type TestCard } from './yookassa-cards.data.js';
import { newId } from './yookassa-ids.js';
import type { PaymentRequest } from './yookassa-requests.schemas.js';
import { type NotificationMode, type PaymentScript, type YooEvent } from './yookassa-script.js';

export type PaymentStatus = 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled';

/** A payment as the fake holds it; sums are kopecks. */
export interface YooPayment extends Omit<PaymentRequest, 'returnUrl'> {
  id: string;
  /** Grows with every payment. */
  number: number;
  shopId: string;
  test: boolean;
  /** Null for one made by another program, which the fake's `makePayment` plays. */
  idempotenceKey: string | null;
  status: PaymentStatus;
  returnUrl: string | null;
  createdAtMs: number;
  paidAtMs: number | null;
  capturedAtMs: number | null;
  card: TestCard | null;
  cancellation: Cancellation | null;
  /** Reasons of the attempts that failed and left it pending. */
  failedAttempts: string[];
  /** What has been given back. */
  refundedKopecks: number;
  /** What pending refunds will give back. */
  refundingKopecks: number;
  /** What becomes of its notifications; null leaves it to the fake. */
  notification: NotificationMode | null;
}

/** Everything about a payment that its maker says. */
export type NewPayment = Omit<PaymentRequest, 'returnUrl'> &
  Pick<YooPayment, 'shopId' | 'test' | 'idempotenceKey' | 'returnUrl'>;

/** A payer has an hour; the money of a card is held for a week. https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process */
export const PENDING_TRUE_MS = 3_600_000;
export const HOLD_TRUE_MS = 7 * 24 * 3_600_000;

/** The payments of all shops: their states, and their ends on the scaled clock. */
export class YooPayments {
  private readonly byId = new Map<string, YooPayment>();
  /** What becomes of those that are still to come. */
  readonly scripts = new PlanList<PaymentScript>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private made = 0;

  constructor(
    private readonly clock: SandboxClock,
    /** Told of each change that YooKassa tells of. */
    private readonly changed: (payment: YooPayment, event: YooEvent) => void,
  ) {}

  /** Says what becomes of the next payment; scripts wait for their turn. */
  script(script: PaymentScript): void {
    this.scripts.add(script);
  }

  /** The script of a payment that is about to be made, if there is one. */
  takeScript(body: unknown): PaymentScript | undefined {
    const text = JSON.stringify(body) ?? '';
    return this.scripts.take(({ when }) => when === undefined || text.includes(when.includes));
  }

  /** Makes a pending payment and starts its hour. */
  create(made: NewPayment, notification: NotificationMode | null = null): YooPayment {
    this.made += 1;
    const payment: YooPayment = {
      ...made,
      id: newId('payment'),
      number: this.made,
      status: 'pending',
      createdAtMs: Date.now(),
      paidAtMs: null,
      capturedAtMs: null,
      card: null,
      cancellation: null,
      failedAttempts: [],
      refundedKopecks: 0,
      refundingKopecks: 0,
      notification,
    };
    this.byId.set(payment.id, payment);
    this.arm(payment);
    return payment;
  }

  /** A payment by its id. */
  find(paymentId: string): YooPayment | null {
    return this.byId.get(paymentId) ?? null;
  }

  /** All payments, oldest first. */
  list(): YooPayment[] {
    return [...this.byId.values()];
  }

  /** Pays by a card, which may decline; false when the payment is not pending. */
  pay(payment: YooPayment, card: TestCard): boolean {
    if (payment.status !== 'pending') return false;
    payment.card = card;
    if (card.decline) return this.cancel(payment, card.decline);
    payment.paidAtMs = Date.now();
    if (payment.capture) return this.capture(payment);
    payment.status = 'waiting_for_capture';
    this.arm(payment);
    this.changed(payment, 'payment.waiting_for_capture');
    return true;
  }

  /** An attempt that fails and leaves the payment pending; false when it is not. */
  failAttempt(payment: YooPayment, reason: string): boolean {
    if (payment.status !== 'pending') return false;
    payment.failedAttempts.push(reason);
    return true;
  }

  /** Takes the money, or a part of what is held; false when the payment is over. */
  capture(payment: YooPayment, kopecks = payment.amountKopecks): boolean {
    if (isFinal(payment)) return false;
    payment.amountKopecks = kopecks;
    payment.status = 'succeeded';
    payment.capturedAtMs = Date.now();
    this.disarm(payment);
    this.changed(payment, 'payment.succeeded');
    return true;
  }

  /** Ends a payment without money; false when it is over. */
  cancel(payment: YooPayment, cancellation: Cancellation): boolean {
    if (isFinal(payment)) return false;
    payment.status = 'canceled';
    payment.cancellation = cancellation;
    this.disarm(payment);
    this.changed(payment, 'payment.canceled');
    return true;
  }

  /** The payer's hour, or the time to capture, is over; false when the payment is over already. */
  expire(payment: YooPayment): boolean {
    const reason = payment.status === 'pending' ? 'expired_on_confirmation' : 'expired_on_capture';
    return this.cancel(payment, cancellationOf(reason));
  }

  /** When the payment ends by itself, in real milliseconds; null when it is over. */
  endsAtMs(payment: YooPayment): number | null {
    if (isFinal(payment)) return null;
    return payment.paidAtMs === null
      ? payment.createdAtMs + this.clock.realMs(PENDING_TRUE_MS)
      : payment.paidAtMs + this.clock.realMs(HOLD_TRUE_MS);
  }

  /** Stops every timer; `resume` starts them again with what is left. */
  suspend(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Starts the timers of payments that are not over. */
  resume(): void {
    for (const payment of this.byId.values()) this.arm(payment);
  }

  /** Forgets payments and scripts. */
  clear(): void {
    this.suspend();
    this.byId.clear();
    this.scripts.clear();
  }

  private arm(payment: YooPayment): void {
    this.disarm(payment);
    const endsAtMs = this.endsAtMs(payment);
    if (endsAtMs === null) return;
    const timer = setTimeout(() => this.expire(payment), Math.max(0, endsAtMs - Date.now()));
    this.timers.set(payment.id, timer.unref());
  }

  private disarm({ id }: YooPayment): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }
}

function isFinal({ status }: YooPayment): boolean {
  return status === 'succeeded' || status === 'canceled';
}
