import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, runInTransaction } from '../../platform/index.js';
import { CreditsService } from '../credits/index.js';
import { PaymentNotices } from './payment-notices.js';
import { PaymentSettlement } from './payment-settlement.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { YooKassaClient, type CreateAnswer } from './yookassa/yookassa.client.js';
import type { RemotePayment } from './yookassa/yookassa-replies.schemas.js';

/** What became of asking for a payment. */
export type Creation =
  | { kind: 'made' }
  /** YooKassa said no for good; the row is `failed`. */
  | { kind: 'refused' }
  /** It may have been made: the same request, later. */
  | { kind: 'again'; askedMs?: number | undefined }
  /** The key is too old to be sent again; the daily list tells. */
  | { kind: 'left_to_list' };

/**
 * Makes the payment of a row at YooKassa: its id is the idempotency key, its frozen request the body, however often and by whomever
 * it is sent. A refusal counts only when no other request is left without an answer, because that one may have made it.
 */
@Injectable()
export class PaymentCreation {
  private readonly log = logger('payments');

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly settlement: PaymentSettlement,
    private readonly credits: CreditsService,
    private readonly notices: PaymentNotices,
    private readonly yooKassa: YooKassaClient,
    private readonly env: Env,
  ) {}

  /** @param ageMs since the row was made, on the database's clock. */
  async create(payment: Payment, ageMs: number): Promise<Creation> {
    if (ageMs >= this.env.PAYMENT_KEY_LIFE_MS) return { kind: 'left_to_list' };
    const { manager } = this.dataSource;
    if (!(await this.payments.countCreation(manager, payment.id))) return { kind: 'made' };
    const answer = await this.yooKassa.createPayment(payment.id, payment.frozenRequest ?? {});
    switch (answer.kind) {
      case 'made':
        return this.take(payment, answer.object);
      case 'refused':
        return this.refuse(payment, answer);
      case 'busy':
        await this.payments.countCreationAnswered(manager, payment.id);
        return { kind: 'again', askedMs: answer.askedMs };
      case 'unknown':
        return { kind: 'again', askedMs: answer.askedMs };
    }
  }

  private async take(payment: Payment, remote: RemotePayment): Promise<Creation> {
    await this.settlement.apply(payment, remote, 'creation');
    return { kind: 'made' };
  }

  private async refuse(
    payment: Payment,
    { error }: Extract<CreateAnswer<unknown>, { kind: 'refused' }>,
  ): Promise<Creation> {
    const text = `${error.status} ${error.code}${error.parameter ? ` (${error.parameter})` : ''}`;
    const balance = await this.credits.balanceOf(payment.userId);
    const done = await runInTransaction(this.dataSource, async (manager) => {
      await this.payments.countCreationAnswered(manager, payment.id);
      if (!(await this.payments.fail(manager, payment.id, text))) return null;
      const now = (await this.payments.find(manager, payment.id)) ?? payment;
      return { noticeId: now.linkPromised ? await this.notices.writeFailed(manager, now, balance) : null };
    });
    this.log.error({ paymentId: payment.id, error }, 'YooKassa refuses to make a payment');
    // Once an hour: it concerns every purchase, not this one.
    const hour = new Date().toISOString().slice(0, 13);
    await this.notices.tellOperators(this.dataSource.manager, {
      cause: `payments-refused-${error.status}-${error.code}-${hour}`,
      payload: {
        kind: 'payments_refused',
        provider: 'yookassa',
        text: `${text}: ${error.description}`,
      },
    });
    if (!done) return { kind: 'again' };
    await this.notices.wake(done.noticeId);
    return { kind: 'refused' };
  }
}
