import { Injectable } from '@nestjs/common';
import {
  AMOUNT_MAX,
  ParkedPayments,
  PaymentsService,
  RefundsService,
  type RefundRequestAnswer,
} from '../payments/index.js';
import type { ActionResult, OperatorRequest } from './operator-action.types.js';
import { OperatorActions } from './operator-actions.js';

/** What operators do with payments. */
@Injectable()
export class PaymentActions {
  constructor(
    private readonly actions: OperatorActions,
    private readonly payments: PaymentsService,
    private readonly refunds: RefundsService,
    private readonly parked: ParkedPayments,
  ) {}

  /**
   * Asks the provider what became of a payment, and applies it; as this changes nothing twice, also for a repeated wish, whose first
   * asking may have been cut short. `details.settlement` is what came of it; without an answer the outcome is `unreadable`.
   */
  async check(request: OperatorRequest, paymentId: string): Promise<ActionResult> {
    const about = { action: 'payment_checked', subjectKind: 'payment', subject: paymentId } as const;
    // The row first: no transaction waits for the provider.
    const result = await this.actions.perform(request, about, async (manager) => ({
      outcome: (await this.payments.isThere(manager, paymentId)) ? 'done' : 'not_found',
    }));
    if (result.outcome !== 'done') return result;
    const settlement = await this.payments.checkForOperator(paymentId);
    const outcome = settlement === 'unreadable' ? 'unreadable' : 'done';
    return { ...result, outcome, details: { settlement } };
  }

  /**
   * Gives money back; the credits go when the provider says that the money did. `details.refundId`.
   *
   * @param amount kopecks; all that is left where none is given. Stars are given back whole.
   */
  async refund(request: OperatorRequest, paymentId: string, amount?: number): Promise<ActionResult> {
    const about = { action: 'payment_refunded', subjectKind: 'payment', subject: paymentId } as const;
    const cause = `refunded-${request.key}`;
    let answer: RefundRequestAnswer | null = null;
    const result = await this.actions.perform(request, about, async (manager) => {
      if (amount !== undefined && amount > AMOUNT_MAX) return { outcome: 'exceeds_payment' };
      const { reason } = request;
      answer = await this.refunds.request({ paymentId, amount, reason, cause }, manager);
      if (!answer.success) return { outcome: answer.error, details: { left: answer.left } };
      return { outcome: 'done', details: { refundId: answer.refund_id, amount: answer.amount } };
    });
    if (result.outcome === 'done') await this.refunds.wake(result.details['refundId'] as string);
    return result;
  }

  /** What was paid otherwise than it was sold was given back, or granted, by hand: nobody needs to look any more. */
  settle(request: OperatorRequest, paymentId: string): Promise<ActionResult> {
    const about = { action: 'payment_settled', subjectKind: 'payment', subject: paymentId } as const;
    return this.actions.perform(request, about, async (manager) => ({
      outcome: await this.parked.settle(manager, paymentId),
    }));
  }
}
