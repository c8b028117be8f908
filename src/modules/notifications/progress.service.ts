import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Queues } from '../../platform/index.js';
import { sendQueue } from '../telegram/index.js';
import type { ProgressLine } from './progress.types.js';

/** Keeps what each order's progress message should show; the sends' queue edits it, paced. */
@Injectable()
export class ProgressService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queues: Queues,
  ) {}

  /** Makes a message of the bot the progress message of an order. Repeating it changes nothing. */
  async open(order: {
    orderId: string;
    userId: string;
    chatId: number;
    messageId: number;
    lines: ProgressLine[];
  }) {
    const lines = JSON.stringify(order.lines);
    await this.dataSource.query(
      `insert into progress_messages (order_id, user_id, chat_id, message_id, wanted, edited_at)
       values ($1, $2, $3, $4, $5, clock_timestamp()) on conflict (order_id) do nothing`,
      [order.orderId, order.userId, order.chatId, order.messageId, lines],
    );
  }

  /** Says how the order's videos stand now; an order without a progress message, or with a closed one, is left alone. */
  async update(orderId: string, lines: ProgressLine[]): Promise<void> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update progress_messages set wanted = $2 where order_id = $1 and closed_at is null returning 1`,
      [orderId, JSON.stringify(lines)],
    );
    if (rows.length > 0) await this.wake(orderId);
  }

  /** Wakes progress messages that show something old for longer than the given time, at most `limit`. Returns how many. */
  async wakeOverdue(overdueMs: number, limit: number): Promise<number> {
    const rows = await this.dataSource.query<{ order_id: string }[]>(
      `select order_id from progress_messages
        where closed_at is null and wanted is distinct from shown
          and edited_at < clock_timestamp() - $1 * interval '1 ms'
        order by edited_at limit $2`,
      [overdueMs, limit],
    );
    for (const row of rows) await this.wake(row.order_id);
    return rows.length;
  }

  private async wake(orderId: string): Promise<void> {
    // One edit at a time per order: while one waits in the queue, it will show what is wanted when it runs.
    await this.queues.tryAdd(sendQueue, {
      id: `progress-${orderId}`,
      payload: { kind: 'progress', id: orderId, wakeNumber: 0 },
    });
  }
}
