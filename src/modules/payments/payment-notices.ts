import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { NoticesService, type NoticePayload } from '../notifications/index.js';
import { decideCancellation } from './cancellation.rules.js';
import type { Payment } from './payment.entity.js';
import type { Price } from './payments.types.js';

/** What operators are told about payments. */
export type OperatorsNotice = Extract<
  NoticePayload,
  {
    kind:
      | 'payments_unnoticed'
      | 'payment_parked'
      | 'refund_failed'
      | 'reconciliation_differences'
      | 'payments_refused'
      | 'audit_drift';
  }
>;

/** What people and operators are told of payments: written in the transaction that makes it true, once per cause. */
@Injectable()
export class PaymentNotices {
  constructor(private readonly notices: NoticesService) {}

  async writeCompleted(manager: EntityManager, payment: Payment, balance: number): Promise<string | null> {
    return this.notices.write(manager, {
      userId: payment.userId,
      cause: `payment-completed-${payment.id}`,
      payload: {
        kind: 'payment_completed',
        paymentId: payment.id,
        credits: payment.credits,
        balance,
        price: priceOf(payment),
        resumesOrder: payment.draftId !== null,
        closes: await this.payScreenOf(manager, payment),
      },
    });
  }

  async writeCanceled(
    manager: EntityManager,
    payment: Payment,
    told: { reason: string; balance: number },
  ): Promise<string | null> {
    return this.notices.write(manager, {
      userId: payment.userId,
      cause: `payment-canceled-${payment.id}`,
      payload: {
        kind: 'payment_canceled',
        paymentId: payment.id,
        planId: payment.planId,
        provider: payment.provider,
        reason: decideCancellation(told.reason),
        price: priceOf(payment),
        balance: told.balance,
        closes: await this.payScreenOf(manager, payment),
      },
    });
  }

  /** The bill could not be made, though its link had been promised. */
  writeFailed(manager: EntityManager, payment: Payment, balance: number): Promise<string | null> {
    return this.notices.write(manager, {
      userId: payment.userId,
      cause: `payment-failed-${payment.id}`,
      payload: {
        kind: 'payment_failed',
        paymentId: payment.id,
        price: priceOf(payment),
        balance,
        closes: messageOf(payment),
      },
    });
  }

  /** The promised link is there. */
  writeLink(
    manager: EntityManager,
    payment: Payment,
    { url, balance }: { url: string; balance: number },
  ): Promise<string | null> {
    return this.notices.write(manager, {
      userId: payment.userId,
      cause: linkCause(payment),
      payload: {
        kind: 'payment_link',
        paymentId: payment.id,
        planId: payment.planId,
        url,
        credits: payment.credits,
        price: priceOf(payment),
        balance,
        closes: messageOf(payment),
      },
    });
  }

  writeRefunded(
    manager: EntityManager,
    payment: Payment,
    refund: { refundId: string; amount: number; creditsTaken: number; creditsOwed: number; balance: number },
  ): Promise<string | null> {
    const { refundId, amount, creditsTaken, creditsOwed, balance } = refund;
    return this.notices.write(manager, {
      userId: payment.userId,
      cause: `payment-refunded-${refundId}`,
      payload: {
        kind: 'payment_refunded',
        paymentId: payment.id,
        price: priceIn(payment, amount),
        creditsTaken,
        creditsOwed,
        balance,
      },
    });
  }

  writeSurplusRefunded(
    manager: EntityManager,
    told: { userId: string; refundId: string; stars: number; balance: number },
  ): Promise<string | null> {
    return this.notices.write(manager, {
      userId: told.userId,
      cause: `surplus-refunded-${told.refundId}`,
      payload: { kind: 'surplus_refunded', price: { stars: told.stars }, balance: told.balance },
    });
  }

  /** For every operator who uses the bot, once per cause. Returns what is to be woken after the commit. */
  writeToOperators(
    manager: EntityManager,
    told: { cause: string; payload: OperatorsNotice },
  ): Promise<string[]> {
    return this.notices.writeToOperators(manager, told);
  }

  /** The same for what nothing else in the database depends on. */
  async tellOperators(
    manager: EntityManager,
    told: { cause: string; payload: OperatorsNotice },
  ): Promise<void> {
    await this.wake(...(await this.writeToOperators(manager, told)));
  }

  /** The message that the person can pay by now: the pay screen, or the notice with the promised link that came after it. */
  private async payScreenOf(manager: EntityManager, payment: Payment): Promise<number | null> {
    const linkId = await this.notices.findMessageId(manager, linkCause(payment));
    const ids = [linkId, messageOf(payment)].filter((id) => id !== null);
    return ids.length > 0 ? Math.max(...ids) : null;
  }

  /** After the commit. */
  async wake(...noticeIds: (string | null)[]): Promise<void> {
    for (const id of noticeIds) if (id !== null) await this.notices.wake(id);
  }
}

/** What a payment cost. */
export function priceOf(payment: Payment): Price {
  return priceIn(payment, payment.amountKopecks ?? payment.amountStars ?? 0);
}

/** A part of it, in its own unit. */
export function priceIn(payment: Pick<Payment, 'currency'>, amount: number): Price {
  return payment.currency === 'RUB' ? { kopecks: amount } : { stars: amount };
}

function linkCause({ id }: Payment): string {
  return `payment-link-${id}`;
}

function messageOf(payment: Payment): number | null {
  return payment.messageId === null ? null : Number(payment.messageId);
}
