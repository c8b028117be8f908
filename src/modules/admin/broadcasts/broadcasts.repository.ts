import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Broadcast } from './broadcast.entity.js';
import type { NewBroadcast, StopReason } from './broadcast.types.js';

/** The rows of `broadcasts`. A broadcast leaves `sending` by compare-and-set only. */
@Injectable()
export class BroadcastsRepository {
  /** @returns false when another one is being sent. */
  async insert(
    manager: EntityManager,
    { id, message, audience, progress }: NewBroadcast,
    people: number,
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `insert into broadcasts (id, from_chat_id, message_id, button, who, language, people,
                               progress_chat_id, progress_message_id, wake_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp())
       on conflict (status) where status = 'sending' do nothing returning id`,
      [
        ...[id, message.chatId, message.messageId, message.button && JSON.stringify(message.button)],
        ...[audience.who, audience.language, people],
        ...[progress?.chatId ?? null, progress?.messageId ?? null],
      ],
    );
    return rows.length === 1;
  }

  find(manager: EntityManager, id: string): Promise<Broadcast | null> {
    return manager.findOneBy(Broadcast, { id });
  }

  /** The one that is being sent, else the newest; null when there never was one. */
  async findCurrent(manager: EntityManager): Promise<Broadcast | null> {
    const sending = await manager.findOneBy(Broadcast, { status: 'sending' });
    return sending ?? (await manager.find(Broadcast, { order: { createdAt: 'desc' }, take: 1 }))[0] ?? null;
  }

  /** Takes a broadcast that is being sent for the caller's transaction; null when it is not, or this wake-up is an old one. */
  async lock(
    manager: EntityManager,
    id: string,
    wakeNumber: number,
  ): Promise<{ broadcast: Broadcast; pausedMs: number } | null> {
    const [row] = await manager.query<{ paused_ms: number }[]>(
      `select greatest(0, coalesce(ceil(extract(epoch from paused_until - clock_timestamp()) * 1000), 0))::int as paused_ms
         from broadcasts where id = $1 and status = 'sending' and wake_number = $2 for update`,
      [id, wakeNumber],
    );
    const broadcast = row ? await this.find(manager, id) : null;
    return row && broadcast ? { broadcast, pausedMs: row.paused_ms } : null;
  }

  /** How far the audience was gone through; `isLast` says that nobody is left. */
  async advance(
    manager: EntityManager,
    id: string,
    { lastUserId, isLast }: { lastUserId: string | null; isLast: boolean },
  ): Promise<void> {
    await manager.query(
      `update broadcasts set last_user_id = coalesce($2, last_user_id),
              listed_at = case when $3 then clock_timestamp() end
        where id = $1`,
      [id, lastUserId, isLast],
    );
  }

  /** Puts the next look off. @returns whether the progress is due to be shown, which is then noted as done. */
  async putOff(
    manager: EntityManager,
    id: string,
    { inMs, showEveryMs }: { inMs: number; showEveryMs: number },
  ): Promise<boolean> {
    const [rows] = await manager.query<[{ is_due: boolean }[], number]>(
      `update broadcasts b
          set wake_at = clock_timestamp() + $2 * interval '1 ms',
              shown_at = case when due.is_due then clock_timestamp() else b.shown_at end
         from (select progress_message_id is not null
                      and coalesce(shown_at, created_at) <= clock_timestamp() - $3 * interval '1 ms' as is_due
                 from broadcasts where id = $1) due
        where b.id = $1 and b.status = 'sending' returning due.is_due`,
      [id, inMs, showEveryMs],
    );
    return rows[0]?.is_due ?? false;
  }

  /** Nobody gets it for so long. */
  async pause(manager: EntityManager, id: string, pauseMs: number): Promise<void> {
    await manager.query(
      `update broadcasts set paused_until = greatest(paused_until, clock_timestamp() + $2 * interval '1 ms') where id = $1`,
      [id, pauseMs],
    );
  }

  /** @returns false when it was not being sent. */
  async stop(manager: EntityManager, id: string, because: StopReason): Promise<boolean> {
    const [, changed] = await manager.query<[unknown, number]>(
      `update broadcasts set status = 'stopped', stopped_because = $2, stopped_at = clock_timestamp(), wake_at = null
        where id = $1 and status = 'sending'`,
      [id, because],
    );
    return changed === 1;
  }

  /**
   * A stopped one goes on, with everything that waits rung for anew, and all its tries before it. The caller knows that no other is being
   * sent, or meets the schema.
   *
   * @returns its wake number; null when it was not stopped, its message is gone or not known any more, or it was stopped longer ago than
   * `keptMs`.
   */
  async goOn(
    manager: EntityManager,
    id: string,
    { progress, keptMs }: { progress: { chatId: number; messageId: number } | null; keptMs: number },
  ): Promise<number | null> {
    const [rows] = await manager.query<[{ wake_number: number }[], number]>(
      `update broadcasts set status = 'sending', stopped_because = null, stopped_at = null, wake_at = clock_timestamp(),
              wake_number = wake_number + 1, paused_until = null, unknown_in_a_row = 0,
              progress_chat_id = coalesce($2, progress_chat_id), progress_message_id = coalesce($3, progress_message_id)
        where id = $1 and status = 'stopped' and stopped_because <> 'message_gone' and from_chat_id is not null
          and stopped_at >= clock_timestamp() - $4 * interval '1 ms' returning wake_number`,
      [id, progress?.chatId ?? null, progress?.messageId ?? null, keptMs],
    );
    if (!rows[0]) return null;
    await manager.query(
      `update broadcast_deliveries set rung_at = null, attempts = 0 where broadcast_id = $1 and state = 'waiting'`,
      [id],
    );
    return rows[0].wake_number;
  }

  /** Everybody had their turn. */
  async finish(manager: EntityManager, id: string): Promise<void> {
    await manager.query(
      `update broadcasts set status = 'done', ended_at = clock_timestamp(), wake_at = null where id = $1 and status = 'sending'`,
      [id],
    );
  }

  /**
   * Gives broadcasts whose wake-up was lost a new number, once in `overdueMs`: that one may wait in a queue, too. Returns them; at most one is
   * being sent.
   */
  async takeOverdue(
    manager: EntityManager,
    overdueMs: number,
  ): Promise<{ id: string; wakeNumber: number }[]> {
    const [rows] = await manager.query<[{ id: string; wakeNumber: number }[], number]>(
      `update broadcasts set wake_number = wake_number + 1, wake_at = clock_timestamp()
        where status = 'sending' and wake_at < clock_timestamp() - $1 * interval '1 ms'
        returning id, wake_number as "wakeNumber"`,
      [overdueMs],
    );
    return rows;
  }

  /** Part of an erasure: the chat is forgotten, and what was copied from it is sent no further. */
  async forgetChat(manager: EntityManager, chatId: number): Promise<void> {
    await manager.query(
      `update broadcasts set from_chat_id = null, wake_at = null,
              stopped_because = case when status = 'sending' then 'erased' else stopped_because end,
              stopped_at = case when status = 'sending' then clock_timestamp() else stopped_at end,
              status = case when status = 'sending' then 'stopped' else status end
        where from_chat_id = $1`,
      [chatId],
    );
    await manager.query(
      `update broadcasts set progress_chat_id = null, progress_message_id = null where progress_chat_id = $1`,
      [chatId],
    );
  }
}
