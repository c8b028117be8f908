import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env } from '../../../platform/index.js';
import { CreditsService, type PaymentHistoryRow } from '../../credits/index.js';
import type { PaymentProvider } from '../payments.types.js';
import type { ReportClaim } from './reconciliation-reports.repository.js';
import type { OurPayment, OurRefund, OurSide, TheirPayment, TheirRefund } from './three-way.types.js';

/** When the provider's list has a payment: YooKassa's by its creation, that of Stars by when they were paid. */
const LISTED_AT: Readonly<Record<PaymentProvider, string>> = {
  yookassa: 'p.created_at',
  telegram_stars: 'p.completed_at',
};
/** What has a time of completion is completed, and no other is in the index by that time. */
const LISTED_ONLY: Readonly<Record<PaymentProvider, string>> = {
  yookassa: '',
  telegram_stars: ` and p.status = 'completed'`,
};
/** Far more than a window holds; it keeps a mistaken one from taking all memory. */
export const OUR_ROWS_MAX = 200_000;
/** Payments whose history one statement reads, so that none takes long among millions of rows. */
const HISTORY_PAYMENTS_MAX = 250;

/** What of theirs names ours. */
export interface Named {
  payments: readonly TheirPayment[];
  refunds: readonly TheirRefund[];
}

/** Our side of a comparison: the rows of the window, and whatever the lists name beyond it. */
@Injectable()
export class ReconciledRowsRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly credits: CreditsService,
    private readonly env: Env,
  ) {}

  /** All of one snapshot, so that no row is compared with a history that is older or newer. */
  read(claim: ReportClaim, named: Named): Promise<OurSide> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const payments = await this.readPayments(manager, claim, named);
      const paymentIds = payments.map(({ id }) => id);
      const refunds = await this.readRefunds(manager, claim, { ...named, paymentIds });
      const ids = [...new Set([...paymentIds, ...refunds.map(({ paymentId }) => paymentId)])];
      return { payments, refunds, ...(await this.readHistory(manager, ids)) };
    });
  }

  /**
   * The oldest instant from which on the charges and refunds in Stars of the window can be: none is older than its invoice, which may
   * have waited for long.
   */
  async findOldestStarSale({ fromAt }: ReportClaim): Promise<Date> {
    const [row] = await this.dataSource.query<{ since: Date }[]>(
      `select least($1::timestamptz, min(p.created_at)) as since from payments p
        where p.provider = 'telegram_stars' and (p.completed_at >= $1
          or exists (select from payment_refunds r where r.payment_id = p.id and (r.created_at >= $1 or r.ended_at >= $1)))`,
      [fromAt],
    );
    return row?.since ?? fromAt;
  }

  private readPayments(
    manager: EntityManager,
    { provider, fromAt, toAt }: ReportClaim,
    { payments, refunds }: Named,
  ): Promise<OurPayment[]> {
    const rowIds = payments.flatMap(({ namedPaymentId }) => namedPaymentId ?? []);
    const providerIds = [
      ...payments.map(({ id }) => id),
      ...refunds.map(({ providerPaymentId }) => providerPaymentId),
    ];
    // Each part can be asked of an index as it stands; a time that is not there yet makes it null.
    const isInWindow = `(${LISTED_AT[provider]} >= $2 and ${LISTED_AT[provider]} < $3${LISTED_ONLY[provider]})`;
    return manager.query<OurPayment[]>(
      `select p.id, p.provider_payment_id as "providerPaymentId", p.status, coalesce(p.amount_kopecks, p.amount_stars) as amount,
              p.refunded_kopecks as refunded, p.parked_reason as "parkedReason",
              p.settled_by_hand_at is not null as "isSettledByHand",
              greatest(p.created_at, p.completed_at, p.ended_at) >= $3 as "isMoving",
              p.created_at < $3::timestamptz - $6 * interval '1 ms' as "isPastKey",
              coalesce(${isInWindow}, false) as "isInWindow"
         from payments p
        where p.provider = $1 and (${isInWindow} or p.id = any($4::uuid[]) or p.provider_payment_id = any($5::text[]))
        order by p.created_at limit ${OUR_ROWS_MAX}`,
      [provider, fromAt, toAt, rowIds, providerIds, this.env.PAYMENT_KEY_LIFE_MS],
    );
  }

  private readRefunds(
    manager: EntityManager,
    { provider, fromAt, toAt }: ReportClaim,
    { payments, refunds, paymentIds }: Named & { paymentIds: string[] },
  ): Promise<OurRefund[]> {
    const isInWindow = `(r.created_at >= $2 and r.created_at < $3 or coalesce(r.ended_at >= $2 and r.ended_at < $3, false))`;
    return manager.query<OurRefund[]>(
      `select r.id, r.payment_id as "paymentId", r.charge_id as "chargeId", r.provider_refund_id as "providerRefundId", r.status,
              r.amount, r.origin, greatest(r.created_at, r.ended_at) >= $3 as "isMoving", ${isInWindow} as "isInWindow",
              r.status = 'pending' and r.check_at is null as "isGivenUp"
         from payment_refunds r join payments p on p.id = r.payment_id
        where p.provider = $1 and (${isInWindow} or r.payment_id = any($4::uuid[]) or r.provider_refund_id = any($5::text[])
              or r.charge_id = any($6::text[]))
        order by r.created_at limit ${OUR_ROWS_MAX}`,
      [
        ...[provider, fromAt, toAt, paymentIds],
        ...[refunds.map(({ id }) => id), payments.map(({ id }) => id)],
      ],
    );
  }

  private async readHistory(
    manager: EntityManager,
    paymentIds: string[],
  ): Promise<Pick<OurSide, 'purchases' | 'takenBack'>> {
    const purchases = new Map<string, number>();
    const takenBack = new Map<string, { paymentId: string; amount: number; credits: number }>();
    const rows: PaymentHistoryRow[] = [];
    for (let first = 0; first < paymentIds.length; first += HISTORY_PAYMENTS_MAX) {
      const page = paymentIds.slice(first, first + HISTORY_PAYMENTS_MAX);
      rows.push(...(await this.credits.listOfPayments(manager, page)));
    }
    for (const row of rows) {
      const { paymentId, credits } = row;
      if (row.type === 'purchase') purchases.set(paymentId, credits);
      else
        takenBack.set(row.providerRefundId ?? '', {
          paymentId,
          amount: row.refundedAmount ?? 0,
          credits: -credits,
        });
    }
    return { purchases, takenBack };
  }
}
