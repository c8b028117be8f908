import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Looked } from './look.types.js';
import { NotificationHandling } from './notification-handling.js';
import { PaymentInboxRepository } from './payment-inbox.repository.js';

/** Looks at a notification of the inbox until it is handled. */
@Injectable()
export class KeptNotifications {
  constructor(
    private readonly dataSource: DataSource,
    private readonly inbox: PaymentInboxRepository,
    private readonly handling: NotificationHandling,
  ) {}

  async look(id: string): Promise<Looked> {
    const { manager } = this.dataSource;
    const notification = await this.inbox.find(manager, id);
    if (!notification || notification.handledAt) return { kind: 'over' };
    const handled = await this.handling.handle(notification);
    if (handled.kind === 'again') return handled;
    await this.inbox.settle(manager, id, handled.outcome);
    return { kind: 'over' };
  }
}
