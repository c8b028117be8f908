import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { PaymentRefund } from './payment-refund.entity.js';
import type { RefundRefusal } from './payments.types.js';

/** What `request_refund` answers. */
export type RefundRequestAnswer =
  | { success: true; repeated: boolean; refund_id: string; amount: number }
  | { success: false; error: RefundRefusal; left: number | null };

/** A refund that we did not ask for as an operator does. */
export interface FoundRefund {
  paymentId: string;
  chargeId: string;
  amount: number;
  origin: 'provider' | 'surplus';
  providerRefundId?: string;
  payerTgUserId?: number;
}

/** The rows of `payment_refunds`. A refund leaves `pending` by compare-and-set only. */
@Injectable()
export class RefundsRepository {
  async request(
    manager: EntityManager,
    wish: { paymentId: string; amount?: number; reason?: string; cause?: string },
  ): Promise<RefundRequestAnswer> {
    const [row] = await manager.query<{ answer: RefundRequestAnswer }[]>(
      'select request_refund($1, $2, $3, $4) as answer',
      [wish.paymentId, wish.amount, wish.reason, wish.cause],
    );
    if (!row) throw new Error('request_refund answered nothing');
    return row.answer;
  }

  find(manager: EntityManager, id: string): Promise<PaymentRefund | null> {
    return manager.findOneBy(PaymentRefund, { id });
  }

  findByProviderId(manager: EntityManager, providerRefundId: string): Promise<PaymentRefund | null> {
    return manager.findOneBy(PaymentRefund, { providerRefundId });
  }

  /** A refund of a charge that we asked for and whose end we do not know. */
  findPendingOfCharge(manager: EntityManager, chargeId: string): Promise<PaymentRefund | null> {
    return manager.findOneBy(PaymentRefund, { chargeId, status: 'pending' });
  }

  /** Keeps a refund once, however often it is found. Returns its id; null when it was there. */
  async insertFound(manager: EntityManager, refund: FoundRefund): Promise<string | null> {
    const rows = await manager.query<{ id: string }[]>(
      `insert into payment_refunds (payment_id, charge_id, payer_tg_user_id, amount, origin, provider_refund_id)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`,
      [
        ...[refund.paymentId, refund.chargeId, refund.payerTgUserId ?? null],
        ...[refund.amount, refund.origin, refund.providerRefundId ?? null],
      ],
    );
    return rows[0]?.id ?? null;
  }

  /** The request is sent as it was frozen first. Returns that one. */
  async freeze(manager: EntityManager, id: string, request: object): Promise<Record<string, unknown>> {
    const [rows] = await manager.query<[{ frozen_request: Record<string, unknown> }[], number]>(
      `update payment_refunds set frozen_request = coalesce(frozen_request, $2), unanswered_creations = unanswered_creations + 1
        where id = $1 returning frozen_request`,
      [id, JSON.stringify(request)],
    );
    if (!rows[0]) throw new Error(`There is no refund ${id}`);
    return rows[0].frozen_request;
  }

  /** A request was answered, with anything but the refund. */
  async countCreationAnswered(manager: EntityManager, id: string): Promise<void> {
    await manager.query(
      'update payment_refunds set unanswered_creations = greatest(0, unanswered_creations - 1) where id = $1',
      [id],
    );
  }

  /** No request for it is open any more. @returns false when the provider knows it, or it is still looked at. */
  async forgetUnanswered(manager: EntityManager, id: string): Promise<boolean> {
    const [, forgotten] = await manager.query<[unknown, number]>(
      `update payment_refunds set unanswered_creations = 0
        where id = $1 and status = 'pending' and provider_refund_id is null and check_at is null`,
      [id],
    );
    return forgotten === 1;
  }

  /** @returns false when it has another id already. */
  async adopt(manager: EntityManager, id: string, providerRefundId: string): Promise<boolean> {
    const [, adopted] = await manager.query<[unknown, number]>(
      `update payment_refunds set provider_refund_id = $2, unanswered_creations = 0
        where id = $1 and (provider_refund_id is null or provider_refund_id = $2)`,
      [id, providerRefundId],
    );
    return adopted === 1;
  }

  /** @returns false when it was over. */
  async succeed(manager: EntityManager, id: string): Promise<boolean> {
    const [, changed] = await manager.query<[unknown, number]>(
      `update payment_refunds set status = 'succeeded', ended_at = clock_timestamp(), check_at = null
        where id = $1 and status = 'pending'`,
      [id],
    );
    return changed === 1;
  }

  /** The Stars are back with somebody who is no user of ours, or not any more: nothing is kept of who that was. */
  async forgetPayer(manager: EntityManager, id: string): Promise<void> {
    await manager.query('update payment_refunds set payer_tg_user_id = null where id = $1', [id]);
  }

  /** The provider's final no; a refused one only while no request is left without an answer. @returns false when it was over. */
  async end(
    manager: EntityManager,
    id: string,
    { status, reason }: { status: 'canceled' | 'failed'; reason: string },
  ): Promise<boolean> {
    const guard = status === 'failed' ? 'and provider_refund_id is null and unanswered_creations = 0' : '';
    const [, changed] = await manager.query<[unknown, number]>(
      `update payment_refunds set status = $2, failure_reason = $3, ended_at = clock_timestamp(), check_at = null
        where id = $1 and status = 'pending' ${guard}`,
      [id, status, reason],
    );
    return changed === 1;
  }
}
