import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { PaymentSettlement } from '../payment-settlement.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundsService } from '../refunds.service.js';
import { refundIdOf } from '../yookassa/payment-request.rules.js';
import { YooKassaClient } from '../yookassa/yookassa.client.js';
import type { RemotePayment, RemoteRefund } from '../yookassa/yookassa-replies.schemas.js';
import { ReconciledRowsRepository, type Named } from './reconciled-rows.repository.js';
import type { ProviderReading, ReconciliationRun } from './reconciliation-run.js';
import type { OurPayment, OurSide, TheirPayment, TheirRefund } from './three-way.types.js';
import { unreadableList, YooKassaListReader, type YooKassaLists } from './yookassa-lists.js';

const guid = z.guid();

/** YooKassa's side: its lists are read, and what they know and we do not goes the way that a notification would have gone. */
@Injectable()
export class YooKassaReconciliation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly rows: ReconciledRowsRepository,
    private readonly lists: YooKassaListReader,
    private readonly payments: PaymentsRepository,
    private readonly settlement: PaymentSettlement,
    private readonly refunds: RefundsService,
    private readonly yooKassa: YooKassaClient,
  ) {}

  /** @throws ProviderListUnreadableError */
  async read(run: ReconciliationRun): Promise<ProviderReading> {
    const lists = await this.lists.read(run);
    const ours = await this.rows.read(run.claim, theirsOf(lists));
    await this.lists.lookUp(run, lists, ours);
    const repaired =
      (await this.repairPayments(run, lists, ours)) +
      (await this.repairRefunds(run, lists, ours)) +
      (await this.endNeverMade(lists, ours));
    const { unknownPayments, unknownRefunds, incomplete } = lists;
    return {
      theirs: { ...theirsOf(lists), unknownPayments, unknownRefunds, incomplete },
      repaired,
      nextOffset: 0,
    };
  }

  /** Paid ones first: of two that name one row, the row takes the one that cost money. */
  private async repairPayments(run: ReconciliationRun, lists: YooKassaLists, ours: OurSide): Promise<number> {
    const pending = new Map<string, OurPayment>();
    for (const row of ours.payments)
      if (row.status === 'pending') pending.set(row.providerPaymentId ?? row.id, row);
    const paidFirst = [...lists.payments.values()].toSorted((a, b) => rankOf(a) - rankOf(b));
    let repaired = 0;
    for (const remote of paidFirst) {
      const row = pending.get(remote.id) ?? pending.get(remote.paymentId ?? '');
      // One that waits on both sides has nothing new to tell.
      if (!row || (row.providerPaymentId !== null && statusOf(remote) === 'pending')) continue;
      await run.step();
      if (await this.settle(row, remote, lists)) repaired += 1;
    }
    return repaired;
  }

  private async settle(row: OurPayment, { id }: RemotePayment, lists: YooKassaLists): Promise<boolean> {
    const answer = await this.yooKassa.readPayment(id);
    if (answer.kind === 'unreadable') {
      if (!answer.isAnswered) throw unreadableList(`payment ${id}`, answer);
      lists.incomplete.push(`payment ${id} could not be understood`);
    }
    const payment = await this.payments.find(this.dataSource.manager, row.id);
    if (answer.kind !== 'found' || !payment) return false;
    const settlement = await this.settlement.apply(payment, answer.object, 'list');
    const isAdopted = settlement === 'waiting' && row.providerPaymentId === null;
    return settlement === 'completed' || settlement === 'canceled' || isAdopted;
  }

  private async repairRefunds(run: ReconciliationRun, lists: YooKassaLists, ours: OurSide): Promise<number> {
    const known = new Map(ours.refunds.map((refund) => [refund.providerRefundId, refund.status]));
    let repaired = 0;
    for (const remote of lists.refunds.values()) {
      const isOver = statusOf(remote) !== 'pending';
      const ourStatus = known.get(remote.id);
      if (ourStatus !== undefined && (ourStatus !== 'pending' || !isOver)) continue;
      // Made in the cabinet, and came to nothing: no money has moved.
      if (
        ourStatus === undefined &&
        statusOf(remote) === 'canceled' &&
        refundIdOf(remote.description) === null
      )
        continue;
      await run.step();
      if ((await this.refunds.take(remote, 'list')) === 'over') repaired += 1;
    }
    return repaired;
  }

  /** Refunds that we asked for in vain: a whole list without them says so, and another one may be asked for. */
  private async endNeverMade({ incomplete }: YooKassaLists, ours: OurSide): Promise<number> {
    if (incomplete.length > 0) return 0;
    const inVain = ours.refunds.filter(
      ({ isGivenUp, isInWindow, providerRefundId }) => isGivenUp && isInWindow && providerRefundId === null,
    );
    let ended = 0;
    for (const { id } of inVain) if (await this.refunds.endNeverMade(id)) ended += 1;
    return ended;
  }
}

/** Theirs in the words of the comparison. */
function theirsOf({ payments, refunds }: YooKassaLists): Named {
  return {
    payments: [...payments.values()].map((remote): TheirPayment => ({
      id: remote.id,
      namedPaymentId: guid.safeParse(remote.paymentId).data ?? null,
      status: statusOf(remote),
      amount: remote.currency === 'RUB' ? remote.kopecks : null,
      refunded: remote.refundedKopecks,
    })),
    refunds: [...refunds.values()].map((remote): TheirRefund => ({
      id: remote.id,
      providerPaymentId: remote.providerPaymentId,
      status: statusOf(remote),
      amount: remote.currency === 'RUB' ? remote.kopecks : null,
    })),
  };
}

function statusOf({ status }: RemotePayment | RemoteRefund): TheirPayment['status'] {
  return status === 'succeeded' || status === 'canceled' ? status : 'pending';
}

function rankOf(remote: RemotePayment): number {
  return { succeeded: 0, canceled: 1, pending: 2 }[statusOf(remote)];
}
