import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, type HandlerResult } from '../../platform/index.js';
import { decideNextCheck } from './check-schedule.rules.js';
import { DueRowsRepository } from './due-rows.repository.js';
import type { Looked } from './look.types.js';
import { KeptNotifications } from './kept-notifications.js';
import { TABLES } from './payment-wake-ups.js';
import { PendingPayments } from './pending-payments.js';
import { PendingRefunds } from './pending-refunds.js';
import type { Look } from './settle-payment.queue.js';

/** Above the time of all calls that one look makes. */
const LEASE_ABOVE_TIMEOUTS_MS = 15_000;
const CALLS_PER_LOOK_MAX = 3;

/** One look at a row that wants one: claimed, so that no second process looks at the same time, and put off or over afterwards. */
@Injectable()
export class PaymentLooks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly due: DueRowsRepository,
    private readonly payments: PendingPayments,
    private readonly notifications: KeptNotifications,
    private readonly refunds: PendingRefunds,
    private readonly env: Env,
  ) {}

  async look({ kind, id }: Look): Promise<HandlerResult> {
    const { manager } = this.dataSource;
    const table = TABLES[kind];
    const claim = await this.due.claim(manager, table, id, this.leaseMs);
    if (claim.kind === 'over') return;
    if (claim.kind === 'later') return { againInMs: claim.inMs };
    const looked = await this.lookAt({ kind, id }, claim.ageMs);
    const askedMs = looked.kind === 'again' ? looked.askedMs : undefined;
    const inMs = looked.kind === 'over' ? null : decideNextCheck({ ...claim, askedMs }, this.schedule);
    const nextInMs = await this.due.postpone(manager, table, { id, inMs, token: claim.token });
    if (nextInMs !== null) return { againInMs: nextInMs };
  }

  private lookAt({ kind, id }: Look, ageMs: number): Promise<Looked> {
    switch (kind) {
      case 'payment':
        return this.payments.look(id, ageMs);
      case 'notification':
        return this.notifications.look(id);
      case 'refund':
        return this.refunds.look(id, ageMs);
    }
  }

  private get leaseMs(): number {
    const callMs = Math.max(this.env.YOOKASSA_TIMEOUT_MS, this.env.TELEGRAM_TIMEOUT_MS);
    return CALLS_PER_LOOK_MAX * callMs + LEASE_ABOVE_TIMEOUTS_MS;
  }

  private get schedule() {
    return {
      firstMs: this.env.PAYMENT_CHECK_FIRST_MS,
      longestMs: this.env.PAYMENT_CHECK_LONGEST_MS,
      lifeMs: this.env.PAYMENT_CHECK_LIFE_MS,
    };
  }
}
