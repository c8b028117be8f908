import type { SandboxClock } from '../clock.js';
import { PlanList } from '../plans.js';
import { newId } from './yookassa-ids.js';
import type { YooPayment, YooPayments } from './yookassa-payments.js';
import { type RefundScript } from './yookassa-script.js';

export type RefundStatus = 'pending' | 'succeeded' | 'canceled';

/** A refund as the fake holds it; sums are kopecks. */
export interface YooRefund {
  id: string;
  /** Grows with every refund. */
  number: number;
  paymentId: string;
  shopId: string;
  amountKopecks: number;
  description: string | null;
  receipt: unknown;
  /** Null for one made in the merchant's cabinet. */
  idempotenceKey: string | null;
  status: RefundStatus;
  createdAtMs: number;
  cancellation: { party: string; reason: string } | null;
  /** What it ends with, and when. */
  script: RefundScript;
}

/** Timers that are longer fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Everything about a refund that its maker says. */
export type NewRefund = Pick<YooRefund, 'amountKopecks' | 'description' | 'receipt' | 'idempotenceKey'>;

/** The refunds of all shops. */
export class YooRefunds {
  private readonly byId = new Map<string, YooRefund>();
  /** What becomes of those that are still to come. */
  readonly scripts = new PlanList<RefundScript>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private made = 0;

  constructor(
    private readonly clock: SandboxClock,
    private readonly payments: YooPayments,
    private readonly succeeded: (refund: YooRefund) => void,
  ) {}

  /** Says what becomes of the next refund; scripts wait for their turn. */
  script(script: RefundScript): void {
    this.scripts.add(script);
  }

  /** Makes a refund of a payment that has the money for it (`refundableKopecks`). */
  create(payment: YooPayment, made: NewRefund): YooRefund {
    this.made += 1;
    const refund: YooRefund = {
      ...made,
      id: newId('refund'),
      number: this.made,
      paymentId: payment.id,
      shopId: payment.shopId,
      status: 'pending',
      createdAtMs: Date.now(),
      cancellation: null,
      script: this.scripts.take(({ when }) => when === undefined || when.paymentId === payment.id) ?? {},
    };
    this.byId.set(refund.id, refund);
    payment.refundingKopecks += refund.amountKopecks;
    if (refund.script.pendingTrueMs) this.arm(refund);
    else this.finish(refund);
    return refund;
  }

  /** A refund by its id. */
  find(refundId: string): YooRefund | null {
    return this.byId.get(refundId) ?? null;
  }

  /** All refunds, oldest first. */
  list(): YooRefund[] {
    return [...this.byId.values()];
  }

  /** Ends a pending refund, by its script; false when it is over. */
  finish(refund: YooRefund): boolean {
    if (refund.status !== 'pending') return false;
    this.disarm(refund);
    const payment = this.payments.find(refund.paymentId);
    if (payment) payment.refundingKopecks -= refund.amountKopecks;
    const { cancelReason, cancelParty = 'yoo_money' } = refund.script;
    if (cancelReason !== undefined) {
      refund.status = 'canceled';
      refund.cancellation = { party: cancelParty, reason: cancelReason };
      return true;
    }
    refund.status = 'succeeded';
    if (payment) payment.refundedKopecks += refund.amountKopecks;
    this.succeeded(refund);
    return true;
  }

  /** Stops every timer; `resume` starts them again with what is left. */
  suspend(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Starts the timers of pending refunds. */
  resume(): void {
    for (const refund of this.byId.values()) if (refund.status === 'pending') this.arm(refund);
  }

  /** Forgets refunds and scripts. */
  clear(): void {
    this.suspend();
    this.byId.clear();
    this.scripts.clear();
  }

  private arm(refund: YooRefund): void {
    this.disarm(refund);
    const endsAtMs = refund.createdAtMs + this.clock.realMs(refund.script.pendingTrueMs ?? 0);
    const leftRealMs = Math.max(0, endsAtMs - Date.now());
    const timer =
      leftRealMs > TIMER_MS_MAX
        ? setTimeout(() => this.arm(refund), TIMER_MS_MAX)
        : setTimeout(() => this.finish(refund), leftRealMs);
    this.timers.set(refund.id, timer.unref());
  }

  private disarm({ id }: YooRefund): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }
}

/** What of a payment can still be given back. */
export function refundableKopecks(payment: YooPayment): number {
  if (payment.status !== 'succeeded') return 0;
  return payment.amountKopecks - payment.refundedKopecks - payment.refundingKopecks;
}
