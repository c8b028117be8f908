import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env } from '../../platform/index.js';

/** A slot that ended so long ago says nothing any more. */
const FORGOTTEN_AFTER_MS = 60_000;

/** At most one send a second and chat, over all processes (core.telegram.org/bots/faq: "avoid sending more than one message per second"). */
@Injectable()
export class ChatPacing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly env: Env,
  ) {}

  /** Takes the chat's next slot. Returns 0 when it is free now, else the milliseconds until it may be asked again. */
  async claim(chatId: number): Promise<number> {
    const intervalMs = this.env.TELEGRAM_CHAT_SEND_INTERVAL_MS;
    const [row] = await this.dataSource.query<{ wait_ms: number }[]>(
      `with claimed as (
         insert into telegram_pacing as p (chat_id, next_at)
         values ($1, clock_timestamp() + $2 * interval '1 ms')
         on conflict (chat_id) do update set next_at = excluded.next_at where p.next_at <= clock_timestamp()
         returning 1)
       select case when exists (select from claimed) then 0
         else coalesce((select greatest(1, ceil(extract(epoch from next_at - clock_timestamp()) * 1000))::int
                          from telegram_pacing where chat_id = $1), $2) end as wait_ms`,
      [chatId, intervalMs],
    );
    return row?.wait_ms ?? intervalMs;
  }

  /** Keeps the chat quiet for as long as Telegram asked (429 `retry_after`). */
  async hold(chatId: number, holdMs: number): Promise<void> {
    await this.dataSource.query(
      `insert into telegram_pacing as p (chat_id, next_at) values ($1, clock_timestamp() + $2 * interval '1 ms')
       on conflict (chat_id) do update set next_at = greatest(p.next_at, excluded.next_at)`,
      [chatId, holdMs],
    );
  }

  /** Forgets a chat, in the caller's transaction. */
  async forget(manager: EntityManager, chatId: number): Promise<void> {
    await manager.query('delete from telegram_pacing where chat_id = $1', [chatId]);
  }

  /** Forgets chats whose slot ended a minute ago or earlier, at most `limit`. Returns how many. */
  async trim(limit: number): Promise<number> {
    const [, trimmed] = await this.dataSource.query<[unknown, number]>(
      `delete from telegram_pacing where chat_id in (select chat_id from telegram_pacing
         where next_at < clock_timestamp() - $1 * interval '1 ms' limit $2 for update skip locked)`,
      [FORGOTTEN_AFTER_MS, limit],
    );
    return trimmed;
  }
}
