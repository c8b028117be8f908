import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';
import type { Looked } from './look.types.js';
import { PaymentNotices } from './payment-notices.js';
import type { PaymentRefund } from './payment-refund.entity.js';
import { PaymentWakeUps } from './payment-wake-ups.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundSettlement } from './refund-settlement.js';
import { RefundsRepository, type RefundRequestAnswer } from './refunds.repository.js';
import { buildRefundRequest } from './yookassa/payment-request.rules.js';
import { YooKassaClient } from './yookassa/yookassa.client.js';

/** Money that we give back: asked for by an operator, made at YooKassa, and followed until its final word. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly settlement: RefundSettlement,
    private readonly notices: PaymentNotices,
    private readonly wakeUps: PaymentWakeUps,
    private readonly yooKassa: YooKassaClient,
    private readonly env: Env,
  ) {}

  /**
   * An operator wants a payment given back: all that is left of it, or `amount` in its own unit (kopecks; Stars only whole). The same
   * cause again changes nothing. The worker does it.
   *
   * @param manager the caller's transaction, after whose commit the caller calls `wake`.
   */
  async request(
    wish: { paymentId: string; amount?: number; reason?: string; cause?: string },
    manager?: EntityManager,
  ): Promise<RefundRequestAnswer> {
    const answer = await this.refunds.request(manager ?? this.dataSource.manager, wish);
    if (!manager && answer.success) await this.wake(answer.refund_id);
    return answer;
  }

  /** Has the worker look at a refund that was asked for. */
  wake(refundId: string): Promise<void> {
    return this.wakeUps.wake('refund', refundId);
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
        return this.settlement.apply(refund, answer.object);
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

  /** The key is too old to be sent again, and it may have been made: the daily list tells, and operators can look. */
  private async leaveToList({ id: refundId, paymentId, amount }: PaymentRefund): Promise<Looked> {
    const reason = 'no answer for as long as its key lasts: YooKassa may have made it or not';
    await this.notices.tellOperators(this.dataSource.manager, {
      cause: `refund-unknown-${refundId}`,
      payload: { kind: 'refund_failed', paymentId, refundId, price: { kopecks: amount }, reason },
    });
    return { kind: 'over' };
  }

  private async readBack(refund: PaymentRefund, providerRefundId: string): Promise<Looked> {
    const answer = await this.yooKassa.readRefund(providerRefundId);
    if (answer.kind === 'found') return this.settlement.apply(refund, answer.object);
    return { kind: 'again', askedMs: answer.kind === 'unreadable' ? answer.askedMs : undefined };
  }

  /** A refund whose answer was lost is in no list of the provider: it was never made. @returns false when it was over, or has an id. */
  async endNeverMade(id: string): Promise<boolean> {
    const { manager } = this.dataSource;
    if (!(await this.refunds.forgetUnanswered(manager, id))) return false;
    const refund = await this.refunds.find(manager, id);
    const reason = 'never made: no list of the provider has it';
    return refund !== null && this.settlement.fail(refund, 'failed', reason);
  }

  private async refuse(refund: PaymentRefund, reason: string): Promise<Looked> {
    await this.refunds.countCreationAnswered(this.dataSource.manager, refund.id);
    return (await this.settlement.fail(refund, 'failed', reason)) ? { kind: 'over' } : { kind: 'again' };
  }
}
