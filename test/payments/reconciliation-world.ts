import { randomInt, randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { expect } from 'vitest';
import { DemoPerson } from '../../sandbox/demo/person.js';
import type { FakeTelegram } from '../../sandbox/telegram/index.js';
import type { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { CreditsAudit } from '../../src/modules/credits/index.js';
import {
  PaymentsService,
  StarPaymentsService,
  type Buyer,
  type PaymentProvider,
} from '../../src/modules/payments/index.js';
import { ReconciliationService } from '../../src/modules/payments/reconciliation/reconciliation.service.js';
import { UsersService } from '../../src/modules/users/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

const OPERATOR_ID = 777_001;
const PRICE_KOPECKS = 19_900;
const WELCOME_CREDITS = 2;

/** A row of `payments`, in the database's spelling. */
export interface PaymentRow {
  id: string;
  user_id: string;
  status: string;
  provider_payment_id: string | null;
  found_by: string | null;
  refunded_kopecks: number;
}

/** A row of `payment_reconciliations`. */
export interface ReportRow {
  id: string;
  provider: PaymentProvider;
  attempt: number;
  finished_at: Date | null;
  counts: Record<string, number>;
  differences: { kind: string; subject: string; detail: string }[];
  differences_total: number;
  next_offset: number;
  last_error: string | null;
}

/** The scheduler with the fakes, whose notifications nobody delivers; looks are made by the tests. */
export class ReconciliationWorld {
  private constructor(private readonly test: TestApp) {}

  static async start(): Promise<ReconciliationWorld> {
    const env = { JOB_CRON_INTERVAL_MS: '3600000', ADMIN_IDS: String(OPERATOR_ID) };
    const world = new ReconciliationWorld(await startTestApp({ roles: 'scheduler', env }));
    await world.get(UsersService).register({ tgUserId: OPERATOR_ID, firstName: 'Olga' });
    return world;
  }

  stop(): Promise<void> {
    return this.test.stop();
  }

  get yooKassa(): FakeYooKassa {
    return this.test.world.yooKassa;
  }

  get telegram(): FakeTelegram {
    return this.test.world.telegram;
  }

  get<T>(type: Type<T>): T {
    return this.test.app.get(type, { strict: false });
  }

  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return this.test.database.query<Row>(sql, parameters);
  }

  /** Statements with triggers and foreign keys off, as a restored backup or a superuser could run them. */
  corrupt(...statements: string[]): Promise<void> {
    return this.test.database.dataSource.transaction(async (manager) => {
      await manager.query('set local session_replication_role = replica');
      for (const statement of statements) await manager.query(statement);
    });
  }

  /** No payments anywhere; Telegram's list of Stars goes on for ever. */
  async reset(): Promise<void> {
    this.yooKassa.reset();
    this.telegram.clearFaults();
    await this.corrupt(
      `truncate payment_reconciliations, payment_refunds, payment_notifications, credits_history, payments, notices cascade`,
      'update users set credits = 0',
    );
  }

  async newBuyer(tgUserId = randomInt(1_000_000, 9_000_000)): Promise<Buyer> {
    const { user } = await this.get(UsersService).register({ tgUserId, firstName: 'Anna' });
    return { id: user.id, tgUserId, language: 'ru', email: null };
  }

  /** Opens a payment of 199 roubles, or in Stars, for somebody new. */
  async buy({
    provider = 'yookassa',
    buyer,
  }: { provider?: PaymentProvider; buyer?: Buyer } = {}): Promise<PaymentRow> {
    const by = buyer ?? (await this.newBuyer());
    const bought = await this.get(PaymentsService).buy({
      ...{ paymentId: randomUUID(), buyer: by, planId: 'starter', provider, draftId: null },
      ...{ chatId: by.tgUserId, botUsername: 'a_bot' },
    });
    if (!('payment' in bought)) throw new Error(`Nothing was bought: ${bought.kind}`);
    return this.payment(bought.payment.paymentId);
  }

  /** Opens a payment and pays it; nobody but YooKassa knows that. */
  async buyAndPay(): Promise<PaymentRow> {
    const payment = await this.buy();
    this.yooKassa.pay(payment.provider_payment_id ?? '');
    return payment;
  }

  /** A payment that is paid, completed and granted. */
  async aCompletedPayment(): Promise<PaymentRow> {
    const payment = await this.buyAndPay();
    await this.get(PaymentsService).check(payment.user_id, payment.id);
    return this.payment(payment.id);
  }

  /** A payment that YooKassa has and that names a row of ours, though our row did not make it. */
  payForRow(paymentId: string): string {
    const { id } = this.yooKassa.makePayment({ kopecks: PRICE_KOPECKS, metadata: { payment_id: paymentId } });
    this.yooKassa.pay(id);
    return id;
  }

  /** Somebody who pays an invoice in Stars; the message that tells of it never comes. */
  async buyAndPayStars(): Promise<{ payment: PaymentRow; pay: () => Promise<string> }> {
    const person = DemoPerson.add(this.telegram, 'Анна', 'ru');
    person.say('/start');
    const buyer = await this.newBuyer(person.id);
    const payment = await this.buy({ provider: 'telegram_stars', buyer });
    const { messageId } = await person.sees((message) => message.kind === 'invoice');
    const pay = async () => {
      const handle = this.telegram.payInvoice(person.id, messageId);
      const [row] = await this.query<{ amount_stars: number }>(
        'select amount_stars from payments where id = $1',
        [payment.id],
      );
      await this.get(StarPaymentsService).answerPreCheckout({
        ...{ queryId: handle.id, tgUserId: person.id, languageCode: 'ru', currency: 'XTR' },
        ...{ totalAmount: row?.amount_stars ?? 0, payload: payment.id },
      });
      const outcome = await handle.outcome();
      if (outcome.kind !== 'paid') throw new Error(`Not paid: ${outcome.kind}`);
      return outcome.chargeId;
    };
    return { payment, pay };
  }

  /** Makes the report of the next slot. */
  async report(provider: PaymentProvider = 'yookassa'): Promise<ReportRow> {
    await this.query('update payment_reconciliations set slot = id - 1000000 where slot > 0');
    const outcome = await this.look(provider);
    if (outcome !== 'finished') throw new Error(`There is no report: ${outcome}`);
    return this.newestReport();
  }

  /** One look of the scheduler. */
  look(provider: PaymentProvider = 'yookassa') {
    return this.get(ReconciliationService).reconcile(provider);
  }

  async newestReport(): Promise<ReportRow> {
    const [report] = await this.query<ReportRow>(
      'select * from payment_reconciliations order by id desc limit 1',
    );
    if (!report) throw new Error('There is no report');
    return report;
  }

  async payment(id: string): Promise<PaymentRow> {
    const [row] = await this.query<PaymentRow>('select * from payments where id = $1', [id]);
    if (!row) throw new Error(`There is no payment ${id}`);
    return row;
  }

  /** The balance without the welcome. */
  async boughtCredits({ user_id: userId }: { user_id: string }): Promise<number> {
    const [row] = await this.query<{ credits: number }>('select credits from users where id = $1', [userId]);
    return (row?.credits ?? NaN) - WELCOME_CREDITS;
  }

  /** The causes of what the payment's person is told. */
  async noticesTo({ user_id: userId }: { user_id: string }): Promise<string[]> {
    const rows = await this.query<{ cause: string }>(
      'select cause from notices where user_id = $1 order by id',
      [userId],
    );
    return rows.map(({ cause }) => cause);
  }

  /** The causes of what the operator is told. */
  async toldToOperator(): Promise<string[]> {
    const [operator] = await this.query<{ user_id: string }>(
      'select id as user_id from users where tg_user_id = $1',
      [OPERATOR_ID],
    );
    return this.noticesTo({ user_id: operator?.user_id ?? '' });
  }

  /** The invariants of credits and payments hold. */
  async expectCleanAudit(): Promise<void> {
    const { drift, problems } = await this.get(CreditsAudit).run();
    expect({ drift, problems }).toEqual({ drift: 0, problems: [] });
  }
}

/** The kinds and subjects of a report's differences. */
export function named({ differences }: ReportRow): string[] {
  return differences.map(({ kind, subject }) => `${kind} of ${subject}`);
}
