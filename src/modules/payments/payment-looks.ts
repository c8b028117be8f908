import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, isDatabaseGone, logger, toError, type HandlerResult } from '../../platform/index.js';
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
  private readonly log = logger('payments');

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
    const looked = await this.tryLookAt({ kind, id }, claim.ageMs);
    const inMs = this.nextInMs({ kind, id }, claim, looked);
    const nextInMs = await this.due.postpone(manager, table, { id, inMs, token: claim.token });
    if (nextInMs !== null) return { againInMs: nextInMs };
  }

  /** A bug must not ask the provider again at every turn, nor end the looks at somebody's money. */
  private async tryLookAt(look: Look, ageMs: number): Promise<Looked | 'broken'> {
    try {
      return await this.lookAt(look, ageMs);
    } catch (error) {
      if (isDatabaseGone(error)) throw error;
      this.log.error({ err: toError(error), look }, 'A look failed; it is made again, less and less often');
      return 'broken';
    }
  }

  private nextInMs(
    look: Look,
    { checks, ageMs }: { checks: number; ageMs: number },
    looked: Looked | 'broken',
  ): number | null {
    if (looked === 'broken') return decideNextCheck({ checks, ageMs: 0 }, this.schedule);
    if (looked.kind === 'over') return null;
    // A refund is followed until it is final: no event tells of one that is canceled.
    const aged = look.kind === 'refund' ? 0 : ageMs;
    const inMs = decideNextCheck({ checks, ageMs: aged, askedMs: looked.askedMs }, this.schedule);
    if (inMs === null) this.log.warn({ look }, 'Nobody looks at this any more, and it is not over');
    return inMs;
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
