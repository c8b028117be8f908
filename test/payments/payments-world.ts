import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { CreditsAudit } from '../../src/modules/credits/index.js';
import {
  PaymentsService,
  RefundsService,
  StarPaymentsService,
  type BuyOutcome,
  type Buyer,
  type BuyRequest,
  type PaymentView,
} from '../../src/modules/payments/index.js';
import { PaymentLooks } from '../../src/modules/payments/payment-looks.js';
import { TABLES } from '../../src/modules/payments/payment-wake-ups.js';
import type { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';

/** A row of `payments`, as far as tests look at it. */
export interface PaymentRow {
  id: string;
  status: string;
  provider_payment_id: string | null;
  found_by: string | null;
  failure_reason: string | null;
  parked_reason: string | null;
  unanswered_creations: number;
  superseded_at: Date | null;
  confirmation_url: string | null;
  amount_kopecks: number | null;
  frozen_request: Record<string, unknown> | null;
  credits_owed: number;
  refunded_kopecks: number;
  check_at: Date | null;
}

/** The application with its outside world, and what people do with payments. */
export class PaymentsWorld {
  private constructor(readonly test: TestApp) {}

  /** Nobody looks at a payment by itself unless the test wants it. */
  static async start(options: TestAppOptions = {}): Promise<PaymentsWorld> {
    const env = { PAYMENT_CHECK_FIRST_MS: '3600000', ...options.env };
    const world = new PaymentsWorld(await startTestApp({ ...options, env }));
    await world.firstReport();
    return world;
  }

  /** The scheduler reads the provider's list as soon as it is up, and would find payments before a test does. */
  private async firstReport(): Promise<void> {
    if (!this.test.env.ROLES.includes('scheduler')) return;
    const made = () => this.query(`select from payment_reconciliations where finished_at is not null`);
    await waitFor(async () => (await made()).length > 0, { what: 'the first report' });
  }

  stop(): Promise<void> {
    return this.test.stop();
  }

  get yooKassa(): FakeYooKassa {
    return this.test.world.yooKassa;
  }

  get payments(): PaymentsService {
    return this.get(PaymentsService);
  }

  get refunds(): RefundsService {
    return this.get(RefundsService);
  }

  get stars(): StarPaymentsService {
    return this.get(StarPaymentsService);
  }

  get<T>(service: Type<T>): T {
    return this.test.app.get(service, { strict: false });
  }

  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return this.test.database.query<Row>(sql, parameters);
  }

  /** Somebody who has pressed Start, with the two welcome credits. */
  async aBuyer(email: string | null = null): Promise<Buyer> {
    const { telegram } = this.test.world;
    const { id: tgUserId } = telegram.addPerson({ firstName: 'Anna', languageCode: 'ru' });
    await joinBot(telegram, tgUserId);
    const [user] = await this.query<{ id: string }>('select id from users where tg_user_id = $1', [tgUserId]);
    return { id: user?.id ?? '', tgUserId, language: 'ru', email };
  }

  buy(buyer: Buyer, changes: Partial<BuyRequest> = {}): Promise<BuyOutcome> {
    return this.payments.buy({
      paymentId: randomUUID(),
      buyer,
      planId: 'starter',
      provider: 'yookassa',
      draftId: null,
      chatId: buyer.tgUserId,
      botUsername: 'neurocards_sandbox_bot',
      ...changes,
    });
  }

  /** Buys and expects the link. */
  async open(buyer: Buyer, changes: Partial<BuyRequest> = {}): Promise<PaymentView> {
    const bought = await this.buy(buyer, changes);
    if (bought.kind !== 'link') throw new Error(`No link, but ${bought.kind}`);
    return bought.payment;
  }

  async row(paymentId: string): Promise<PaymentRow> {
    const [row] = await this.query<PaymentRow>('select * from payments where id = $1', [paymentId]);
    if (!row) throw new Error(`There is no payment ${paymentId}`);
    return row;
  }

  /** YooKassa's id of a payment of ours. */
  async providerId(paymentId: string): Promise<string> {
    return (await this.row(paymentId)).provider_payment_id ?? '';
  }

  /** Waits until the payment has this status. */
  async until(paymentId: string, status: string): Promise<PaymentRow> {
    await waitFor(async () => (await this.row(paymentId)).status === status, { what: `a ${status} payment` });
    return this.row(paymentId);
  }

  async balance(buyer: Buyer): Promise<number> {
    const [row] = await this.query<{ credits: number }>('select credits from users where id = $1', [
      buyer.id,
    ]);
    return row?.credits ?? NaN;
  }

  /** The kinds of what the person was or is to be told, oldest first. */
  async told(buyer: Buyer): Promise<string[]> {
    const rows = await this.query<{ kind: string }>(
      'select kind from notices where user_id = $1 order by id',
      [buyer.id],
    );
    return rows.map(({ kind }) => kind);
  }

  /** The person's changes of credits: `['signup +2', 'purchase +5']`. */
  async history(buyer: Buyer): Promise<string[]> {
    const rows = await this.query<{ line: string }>(
      `select operation_type || ' ' || to_char(amount, 'FMSG999990') as line from credits_history
        where user_id = $1 order by id`,
      [buyer.id],
    );
    return rows.map(({ line }) => line);
  }

  /** YooKassa's notification of a paid payment, from the post to the end of its handling. */
  async notify(providerPaymentId: string): Promise<void> {
    const body = { type: 'notification', event: 'payment.succeeded', object: { id: providerPaymentId } };
    const status = await this.post(body);
    if (status !== 200) throw new Error(`The notification was answered ${status}`);
    const [row] = await this.query<{ id: string }>(
      'select id from payment_notifications where object_id = $1',
      [providerPaymentId],
    );
    await this.look('notification', row?.id ?? '');
  }

  /** One look of the worker at a row, now. */
  async look(kind: 'payment' | 'refund' | 'notification', id: string): Promise<void> {
    await this.query(`update ${TABLES[kind]} set check_at = clock_timestamp() where id = $1`, [id]);
    await this.get(PaymentLooks).look({ kind, id });
  }

  /** What the audit finds wrong. */
  async drift() {
    return (await new CreditsAudit(this.test.database.dataSource).run()).problems;
  }

  /** Posts to the notification's address as a proxy of ours would pass it on. */
  async post(
    body: unknown,
    { from = '127.0.0.1', raw }: { from?: string; raw?: string } = {},
  ): Promise<number> {
    const answer = await fetch(`${this.test.url}/webhooks/yookassa`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: raw ?? JSON.stringify(body),
    });
    await answer.text();
    return answer.status;
  }
}
