import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, logger, runInTransaction } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { UsersService } from '../users/index.js';
import { PaymentNotices } from './payment-notices.js';
import { decidePayment, shopOf, type ShopFacts } from './payment-state.rules.js';
import type { Payment } from './payment.entity.js';
import type { FoundBy } from './payments.types.js';
import { PaymentsRepository } from './payments.repository.js';
import { YooKassaClient } from './yookassa/yookassa.client.js';
import type { RemotePayment } from './yookassa/yookassa-replies.schemas.js';

/** What became of a payment that was looked at. */
export type Settlement =
  | 'completed'
  | 'canceled'
  /** Not over yet. */
  | 'waiting'
  /** It was over before, and the provider agrees. */
  | 'over'
  /** It does not match what was sold, is another payment, or contradicts what we know: operators are told, nothing is granted. */
  | 'parked'
  | 'foreign'
  | 'contradiction'
  /** The provider gave no answer now. */
  | 'unreadable';

/**
 * The only place where a payment leaves `pending` for what the provider says of it. Every path (notification, tap, our own looks,
 * lists) reads the payment back and comes here; whoever comes second changes nothing.
 */
@Injectable()
export class PaymentSettlement {
  private readonly log = logger('payments');
  private readonly shop: ShopFacts;

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly credits: CreditsService,
    private readonly users: UsersService,
    private readonly notices: PaymentNotices,
    private readonly yooKassa: YooKassaClient,
    env: Env,
  ) {
    this.shop = shopOf(env);
  }

  /** Asks YooKassa what became of a payment of ours that has its id, and applies it. */
  async readBack(payment: Payment, foundBy: FoundBy): Promise<{ settlement: Settlement; askedMs?: number }> {
    if (payment.providerPaymentId === null) return { settlement: 'waiting' };
    const answer = await this.yooKassa.readPayment(payment.providerPaymentId);
    if (answer.kind === 'found') return { settlement: await this.apply(payment, answer.object, foundBy) };
    if (answer.kind === 'not_found') {
      this.log.error({ paymentId: payment.id }, 'YooKassa does not know a payment of ours: another shop?');
      return { settlement: 'unreadable' };
    }
    return { settlement: 'unreadable', askedMs: answer.askedMs };
  }

  /** Applies what YooKassa says of a payment that is, or claims to be, this row's. */
  async apply(payment: Payment, remote: RemotePayment, foundBy: FoundBy): Promise<Settlement> {
    const decision = decidePayment(payment, remote, this.shop);
    switch (decision.kind) {
      case 'complete': {
        const completed = await this.complete(payment, { providerPaymentId: remote.id }, foundBy);
        return completed === 'erased' ? this.parkOfErased(payment, remote) : completed;
      }
      case 'cancel':
        return this.cancel(payment, remote, decision.reason);
      case 'wait':
        await this.payments.adopt(this.dataSource.manager, payment.id, {
          providerPaymentId: remote.id,
          confirmationUrl: remote.confirmationUrl,
        });
        await this.tellPromisedLink(payment);
        return 'waiting';
      case 'ignore':
        return 'over';
      case 'park':
        return this.park(payment, decision.differences.join(', '));
      case 'foreign':
        return this.refuse(payment, remote, decision.differences.join(', '));
      case 'contradiction':
        return this.contradict(payment, decision.text);
    }
  }

  /** The link is there: whoever was promised it is told, whichever answer or list brought it. */
  private async tellPromisedLink({ id, userId }: Payment): Promise<void> {
    const balance = await this.credits.balanceOf(userId);
    const noticeId = await runInTransaction(this.dataSource, async (manager) => {
      if (!(await this.payments.takeLinkPromise(manager, id))) return null;
      const payment = await this.payments.find(manager, id);
      if (!payment?.confirmationUrl) return null;
      return this.notices.writeLink(manager, payment, { url: payment.confirmationUrl, balance });
    });
    await this.notices.wake(noticeId);
  }

  /** Grants the credits of a pending payment, once: purchase, status and notice in one transaction. Nobody erased gets any. */
  async complete(
    payment: Payment,
    { providerPaymentId }: { providerPaymentId: string },
    foundBy: FoundBy,
  ): Promise<'completed' | 'over' | 'foreign' | 'contradiction' | 'erased'> {
    const done = await runInTransaction(this.dataSource, async (manager) => {
      // The person first, then the payment: the order of all who change a balance.
      await this.credits.lockUser(manager, payment.userId);
      const buyer = await this.users.find(payment.userId, manager);
      if (!buyer) return { kind: 'erased' as const };
      const { tgUserId } = buyer;
      const adopted = await this.payments.adopt(manager, payment.id, {
        providerPaymentId,
        confirmationUrl: null,
      });
      if (!adopted) return { kind: 'foreign' as const };
      const { id: paymentId, credits } = payment;
      const granted = await this.credits.grantPurchase(manager, { paymentId, tgUserId, credits });
      if (granted.kind === 'refused') return { kind: 'refused' as const, why: granted.why };
      await this.payments.noteFound(manager, paymentId, foundBy);
      // Read again: the message to be closed may have been noted since.
      const now = (await this.payments.find(manager, paymentId)) ?? payment;
      const noticeId = await this.notices.writeCompleted(manager, now, granted.newCredits);
      return { kind: 'completed' as const, noticeId };
    });
    if (done.kind === 'completed') {
      // By these a payment is known again whose row a restored backup is too old for.
      const { id: paymentId, userId, planId, credits } = payment;
      this.log.info({ paymentId, userId, planId, foundBy, credits }, 'A payment was completed');
      await this.notices.wake(done.noticeId);
      return 'completed';
    }
    if (done.kind === 'foreign' || done.kind === 'erased') return done.kind;
    return done.why === 'already_completed'
      ? 'over'
      : this.contradict(payment, `paid, and not credited: ${done.why}`);
  }

  /** Somebody has paid after they were erased: nobody is left to get the credits, so that operators must give the money back. */
  private async parkOfErased(payment: Payment, remote: RemotePayment): Promise<Settlement> {
    const { manager } = this.dataSource;
    const adopted = await this.payments.adopt(manager, payment.id, {
      providerPaymentId: remote.id,
      confirmationUrl: null,
    });
    return adopted
      ? this.park(payment, `payment ${remote.id} was paid after its person was erased`)
      : 'foreign';
  }

  private async cancel(payment: Payment, remote: RemotePayment, reason: string): Promise<Settlement> {
    const balance = await this.credits.balanceOf(payment.userId);
    const done = await runInTransaction(this.dataSource, async (manager) => {
      await this.payments.adopt(manager, payment.id, {
        providerPaymentId: remote.id,
        confirmationUrl: null,
      });
      if (!(await this.payments.cancel(manager, payment.id, reason))) return null;
      const now = (await this.payments.find(manager, payment.id)) ?? payment;
      // Of one that was replaced by a newer one the person has heard enough.
      const isTold = now.supersededAt === null;
      return { noticeId: isTold ? await this.tellCanceled(manager, now, { reason, balance }) : null };
    });
    if (!done) return 'over';
    this.log.info({ paymentId: payment.id, reason }, 'A payment was canceled');
    await this.notices.wake(done.noticeId);
    return 'canceled';
  }

  private tellCanceled(manager: EntityManager, payment: Payment, told: { reason: string; balance: number }) {
    return this.notices.writeCanceled(manager, payment, told);
  }

  private async park(payment: Payment, reason: string): Promise<Settlement> {
    // Together: nobody looks at a parked payment again, so that one of which nobody was told would be lost.
    const noticeIds = await runInTransaction(this.dataSource, async (manager) => {
      const isNew = await this.payments.park(manager, payment.id, reason);
      return isNew ? this.notices.writeToOperators(manager, parkedNotice(payment, reason)) : null;
    });
    if (noticeIds === null) return 'parked';
    this.log.error({ paymentId: payment.id, reason }, 'A paid payment is not what was sold: not credited');
    await this.notices.wake(...noticeIds);
    return 'parked';
  }

  private async refuse(payment: Payment, remote: RemotePayment, reason: string): Promise<Settlement> {
    this.log.error(
      { paymentId: payment.id, providerPaymentId: remote.id, reason },
      'A payment that names ours is another one',
    );
    if (remote.status === 'succeeded') await this.tellOperators(payment, reason, remote.id);
    return 'foreign';
  }

  private async contradict(payment: Payment, text: string): Promise<'contradiction'> {
    this.log.error({ paymentId: payment.id, text }, 'A payment contradicts what we know');
    await this.tellOperators(payment, text);
    return 'contradiction';
  }

  private tellOperators(payment: Payment, reason: string, about = payment.id): Promise<void> {
    return this.notices.tellOperators(this.dataSource.manager, parkedNotice(payment, reason, about));
  }
}

/** @param about what names the fact, so that each is told once. */
function parkedNotice(payment: Payment, reason: string, about = payment.id) {
  const payload = { kind: 'payment_parked' as const, paymentId: payment.id, reason };
  return { cause: `payment-parked-${about}`, payload };
}
