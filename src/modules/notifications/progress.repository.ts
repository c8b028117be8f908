import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { ProgressLine } from './progress.types.js';

/** An edit that is still to be made. */
export interface PendingEdit {
  orderId: string;
  /** When the message was edited last, as an opaque text: names the edit that comes after it. */
  edition: string;
  /** Every video of the order is over. */
  over: boolean;
  /** Until the next edit is due. */
  waitMs: number;
}

/** A message that is not closed, and whose last edit is old enough for another one. */
export interface OpenMessage {
  orderId: string;
  /** When it was edited last, in PostgreSQL's own words. */
  editedAt: string;
  wanted: ProgressLine[];
  /** It waits for an edit already. */
  isDue: boolean;
}

/** A message that may be edited now. */
export interface ClaimedEdit {
  userId: string;
  chatId: number;
  messageId: number;
  lines: ProgressLine[];
  over: boolean;
}

/** Whether a message wants an edit: `later` while the last one is too fresh, or another is under way. */
export type EditNeed = { kind: 'now'; chatId: number } | { kind: 'later'; inMs: number } | { kind: 'none' };

/** Nothing is known to be shown; unlike null, which says that an edit is under way. */
const UNKNOWN = '[]';
const OVER = `not jsonb_path_exists(wanted,
  '$[*] ? (@.stage != "completed" && @.stage != "failed" && @.stage != "cancelled")')`;
const UNDER_WAY_PAUSE_MS = 500;

/** The rows of `progress_messages`. `wanted` is what one should show, `shown` what it shows, null while it is edited. */
@Injectable()
export class ProgressRepository {
  async insert(
    manager: EntityManager,
    order: { orderId: string; userId: string; chatId: number; messageId: number; lines: ProgressLine[] },
  ): Promise<void> {
    await manager.query(
      `insert into progress_messages (order_id, user_id, chat_id, message_id, wanted, shown, edited_at)
       values ($1, $2, $3, $4, $5, $6, clock_timestamp()) on conflict (order_id) do nothing`,
      [order.orderId, order.userId, order.chatId, order.messageId, JSON.stringify(order.lines), UNKNOWN],
    );
  }

  /**
   * Says what a message should show. Null when it should show that already, or is closed.
   *
   * @param change `instead` leaves the message alone unless it should still show that (`OpenMessage.wanted`).
   */
  async want(
    manager: EntityManager,
    orderId: string,
    change: { lines: readonly ProgressLine[]; instead?: readonly ProgressLine[]; intervalMs: number },
  ): Promise<PendingEdit | null> {
    const [rows] = await manager.query<[{ edition: string; over: boolean; wait_ms: number }[], number]>(
      `update progress_messages set wanted = $2
        where order_id = $1 and closed_at is null and wanted is distinct from $2::jsonb
          and ($4::jsonb is null or wanted = $4::jsonb)
        returning extract(epoch from edited_at)::text as edition, ${OVER} as over,
                  ceil(extract(epoch from edited_at + $3 * interval '1 ms' - clock_timestamp()) * 1000)::int as wait_ms`,
      [
        orderId,
        JSON.stringify(change.lines),
        change.intervalMs,
        change.instead ? JSON.stringify(change.instead) : null,
      ],
    );
    const [row] = rows;
    return row ? { orderId, edition: row.edition, over: row.over, waitMs: Math.max(0, row.wait_ms) } : null;
  }

  async need(
    manager: EntityManager,
    orderId: string,
    limits: { intervalMs: number; leaseMs: number },
  ): Promise<EditNeed> {
    const [row] = await manager.query<
      { chat_id: string; under_way: boolean; over: boolean; age_ms: number }[]
    >(
      `select chat_id, shown is null as under_way, ${OVER} as over,
              floor(extract(epoch from clock_timestamp() - edited_at) * 1000)::float8 as age_ms
         from progress_messages
        where order_id = $1 and closed_at is null and message_id is not null and wanted is distinct from shown`,
      [orderId],
    );
    if (!row) return { kind: 'none' };
    if (row.under_way && row.age_ms < limits.leaseMs) return { kind: 'later', inMs: UNDER_WAY_PAUSE_MS };
    const waitMs = limits.intervalMs - row.age_ms;
    return waitMs > 0 && !row.over && !row.under_way
      ? { kind: 'later', inMs: waitMs }
      : { kind: 'now', chatId: Number(row.chat_id) };
  }

  /** Takes the message for one edit; null when somebody else was first. An edit that was cut off ends with its lease. */
  async claim(
    manager: EntityManager,
    orderId: string,
    limits: { intervalMs: number; leaseMs: number },
  ): Promise<ClaimedEdit | null> {
    const [rows] = await manager.query<
      [
        { user_id: string; chat_id: string; message_id: string; wanted: ProgressLine[]; over: boolean }[],
        number,
      ]
    >(
      `update progress_messages set shown = null, edited_at = clock_timestamp()
        where order_id = $1 and closed_at is null and message_id is not null and wanted is distinct from shown
          and case when shown is null then edited_at <= clock_timestamp() - $2 * interval '1 ms'
                   else ${OVER} or edited_at <= clock_timestamp() - $3 * interval '1 ms' end
        returning user_id, chat_id, message_id, wanted, ${OVER} as over`,
      [orderId, limits.leaseMs, limits.intervalMs],
    );
    const [row] = rows;
    if (!row) return null;
    const { user_id: userId, chat_id: chatId, message_id: messageId, wanted: lines, over } = row;
    return { userId, chatId: Number(chatId), messageId: Number(messageId), lines, over };
  }

  /** Ends an edit: what the message shows now, and whether that was the last one. */
  async settle(
    manager: EntityManager,
    orderId: string,
    shown: { lines: ProgressLine[]; closed: boolean },
  ): Promise<void> {
    await manager.query(
      `update progress_messages set shown = $2, failures = 0, closed_at = case when $3 then clock_timestamp() end
        where order_id = $1 and closed_at is null`,
      [orderId, JSON.stringify(shown.lines), shown.closed],
    );
  }

  /** Ends an edit that nobody tried; the message is due again. */
  async release(manager: EntityManager, orderId: string): Promise<void> {
    await manager.query(
      `update progress_messages set shown = $2 where order_id = $1 and closed_at is null and shown is null`,
      [orderId, UNKNOWN],
    );
  }

  /** Ends an edit that failed: the message is due again after the interval, or given up after so many failures in a row. */
  async fail(manager: EntityManager, orderId: string, failuresMax: number): Promise<void> {
    await manager.query(
      `update progress_messages
          set shown = $2, failures = failures + 1, closed_at = case when failures + 1 >= $3 then clock_timestamp() end
        where order_id = $1 and closed_at is null and shown is null`,
      [orderId, UNKNOWN, failuresMax],
    );
  }

  /** Open messages whose last edit is at least the interval old, the oldest first, a page of them. */
  async listOpen(
    manager: EntityManager,
    intervalMs: number,
    page: { after: OpenMessage | null; limit: number },
  ): Promise<OpenMessage[]> {
    const rows = await manager.query<
      { order_id: string; edited_at: string; wanted: ProgressLine[]; is_due: boolean }[]
    >(
      `select order_id, edited_at::text, wanted, wanted is distinct from shown as is_due
         from progress_messages
        where closed_at is null and message_id is not null and wanted is not null
          and edited_at <= clock_timestamp() - $1 * interval '1 ms'
          and ($2::timestamptz is null or (edited_at, order_id) > ($2, $3))
        order by edited_at, order_id limit $4`,
      [intervalMs, page.after?.editedAt ?? null, page.after?.orderId ?? null, page.limit],
    );
    return rows.map((row) => ({
      orderId: row.order_id,
      editedAt: row.edited_at,
      wanted: row.wanted,
      isDue: row.is_due,
    }));
  }

  /** Messages that should have been edited longer ago than the given time, the oldest first, at most `limit`. */
  async listOverdue(manager: EntityManager, overdueMs: number, limit: number): Promise<PendingEdit[]> {
    const rows = await manager.query<{ order_id: string; edition: string; over: boolean }[]>(
      `select order_id, extract(epoch from edited_at)::text as edition, ${OVER} as over from progress_messages
        where closed_at is null and wanted is distinct from shown
          and edited_at < clock_timestamp() - $1 * interval '1 ms'
        order by edited_at limit $2`,
      [overdueMs, limit],
    );
    return rows.map(({ order_id: orderId, edition, over }) => ({ orderId, edition, over, waitMs: 0 }));
  }

  /**
   * Removes messages that were closed longer ago, the oldest first, at most `limit`. By `now()`: PostgreSQL compares no index with a clock that
   * moves on while the statement runs, and would read all of it. @returns how many.
   */
  async trim(manager: EntityManager, { keptMs, limit }: { keptMs: number; limit: number }): Promise<number> {
    const [, trimmed] = await manager.query<[unknown, number]>(
      `delete from progress_messages where order_id in (
         select order_id from progress_messages where closed_at < now() - $1 * interval '1 ms'
          order by closed_at limit $2)`,
      [keptMs, limit],
    );
    return trimmed;
  }

  /** Forgets the messages of a person whose orders are all over. */
  async erase(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('delete from progress_messages where user_id = $1', [userId]);
  }
}
