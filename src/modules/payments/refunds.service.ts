import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, runInTransaction } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { PaymentNotices, priceIn } from './payment-notices.js';
import type { Looked } from './look.types.js';
import type { PaymentRefund } from './payment-refund.entity.js';
import { PaymentSettlement } from './payment-settlement.js';
import { PaymentWakeUps } from './payment-wake-ups.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundsRepository, type RefundRequestAnswer } from './refunds.repository.js';
import type { FoundBy } from './payments.types.js';
import { buildRefundRequest, refundIdOf } from './yookassa/payment-request.rules.js';
import { YooKassaClient } from './yookassa/yookassa.client.js';
import type { RemoteRefund } from './yookassa/yookassa-replies.schemas.js';

/**
 * Money given back, by us or at the provider, followed until the provider's final word. Then, in one transaction, the refund is over,
 * the credits that it had bought are taken back, and the person is to be told.
 */
@Injectable()
export class RefundsService {
  private readonly log = logger('refunds');

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly settlement: PaymentSettlement,
    private readonly credits: CreditsService,
    private readonly notices: PaymentNotices,
    private readonly wakeUps: PaymentWakeUps,
    private readonly yooKassa: YooKassaClient,
    private readonly env: Env,
  ) {}

  /**
   * An operator wants a payment given back: all that is left of it, or `amount` in its own unit (kopecks; Stars only whole). The same
   * cause again changes nothing. The worker does it.
   */
  async request(wish: {
    paymentId: string;
    amount?: number;
    reason?: string;
    cause?: string;
  }): Promise<RefundRequestAnswer> {
    const answer = await this.refunds.request(this.dataSource.manager, wish);
    if (answer.success) await this.wakeUps.wake('refund', answer.refund_id);
    return answer;
  }

  /** Makes the refund at YooKassa where that is still to be done, else asks what became of it. */
  async look(refund: PaymentRefund, ageMs: number): Promise<Looked> {
    if (refund.providerRefundId !== null) return this.readBack(refund, refund.providerRefundId);
    if (ageMs >= this.env.PAYMENT_KEY_LIFE_MS) return this.leaveToList(refund);
    const { manager } = this.dataSource;
    const payment = await this.payments.find(manager, refund.paymentId);
    const request = buildRefundRequest({
      refundId: refund.id,
      providerPaymentId: refund.chargeId,
      kopecks: refund.amount,
      paymentRequest: payment?.frozenRequest ?? null,
    });
    const frozen = await this.refunds.freeze(manager, refund.id, request);
    const answer = await this.yooKassa.createRefund(refund.id, frozen);
    switch (answer.kind) {
      case 'made':
        return this.apply(refund, answer.object);
      case 'refused': {
        const { status, code, description } = answer.error;
        return this.refuse(refund, `${status} ${code}: ${description}`);
      }
      case 'busy':
        await this.refunds.countCreationAnswered(manager, refund.id);
        return { kind: 'again', askedMs: answer.askedMs };
      case 'unknown':
        return { kind: 'again', askedMs: answer.askedMs };
    }
  }

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

  /** The key is too old to be sent again, and it may have been made: the daily list tells, and operators can look. */
  private async leaveToList({ id: refundId, paymentId, amount }: PaymentRefund): Promise<Looked> {
    const reason = 'no answer for as long as its key lasts: YooKassa may have made it or not';
    await this.notices.tellOperators(this.dataSource.manager, {
      cause: `refund-unknown-${refundId}`,
      payload: { kind: 'refund_failed', paymentId, refundId, price: { kopecks: amount }, reason },
    });
    return { kind: 'over' };
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

  private async readBack(refund: PaymentRefund, providerRefundId: string): Promise<Looked> {
    const answer = await this.yooKassa.readRefund(providerRefundId);
    if (answer.kind === 'found') return this.apply(refund, answer.object);
    return { kind: 'again', askedMs: answer.kind === 'unreadable' ? answer.askedMs : undefined };
  }

  private async apply(refund: PaymentRefund, remote: RemoteRefund): Promise<Looked> {
    if (remote.providerPaymentId !== refund.chargeId || remote.kopecks !== refund.amount) {
      this.log.error({ refundId: refund.id, remote: remote.id }, 'A refund is not what was asked for');
      return { kind: 'again' };
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
      await this.payments.lockUser(manager, payment.userId);
      const owedBefore = (await this.payments.find(manager, payment.id))?.creditsOwed ?? 0;
      const taken = await this.credits.takeBackPurchase(manager, {
        paymentId: payment.id,
        providerRefundId,
        amount: refund.amount,
      });
      if (taken.kind === 'refused') return { kind: 'refused' as const, why: taken.why };
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
    this.log.error({ refundId: refund.id, why: done.why }, 'A refund could not take its credits back');
    return { kind: 'again' };
  }

  /** A refund whose answer was lost is in no list of the provider: it was never made. @returns false when it was over, or has an id. */
  async endNeverMade(id: string): Promise<boolean> {
    const { manager } = this.dataSource;
    if (!(await this.refunds.forgetUnanswered(manager, id))) return false;
    const refund = await this.refunds.find(manager, id);
    return refund !== null && this.fail(refund, 'failed', 'never made: no list of the provider has it');
  }

  private async refuse(refund: PaymentRefund, reason: string): Promise<Looked> {
    await this.refunds.countCreationAnswered(this.dataSource.manager, refund.id);
    return (await this.fail(refund, 'failed', reason)) ? { kind: 'over' } : { kind: 'again' };
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
}
