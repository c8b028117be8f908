import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { Cron, Env, logger } from '../../platform/index.js';
import { DueRowsRepository } from './due-rows.repository.js';
import { PaymentInboxRepository } from './payment-inbox.repository.js';
import { PaymentNotices } from './payment-notices.js';
import { PaymentWakeUps, TABLES } from './payment-wake-ups.js';
import { lookSchema } from './settle-payment.queue.js';

const ROWS_PER_TICK_MAX = 500;
const NAMED_MAX = 5;
const DAY_MS = 24 * 3_600_000;

/** Wakes looks whose bell was lost, tells operators of payments that nobody notified us about, and trims the inbox. */
@Injectable()
export class PaymentsCron extends Cron {
  protected readonly name = 'payments';
  private readonly log = logger('payments-cron');

  constructor(
    private readonly dataSource: DataSource,
    private readonly due: DueRowsRepository,
    private readonly inbox: PaymentInboxRepository,
    private readonly wakeUps: PaymentWakeUps,
    private readonly notices: PaymentNotices,
    schedule: SchedulerRegistry,
    env: Env,
  ) {
    super(schedule, env);
  }

  protected async look(): Promise<void> {
    await this.lookAtEach([() => this.wakeLost(), () => this.tellUnnoticed(), () => this.trim()]);
  }

  private async wakeLost(): Promise<void> {
    const overdueMs = this.env.JOB_WAKE_LOST_AFTER_MS;
    let lost = 0;
    for (const kind of lookSchema.shape.kind.options) {
      const rows = await this.due.listOverdue(this.dataSource.manager, TABLES[kind], {
        overdueMs,
        limit: ROWS_PER_TICK_MAX,
      });
      for (const row of rows) await this.wakeUps.wakeOverdue(kind, row);
      lost += rows.length;
    }
    if (lost > 0) this.log.warn({ lost }, 'Lost looks at payments were found');
  }

  /** Money that only we found: most likely the notifications do not reach us. Once a day. */
  private async tellUnnoticed(): Promise<void> {
    const { manager } = this.dataSource;
    const paymentIds = await this.inbox.listUnnoticed(manager, {
      afterMs: this.env.PAYMENT_UNNOTICED_AFTER_MS,
      withinMs: DAY_MS,
      limit: ROWS_PER_TICK_MAX,
    });
    if (paymentIds.length === 0) return;
    await this.notices.tellOperators(manager, {
      cause: `payments-unnoticed-${new Date().toISOString().slice(0, 10)}`,
      payload: {
        kind: 'payments_unnoticed',
        count: paymentIds.length,
        paymentIds: paymentIds.slice(0, NAMED_MAX),
      },
    });
  }

  private async trim(): Promise<void> {
    await this.inbox.trim(this.dataSource.manager, {
      keptMs: this.env.PAYMENT_NOTIFICATION_KEPT_MS,
      limit: ROWS_PER_TICK_MAX,
    });
  }
}
