import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logger, runInTransaction } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import type { Looked } from './look.types.js';
import { PaymentNotices, priceIn } from './payment-notices.js';
import type { PaymentRefund } from './payment-refund.entity.js';
import { PaymentSettlement } from './payment-settlement.js';
import type { Payment } from './payment.entity.js';
import type { FoundBy } from './payments.types.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundsRepository } from './refunds.repository.js';
import { refundIdOf } from './yookassa/payment-request.rules.js';
import type { RemoteRefund } from './yookassa/yookassa-replies.schemas.js';

/**
 * What the provider says of a refund, by us or made in its cabinet. When the money is back, in one transaction the refund is over, the
 * credits that it had bought are taken back, and the person is to be told.
 */
@Injectable()
export class RefundSettlement {
  private readonly log = logger('refunds');

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly settlement: PaymentSettlement,
    private readonly credits: CreditsService,
    private readonly notices: PaymentNotices,
  ) {}

  /**
   * Applies a refund that the provider tells of: one of ours, or one that was made in its cabinet.
   *
   * @returns what was found out; `foreign`: of a payment that is not ours.
   */
  async take(remote: RemoteRefund, foundBy: FoundBy): Promise<'over' | 'again' | 'foreign'> {
    const { manager } = this.dataSource;
    const payment = await this.payments.findByProviderId(manager, 'yookassa', remote.providerPaymentId);
    if (!payment) return 'foreign';
    // Money can only go back where it came from, so that the payment is certainly paid: its own news may be on its way still.
    if (payment.status === 'pending') await this.settlement.readBack(payment, foundBy);
    const refund = await this.findOrKeep(payment, remote);
    if (!refund) return 'again';
    return (await this.apply(refund, remote)).kind;
  }

  private async findOrKeep(payment: Payment, remote: RemoteRefund): Promise<PaymentRefund | null> {
    const { manager } = this.dataSource;
    const known = await this.refunds.findByProviderId(manager, remote.id);
    if (known) return known;
    const asked = refundIdOf(remote.description);
    const ours = asked ? await this.refunds.find(manager, asked) : null;
    if (ours && ours.paymentId === payment.id && ours.providerRefundId === null) return ours;
    if (remote.kopecks === null) return null;
    await this.refunds.insertFound(manager, {
      paymentId: payment.id,
      chargeId: remote.providerPaymentId,
      amount: remote.kopecks,
      origin: 'provider',
      providerRefundId: remote.id,
    });
    return this.refunds.findByProviderId(manager, remote.id);
  }

  /** Applies what the provider says of a refund of this row. */
  async apply(refund: PaymentRefund, remote: RemoteRefund): Promise<Looked> {
    if (remote.providerPaymentId !== refund.chargeId || remote.kopecks !== refund.amount) {
      return this.differs(refund, `${remote.id} of payment ${remote.providerPaymentId} is another refund`);
    }
    if (!(await this.refunds.adopt(this.dataSource.manager, refund.id, remote.id))) return { kind: 'over' };
    if (remote.status === 'succeeded') return this.succeed(refund, remote.id);
    if (remote.status === 'canceled') {
      await this.fail(refund, 'canceled', remote.cancellationReason ?? 'unknown');
      return { kind: 'over' };
    }
    return { kind: 'again' };
  }

  /**
   * The money is back with the person: takes back what it had bought, once.
   *
   * @param providerRefundId the provider's id of the refund, which the row has taken.
   */
  async succeed(refund: PaymentRefund, providerRefundId: string): Promise<Looked> {
    const payment = await this.payments.find(this.dataSource.manager, refund.paymentId);
    if (!payment) return { kind: 'over' };
    const done = await runInTransaction(this.dataSource, async (manager) => {
      await this.credits.lockUser(manager, payment.userId);
      const owedBefore = (await this.payments.find(manager, payment.id))?.creditsOwed ?? 0;
      const taken = await this.credits.takeBackPurchase(manager, {
        paymentId: payment.id,
        providerRefundId,
        amount: refund.amount,
      });
      if (taken.kind === 'refused') {
        const { why } = taken;
        // A parked payment has granted nothing: with its money back all is done.
        const found = await this.payments.find(manager, payment.id);
        const isParked = found !== null && found.parkedReason !== null;
        if (why !== 'not_completed' || !isParked) return { kind: 'refused' as const, why };
        await this.refunds.succeed(manager, refund.id);
        return { kind: 'over' as const };
      }
      if (!(await this.refunds.succeed(manager, refund.id)) || taken.kind === 'repeated') {
        return { kind: 'over' as const };
      }
      const noticeId = await this.notices.writeRefunded(manager, payment, {
        refundId: refund.id,
        amount: refund.amount,
        creditsTaken: taken.takenCredits,
        creditsOwed: taken.creditsOwed - owedBefore,
        balance: taken.newCredits,
      });
      return { kind: 'taken' as const, noticeId };
    });
    if (done.kind === 'taken') {
      this.log.info({ refundId: refund.id, paymentId: payment.id }, 'A refund took its credits back');
      await this.notices.wake(done.noticeId);
    }
    if (done.kind !== 'refused') return { kind: 'over' };
    // Its payment may be completed a moment later; all else is for a person to see.
    if (done.why === 'not_completed') return { kind: 'again' };
    return this.differs(refund, `its credits were not taken back: ${done.why}`);
  }

  /** The provider's final no: operators asked for it, so they are told, in the transaction that ends it. */
  async fail(refund: PaymentRefund, status: 'canceled' | 'failed', reason: string): Promise<boolean> {
    const payment = await this.payments.find(this.dataSource.manager, refund.paymentId);
    const price = priceIn(payment ?? { currency: 'RUB' }, refund.amount);
    const { id: refundId, paymentId } = refund;
    const noticeIds = await runInTransaction(this.dataSource, async (manager) => {
      if (!(await this.refunds.end(manager, refundId, { status, reason }))) return null;
      return this.notices.writeToOperators(manager, {
        cause: `refund-failed-${refundId}`,
        payload: { kind: 'refund_failed', paymentId, refundId, price, reason },
      });
    });
    if (noticeIds === null) return false;
    this.log.error({ refundId, reason }, 'A refund did not come about');
    await this.notices.wake(...noticeIds);
    return true;
  }

  /** Looked at again all the same; operators are told once. */
  private async differs(refund: PaymentRefund, reason: string): Promise<Looked> {
    this.log.error({ refundId: refund.id, reason }, 'A refund is not what we know of it');
    const { manager } = this.dataSource;
    const payment = await this.payments.find(manager, refund.paymentId);
    await this.notices.tellOperators(manager, {
      cause: `refund-differs-${refund.id}`,
      payload: {
        kind: 'refund_failed',
        paymentId: refund.paymentId,
        refundId: refund.id,
        price: priceIn(payment ?? { currency: 'RUB' }, refund.amount),
        reason,
      },
    });
    return { kind: 'again' };
  }
}
