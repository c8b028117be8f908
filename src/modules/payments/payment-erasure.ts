import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';

/** Who is to be erased. */
export interface ErasedBuyer {
  id: string;
  tgUserId: number;
}

/**
 * The payments' part of an erasure, in the caller's transaction and under the person's lock. What was paid, bought and given back stays;
 * where receipts went, whose Stars it were, and what providers told us of both goes.
 */
@Injectable()
export class PaymentErasure {
  /**
   * The person's payments that something is still to come of: looked after by us, told of by a provider and not handled, or being given
   * back. An invoice in Stars that nobody has paid is none, nor is a payment that we have stopped to ask about.
   */
  async countOpen(manager: EntityManager, { id, tgUserId }: ErasedBuyer): Promise<number> {
    const [row] = await manager.query<{ n: number }[]>(
      `select count(*)::int as n from (
         select p.id::text from payments p where p.user_id = $1 and p.status = 'pending' and p.check_at is not null
         union
         select r.payment_id::text from payment_refunds r join payments p on p.id = r.payment_id
          where r.status = 'pending' and (p.user_id = $1 or r.payer_tg_user_id = $2)
         union
         select coalesce(p.id::text, n.id::text) from payment_notifications n
           left join payments p on p.provider = n.provider and p.provider_payment_id = n.object_id
          where n.check_at is not null and (p.user_id = $1 or ${IS_OF_PAYER})) as open`,
      [id, tgUserId],
    );
    return row?.n ?? 0;
  }

  /** Forgets it all. Payments that can still be paid are not handed out again, and buy nothing. */
  async erase(manager: EntityManager, { id, tgUserId }: ErasedBuyer): Promise<void> {
    await manager.query(
      `update payment_notifications n set body = '{}' where ${IS_OF_PAYER} or n.provider = 'yookassa' and n.object_id in (
         select p.provider_payment_id from payments p where p.user_id = $1
         union select r.provider_refund_id from payment_refunds r join payments p on p.id = r.payment_id where p.user_id = $1)`,
      [id, tgUserId],
    );
    await manager.query(
      `update payment_refunds r set frozen_request = null from payments p where p.id = r.payment_id and p.user_id = $1`,
      [id],
    );
    await manager.query('update payment_refunds set payer_tg_user_id = null where payer_tg_user_id = $1', [
      tgUserId,
    ]);
    // That there was a receipt is still to be known: without an address only the whole of such a payment can be given back.
    await manager.query(
      `update payments set frozen_request = case when frozen_request ? 'receipt' then '{"receipt": {}}'::jsonb end, confirmation_url = null, draft_id = null,
              message_id = null, link_promised = false,
              superseded_at = case when status = 'pending' then coalesce(superseded_at, clock_timestamp()) else superseded_at end
        where user_id = $1`,
      [id],
    );
  }
}

/** A notification about Stars of the person with the Telegram id $2: as the bot keeps it, or one that it did not understand. */
const IS_OF_PAYER = `n.provider = 'telegram_stars' and $2::bigint::text in (n.body ->> 'payer', n.body #>> '{chat,id}')`;
