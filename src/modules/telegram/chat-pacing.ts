import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env } from '../../platform/index.js';

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
}
