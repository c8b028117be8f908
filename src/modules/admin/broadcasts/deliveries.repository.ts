import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DeliveryEnd, LinkButton } from './broadcast.types.js';

/** A delivery and all that a send of it needs to know. */
export interface DueDelivery {
  broadcastId: string;
  attempts: number;
  fromChatId: number;
  messageId: number;
  button: LinkButton | null;
  userId: string;
  /** Telegram's id; null once the person was erased. */
  chatId: number | null;
  /** Blocked by them, or banned by us. */
  isClosed: boolean;
  /** So long the whole broadcast waits. */
  pausedMs: number;
}

/** A delivery whose bell is to be rung; the number is part of the queue's id. */
export interface Bell {
  id: string;
  rings: number;
}

const OPEN = `state in ('waiting', 'sending')`;

/** The rows of `broadcast_deliveries`: one per person and broadcast, sent at most once. */
@Injectable()
export class DeliveriesRepository {
  /** A delivery that waits, of a broadcast that is being sent; null otherwise. */
  async findDue(manager: EntityManager, id: string): Promise<DueDelivery | null> {
    const [row] = await manager.query<(Omit<DueDelivery, 'fromChatId' | 'messageId' | 'chatId'> & Ids)[]>(
      `select d.broadcast_id as "broadcastId", d.attempts, b.from_chat_id as "fromChatId", b.message_id as "messageId", b.button,
              u.id as "userId", u.tg_user_id as "chatId", (u.blocked_at is not null or u.banned_at is not null) as "isClosed",
              greatest(0, coalesce(ceil(extract(epoch from b.paused_until - clock_timestamp()) * 1000), 0))::int as "pausedMs"
         from broadcast_deliveries d
         join broadcasts b on b.id = d.broadcast_id and b.status = 'sending'
         join users u on u.id = d.user_id
        where d.id = $1 and d.state = 'waiting'`,
      [id],
    );
    if (!row) return null;
    const { fromChatId, messageId, chatId } = row;
    return {
      ...row,
      ...{ fromChatId: Number(fromChatId), messageId: Number(messageId) },
      chatId: chatId === null ? null : Number(chatId),
    };
  }

  /** Takes a delivery for its one send. From here on nobody sends it again whose outcome is not known. @returns false when it is not due any more. */
  async claim(manager: EntityManager, id: string): Promise<boolean> {
    const [, claimed] = await manager.query<[unknown, number]>(
      `update broadcast_deliveries d set state = 'sending', attempts = attempts + 1, claimed_at = clock_timestamp()
         from broadcasts b
        where d.id = $1 and d.state = 'waiting' and b.id = d.broadcast_id and b.status = 'sending'`,
      [id],
    );
    return claimed === 1;
  }

  /** It was certainly not sent: it waits again. */
  async giveBack(manager: EntityManager, id: string, { isTry }: { isTry: boolean }): Promise<void> {
    await manager.query(
      `update broadcast_deliveries set state = 'waiting', attempts = attempts - case when $2 then 0 else 1 end
        where id = $1 and state = 'sending'`,
      [id, isTry],
    );
  }

  /**
   * Its end, counted once. Only a send that Telegram carried out, or could not as it was blocked, ends a row of unknown ones: somebody who is
   * skipped says nothing about Telegram.
   *
   * @returns how many in a row had an unknown one; 0 when it was over.
   */
  async end(manager: EntityManager, id: string, end: DeliveryEnd): Promise<number> {
    const [rows] = await manager.query<[{ unknown_in_a_row: number }[], number]>(
      `with ended as (
         update broadcast_deliveries set state = $2 where id = $1 and ${OPEN} returning broadcast_id)
       update broadcasts b
          set ${end} = b.${end} + 1, unknown_in_a_row = case when $2 = 'unknown' then b.unknown_in_a_row + 1
                                                  when $2 in ('sent', 'blocked') then 0 else b.unknown_in_a_row end
         from ended where b.id = ended.broadcast_id
        returning b.unknown_in_a_row`,
      [id, end],
    );
    return rows[0]?.unknown_in_a_row ?? 0;
  }

  /** Ends what was begun longer ago than any send lasts: whoever sent it is gone, and it may have arrived. */
  async endForgotten(manager: EntityManager, broadcastId: string, leaseMs: number): Promise<void> {
    await manager.query(
      `with forgotten as (
         update broadcast_deliveries set state = 'unknown'
          where id in (select id from broadcast_deliveries
                        where broadcast_id = $1 and state = 'sending' and claimed_at < clock_timestamp() - $2 * interval '1 ms'
                          for update skip locked)
          returning 1)
       update broadcasts set unknown = unknown + (select count(*) from forgotten)
        where id = $1 and exists (select from forgotten)`,
      [broadcastId, leaseMs],
    );
  }

  async countOpen(manager: EntityManager, broadcastId: string): Promise<number> {
    const [row] = await manager.query<{ open: number }[]>(
      `select count(*)::int as open from broadcast_deliveries where broadcast_id = $1 and ${OPEN}`,
      [broadcastId],
    );
    return row?.open ?? 0;
  }

  /** Those whose bell was never rung, or so long ago that it must have been lost. */
  async takeBells(manager: EntityManager, broadcastId: string, lostAfterMs: number): Promise<Bell[]> {
    const [rows] = await manager.query<[Bell[], number]>(
      `update broadcast_deliveries set rung_at = clock_timestamp(), rings = rings + 1
        where id in (select id from broadcast_deliveries
                      where broadcast_id = $1 and state = 'waiting'
                        and (rung_at is null or rung_at < clock_timestamp() - $2 * interval '1 ms')
                      order by id for update skip locked)
        returning id, rings`,
      [broadcastId, lostAfterMs],
    );
    return rows;
  }

  /** Part of an erasure. */
  async erase(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('delete from broadcast_deliveries where user_id = $1', [userId]);
  }

  /** Forgets who got broadcasts that were over or stopped longer ago than `keptMs`, at most `limit` rows. Returns how many. */
  async trim(manager: EntityManager, keptMs: number, limit: number): Promise<number> {
    const [, trimmed] = await manager.query<[unknown, number]>(
      `delete from broadcast_deliveries where id in (
         select d.id from broadcasts b join broadcast_deliveries d on d.broadcast_id = b.id
          where coalesce(b.ended_at, b.stopped_at) < clock_timestamp() - $1 * interval '1 ms'
          -- One that goes on at this moment keeps them.
          limit $2 for update of b skip locked)`,
      [keptMs, limit],
    );
    return trimmed;
  }
}

interface Ids {
  fromChatId: string;
  messageId: string;
  chatId: string | null;
}
