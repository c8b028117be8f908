import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { logger, runInTransaction } from '../../../platform/index.js';
import { CreditsService } from '../../credits/index.js';
import { TelegramClient, TelegramError } from '../../telegram/index.js';
import { UsersService } from '../../users/index.js';
import type { Looked } from '../look.types.js';
import { PaymentNotices } from '../payment-notices.js';
import type { PaymentRefund } from '../payment-refund.entity.js';
import { PaymentSettlement } from '../payment-settlement.js';
import { PaymentWakeUps } from '../payment-wake-ups.js';
import type { Payment } from '../payment.entity.js';
import type { FoundBy } from '../payments.types.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundsRepository } from '../refunds.repository.js';
import { RefundSettlement } from '../refund-settlement.js';
import { parseInvoicePayload, type StarUpdate } from './star-updates.schemas.js';

/** A charge in Stars that was paid, whoever told of it. */
export type PaidCharge = Pick<StarUpdate, 'payer' | 'totalAmount' | 'payload' | 'chargeId'> & {
  currency?: string;
};

/**
 * What Stars became: a charge buys the payment that its invoice names, once. A charge that buys nothing (a second one for the same
 * invoice, or by somebody else) is given back by itself.
 */
@Injectable()
export class StarSettlement {
  private readonly log = logger('stars');

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly refundSettlement: RefundSettlement,
    private readonly settlement: PaymentSettlement,
    private readonly credits: CreditsService,
    private readonly users: UsersService,
    private readonly notices: PaymentNotices,
    private readonly wakeUps: PaymentWakeUps,
    private readonly telegram: TelegramClient,
  ) {}

  /** A charge was paid. */
  async takeCharge(
    charge: PaidCharge,
    foundBy: FoundBy,
  ): Promise<'completed' | 'over' | 'surplus' | 'foreign' | 'contradiction'> {
    const paymentId = parseInvoicePayload(charge.payload);
    const payment = paymentId && (await this.payments.find(this.dataSource.manager, paymentId));
    if (!payment) {
      this.log.error({ chargeId: charge.chargeId }, 'Stars were paid for an invoice that is not ours');
      await this.tellOfUnknown(charge);
      return 'foreign';
    }
    if (payment.providerPaymentId === charge.chargeId && payment.status === 'completed') return 'over';
    const settled = (await this.isBought(payment, charge))
      ? await this.settlement.complete(payment, { providerPaymentId: charge.chargeId }, foundBy)
      : 'foreign';
    return settled === 'foreign' || settled === 'erased' ? this.giveBack(payment, charge) : settled;
  }

  /** Telegram gave a charge back: by our wish, or by its support. */
  async takeRefund(
    charge: Pick<StarUpdate, 'chargeId' | 'totalAmount' | 'payload'>,
  ): Promise<'over' | 'again' | 'foreign'> {
    const { manager } = this.dataSource;
    const payment = await this.payments.findByProviderId(manager, 'telegram_stars', charge.chargeId);
    const asked = await this.refunds.findPendingOfCharge(manager, charge.chargeId);
    if (asked) return (await this.succeed(asked)).kind;
    if (!payment) return this.takeRefundOfUnknown(charge);
    await this.refunds.insertFound(manager, {
      paymentId: payment.id,
      chargeId: charge.chargeId,
      amount: charge.totalAmount,
      origin: 'provider',
      providerRefundId: charge.chargeId,
    });
    const refund = await this.refunds.findByProviderId(manager, charge.chargeId);
    return refund?.status === 'pending' ? (await this.succeed(refund)).kind : 'over';
  }

  /** Our own pre-checkout let it pass, so that its row is lost: only a person can tell what was sold. */
  private async tellOfUnknown({ chargeId, payload, payer, totalAmount }: PaidCharge): Promise<void> {
    // By our own id where there is one: a notice to somebody else outlives the erasure of this one.
    const user = await this.users.findByTgUserId(payer);
    const who = user ? `user ${user.id}` : `Telegram ${payer}`;
    const reason = `${totalAmount} Stars of ${who} for an invoice that is not ours, charge ${chargeId}`;
    return this.notices.tellOperators(this.dataSource.manager, {
      cause: `stars-unknown-${chargeId}`,
      payload: { kind: 'payment_parked', paymentId: payload, reason },
    });
  }

  /** A charge that has bought nothing: it was given back as a surplus, or what it paid for has not been heard of yet. */
  private async takeRefundOfUnknown({
    chargeId,
    payload,
  }: Pick<StarUpdate, 'chargeId' | 'payload'>): Promise<'over' | 'again' | 'foreign'> {
    const { manager } = this.dataSource;
    if (await this.refunds.findByProviderId(manager, chargeId)) return 'over';
    const paymentId = parseInvoicePayload(payload);
    return paymentId && (await this.payments.find(manager, paymentId)) ? 'again' : 'foreign';
  }

  /** Asks Telegram to give a charge back; one that was given back already is just as good. */
  async refund(refund: PaymentRefund): Promise<Looked> {
    const payer = await this.findPayer(refund);
    if (payer === null) {
      await this.refundSettlement.fail(
        refund,
        'failed',
        'Stars go back by a Telegram id, and this person was erased',
      );
      return { kind: 'over' };
    }
    try {
      await this.telegram.refundStarPayment(payer, refund.chargeId);
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      // A token that Telegram does not know says nothing of this refund, and a surplus cannot be asked for anew.
      const comesBack = error.retryable || error.meaning === 'unauthorized';
      if (comesBack) return { kind: 'again', askedMs: error.retryAfterMs };
      await this.refundSettlement.fail(refund, 'failed', error.message);
      return { kind: 'over' };
    }
    return this.succeed(refund);
  }

  /** Only its owner buys it, and for the price that it was offered at. */
  private async isBought(payment: Payment, charge: PaidCharge): Promise<boolean> {
    const owner = await this.users.find(payment.userId);
    const isPriced = charge.totalAmount === payment.amountStars && (charge.currency ?? 'XTR') === 'XTR';
    return payment.provider === 'telegram_stars' && owner?.tgUserId === charge.payer && isPriced;
  }

  private async giveBack(payment: Payment, charge: PaidCharge): Promise<'surplus'> {
    this.log.warn({ paymentId: payment.id, chargeId: charge.chargeId }, 'A surplus charge is given back');
    const refundId = await this.refunds.insertFound(this.dataSource.manager, {
      paymentId: payment.id,
      chargeId: charge.chargeId,
      amount: charge.totalAmount,
      origin: 'surplus',
      payerTgUserId: charge.payer,
    });
    if (refundId) await this.wakeUps.wake('refund', refundId);
    return 'surplus';
  }

  private async succeed(refund: PaymentRefund): Promise<Looked> {
    await this.refunds.adopt(this.dataSource.manager, refund.id, refund.chargeId);
    if (refund.origin !== 'surplus') return this.refundSettlement.succeed(refund, refund.chargeId);
    const payerId = await this.findPayer(refund);
    const payer = payerId === null ? null : await this.users.findByTgUserId(payerId);
    const balance = payer ? await this.credits.balanceOf(payer.id) : 0;
    const noticeId = await runInTransaction(this.dataSource, async (manager) => {
      if (!(await this.refunds.succeed(manager, refund.id))) return null;
      if (!payer) {
        await this.refunds.forgetPayer(manager, refund.id);
        return null;
      }
      return this.notices.writeSurplusRefunded(manager, {
        userId: payer.id,
        refundId: refund.id,
        stars: refund.amount,
        balance,
      });
    });
    await this.notices.wake(noticeId);
    return { kind: 'over' };
  }

  /** Telegram's id of who gets the Stars back; null where that was erased. */
  private async findPayer(refund: PaymentRefund): Promise<number | null> {
    if (refund.payerTgUserId !== null) return Number(refund.payerTgUserId);
    const payment = await this.payments.find(this.dataSource.manager, refund.paymentId);
    const owner = payment && (await this.users.find(payment.userId));
    return owner?.tgUserId ?? null;
  }
}
