import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { StarTransaction } from '../../telegram/index.js';
import { StarSettlement } from '../stars/star-settlement.js';
import { parseInvoicePayload } from '../stars/star-updates.schemas.js';
import { ReconciledRowsRepository, type Named } from './reconciled-rows.repository.js';
import { ReconciliationReportsRepository } from './reconciliation-reports.repository.js';
import type { ProviderReading, ReconciliationRun } from './reconciliation-run.js';
import { StarListReader } from './star-list.js';
import type { OurSide } from './three-way.types.js';

/** Telegram's side: every charge and refund in Stars, taken as if its message had come. */
@Injectable()
export class StarReconciliation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReconciledRowsRepository,
    private readonly reports: ReconciliationReportsRepository,
    private readonly list: StarListReader,
    private readonly stars: StarSettlement,
  ) {}

  /** @throws TelegramError */
  async read(run: ReconciliationRun): Promise<ProviderReading> {
    // Ours first: what was paid or given back before the list is read must be in it.
    const expected = await this.rows.read(run.claim, { payments: [], refunds: [] });
    const offset = await this.reports.findNextOffset(this.dataSource.manager, 'telegram_stars');
    const since = await this.rows.findOldestStarSale(run.claim);
    const stretch = await this.list.read(run, { offset, since });
    const theirs = theirsOf(stretch.transactions);
    const ours = await this.rows.read(run.claim, theirs);
    const repaired = await this.repair(run, stretch.transactions, ours);
    const isWhole = stretch.incomplete.length === 0;
    const unknown = isWhole ? findUnknown(expected, theirs) : { payments: [], refunds: [] };
    return {
      theirs: {
        ...theirs,
        unknownPayments: new Set(unknown.payments),
        unknownRefunds: new Set(unknown.refunds),
        incomplete: stretch.incomplete,
      },
      repaired,
      nextOffset: stretch.nextOffset,
    };
  }

  /** In their order: a charge is paid before it is given back. */
  private async repair(
    run: ReconciliationRun,
    transactions: StarTransaction[],
    ours: OurSide,
  ): Promise<number> {
    const rowIds = new Set(ours.payments.map(({ id }) => id));
    const settled = {
      in: new Set<string | null>([
        ...ours.payments.filter(({ status }) => status === 'completed').map((row) => row.providerPaymentId),
        ...ours.refunds.filter(({ origin }) => origin === 'surplus').map(({ chargeId }) => chargeId),
      ]),
      out: new Set<string | null>(
        ours.refunds.filter(({ status }) => status !== 'pending').map((refund) => refund.providerRefundId),
      ),
    };
    let repaired = 0;
    for (const transaction of transactions) {
      const { id, direction, partnerUserId } = transaction;
      if (partnerUserId === null || settled[direction].has(id)) continue;
      if (direction === 'in' && !rowIds.has(namedBy(transaction) ?? '')) continue;
      await run.step();
      if (await this.take(transaction, partnerUserId)) repaired += 1;
    }
    return repaired;
  }

  private async take(transaction: StarTransaction, payer: number): Promise<boolean> {
    const { id: chargeId, amountStars: totalAmount, invoicePayload } = transaction;
    if (transaction.direction === 'out') {
      return (await this.stars.takeRefund({ chargeId, totalAmount })) === 'over';
    }
    const charge = { chargeId, totalAmount, payer, payload: invoicePayload ?? '' };
    const taken = await this.stars.takeCharge(charge, 'list');
    return taken === 'completed' || taken === 'surplus';
  }
}

/** Theirs in the words of the comparison: a refund has the id of its charge. */
function theirsOf(transactions: readonly StarTransaction[]): Named {
  const refunds = transactions.filter(({ direction }) => direction === 'out');
  const refunded = new Map(refunds.map(({ id, amountStars }) => [id, amountStars]));
  const payments = transactions.filter(({ direction }) => direction === 'in');
  return {
    payments: payments.map((transaction) => ({
      id: transaction.id,
      namedPaymentId: namedBy(transaction),
      status: 'succeeded',
      amount: transaction.amountStars,
      refunded: refunded.get(transaction.id) ?? 0,
    })),
    refunds: refunds.map(({ id, amountStars }) => ({
      id,
      providerPaymentId: id,
      status: 'succeeded',
      amount: amountStars,
    })),
  };
}

function findUnknown(expected: OurSide, theirs: Named): { payments: string[]; refunds: string[] } {
  const [charges, refunds] = [idsOf(theirs.payments), idsOf(theirs.refunds)];
  const paid = expected.payments.filter(({ isInWindow, status }) => isInWindow && status === 'completed');
  const givenBack = expected.refunds.filter(({ isInWindow, status }) => isInWindow && status === 'succeeded');
  return {
    payments: paid.flatMap((row) => row.providerPaymentId ?? []).filter((id) => !charges.has(id)),
    refunds: givenBack.flatMap((refund) => refund.providerRefundId ?? []).filter((id) => !refunds.has(id)),
  };
}

function idsOf(listed: readonly { id: string }[]): ReadonlySet<string> {
  return new Set(listed.map(({ id }) => id));
}

function namedBy({ invoicePayload }: StarTransaction): string | null {
  return parseInvoicePayload(invoicePayload ?? '');
}
