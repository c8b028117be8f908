import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { logger } from '../../platform/index.js';
import { PaymentNotices } from './payment-notices.js';
import type { PaymentNotification } from './payment-notification.entity.js';
import { PaymentSettlement } from './payment-settlement.js';
import type { Payment } from './payment.entity.js';
import { PaymentsRepository } from './payments.repository.js';
import { RefundSettlement } from './refund-settlement.js';
import { StarSettlement } from './stars/star-settlement.js';
import { parseStarUpdate } from './stars/star-updates.schemas.js';
import { YooKassaClient } from './yookassa/yookassa.client.js';
import type { RemotePayment } from './yookassa/yookassa-replies.schemas.js';

/** How a notification ended, or that it must be looked at again. */
export type Handled = { kind: 'handled'; outcome: string } | { kind: 'again'; askedMs?: number | undefined };

const guid = z.guid();
const AGAIN: Handled = { kind: 'again' };

/** What follows from a kept notification: of YooKassa's only the id is taken, and the object is read back. */
@Injectable()
export class NotificationHandling {
  private readonly log = logger('payments');

  constructor(
    private readonly dataSource: DataSource,
    private readonly payments: PaymentsRepository,
    private readonly settlement: PaymentSettlement,
    private readonly refunds: RefundSettlement,
    private readonly stars: StarSettlement,
    private readonly notices: PaymentNotices,
    private readonly yooKassa: YooKassaClient,
  ) {}

  handle(notification: PaymentNotification): Promise<Handled> {
    if (notification.provider === 'telegram_stars') return this.handleStars(notification);
    if (notification.event.startsWith('payment.')) return this.handlePayment(notification);
    if (notification.event.startsWith('refund.')) return this.handleRefund(notification);
    return Promise.resolve(handled('ignored'));
  }

  private async handlePayment({ objectId, event }: PaymentNotification): Promise<Handled> {
    const answer = await this.yooKassa.readPayment(objectId);
    if (answer.kind === 'unreadable') return { kind: 'again', askedMs: answer.askedMs };
    if (answer.kind === 'not_found') return this.unknown(event, objectId);
    const payment = await this.findOurs(answer.object);
    if (!payment) {
      await this.tellOfLegacyLink(answer.object);
      return handled('foreign');
    }
    const settlement = await this.settlement.apply(payment, answer.object, 'notification');
    // It told of an end, and the provider itself does not say so yet.
    if (settlement === 'waiting' && event !== 'payment.waiting_for_capture') return AGAIN;
    return handled(settlement);
  }

  /** A link of the Python system that was paid after the switch: its row is nowhere, so that only a person can give its credits. */
  private async tellOfLegacyLink({ id, status, isLegacyLink }: RemotePayment): Promise<void> {
    const { manager } = this.dataSource;
    if (status !== 'succeeded' || !isLegacyLink || (await this.payments.wasLegacyPaid(manager, id))) return;
    this.log.error({ providerPaymentId: id }, 'A link of the Python system was paid, and nobody credits it');
    // Whose it is stands in the cabinet: a notice would outlive their erasure.
    const reason = "paid by a link of the Python system: its metadata in YooKassa's cabinet say whose it is";
    await this.notices.tellOperators(manager, {
      cause: `legacy-link-${id}`,
      payload: { kind: 'payment_parked', paymentId: id, reason },
    });
  }

  private async handleRefund({ objectId, event }: PaymentNotification): Promise<Handled> {
    const answer = await this.yooKassa.readRefund(objectId);
    if (answer.kind === 'unreadable') return { kind: 'again', askedMs: answer.askedMs };
    if (answer.kind === 'not_found') return this.unknown(event, objectId);
    const taken = await this.refunds.take(answer.object, 'notification');
    return taken === 'again' ? AGAIN : handled(taken === 'over' ? 'refunded' : taken);
  }

  private async handleStars({ event, objectId, body }: PaymentNotification): Promise<Handled> {
    const update = parseStarUpdate(body);
    if (!update) return this.notUnderstood(objectId);
    const taken =
      event === 'refund.succeeded'
        ? await this.stars.takeRefund(update)
        : await this.stars.takeCharge(update, 'notification');
    return taken === 'again' ? AGAIN : handled(taken);
  }

  private async notUnderstood(objectId: string): Promise<Handled> {
    this.log.error({ objectId }, 'A message about Stars was not understood');
    await this.notices.tellOperators(this.dataSource.manager, {
      cause: `stars-not-understood-${objectId}`,
      payload: {
        kind: 'payment_parked',
        paymentId: objectId,
        reason: 'a message about Stars that was not understood, kept in payment_notifications',
      },
    });
    return handled('not_understood');
  }

  /** By its id, else by the row that its metadata names: a notification may come before the answer that told us the id. */
  private async findOurs(remote: RemotePayment): Promise<Payment | null> {
    const { manager } = this.dataSource;
    const known = await this.payments.findByProviderId(manager, 'yookassa', remote.id);
    if (known) return known;
    const named = guid.safeParse(remote.paymentId).data;
    const payment = named ? await this.payments.find(manager, named) : null;
    return payment?.provider === 'yookassa' ? payment : null;
  }

  private unknown(event: string, objectId: string): Handled {
    this.log.warn({ event, objectId }, 'A notification names what YooKassa does not know');
    return handled('unknown_object');
  }
}

function handled(outcome: string): Handled {
  return { kind: 'handled', outcome };
}
