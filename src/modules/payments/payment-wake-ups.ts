import { Injectable } from '@nestjs/common';
import { Queues, type Wake } from '../../platform/index.js';
import type { DueTable, OverdueRow } from './due-rows.repository.js';
import type { KeptNotification } from './payment-inbox.repository.js';
import { settlePaymentQueue, type Look } from './settle-payment.queue.js';

/** Which table the rows of a kind stand in. */
export const TABLES: Readonly<Record<Look['kind'], DueTable>> = {
  payment: 'payments',
  notification: 'payment_notifications',
  refund: 'payment_refunds',
};

/** Rings the bells after a commit. A lost bell costs time, never the work: the row says when it wants its next look. */
@Injectable()
export class PaymentWakeUps {
  constructor(private readonly queues: Queues) {}

  /** For a row after `checks` looks; one bell of that number that waits already is not added twice. */
  wake(kind: Look['kind'], id: string, { checks = 0, delayMs = 0 } = {}): Promise<void> {
    return this.queues.tryAdd(settlePaymentQueue, { ...wakeOf(kind, { id, checks }), delayMs });
  }

  /** For a notification that was just kept; nothing for one that is handled. */
  async wakeKept({ id, isOpen, checks, inMs }: KeptNotification): Promise<void> {
    if (isOpen) await this.wake('notification', id, { checks, delayMs: inMs });
  }

  /**
   * For a row whose bell was lost.
   *
   * @throws QueueUnavailableError
   */
  wakeOverdue(kind: Look['kind'], row: OverdueRow): Promise<void> {
    return this.queues.add(settlePaymentQueue, wakeOf(kind, row));
  }
}

function wakeOf(kind: Look['kind'], { id, checks }: OverdueRow): Wake<Look> {
  return { id: `${kind}-${id}-${checks}`, payload: { kind, id } };
}
