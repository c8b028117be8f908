import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, Queues } from '../../platform/index.js';
import { sendQueue } from '../telegram/index.js';
import { ProgressRepository, type OpenMessage, type PendingEdit } from './progress.repository.js';
import type { ProgressLine } from './progress.types.js';

/** Keeps what each order's progress message should show; the sends' queue edits it, paced. */
@Injectable()
export class ProgressService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly messages: ProgressRepository,
    private readonly queues: Queues,
    private readonly env: Env,
  ) {}

  /** Makes a message of the bot the progress message of an order, in the caller's transaction. Repeating it changes nothing. */
  open(
    manager: EntityManager,
    order: { orderId: string; userId: string; chatId: number; messageId: number; lines: ProgressLine[] },
  ): Promise<void> {
    return this.messages.insert(manager, order);
  }

  /**
   * Says how the order's videos stand now, in the transaction that made it true. Returns the edit for `wake`; null for an
   * order whose message shows that already, is closed, or does not exist.
   */
  write(
    manager: EntityManager,
    orderId: string,
    lines: readonly ProgressLine[],
  ): Promise<PendingEdit | null> {
    const intervalMs = this.env.PROGRESS_EDIT_INTERVAL_MS;
    return this.messages.want(manager, orderId, { lines, intervalMs });
  }

  /** Messages of orders that still go on, which may be edited again: those edited longest ago first, a page of them. */
  listOpen(page: { after: OpenMessage | null; limit: number }): Promise<OpenMessage[]> {
    return this.messages.listOpen(this.dataSource.manager, this.env.PROGRESS_EDIT_INTERVAL_MS, page);
  }

  /**
   * Says how the order's videos stand now, because time has passed. Whatever a transition has written meanwhile is newer,
   * and stays. Returns the edit for `wake`, as `write` does.
   */
  update(
    { orderId, wanted: instead }: OpenMessage,
    lines: readonly ProgressLine[],
  ): Promise<PendingEdit | null> {
    const intervalMs = this.env.PROGRESS_EDIT_INTERVAL_MS;
    return this.messages.want(this.dataSource.manager, orderId, { lines, instead, intervalMs });
  }

  /** Rings the bell after the commit; if that is lost, the cron finds the row. */
  async wake({ orderId, edition, over, waitMs }: PendingEdit): Promise<void> {
    // One entry for all changes after the same edit: it waits until the next edit is due, and shows what is wanted then. A
    // finished order shows its summary at once: nobody waits for a line that says "done".
    await this.queues.tryAdd(sendQueue, {
      id: `progress-${orderId}-${over ? 'over' : edition}`,
      payload: { kind: 'progress', id: orderId, wakeNumber: 0 },
      delayMs: over ? 0 : waitMs,
      // A look at the clock wants a hundred edits at once: a video that is ready then must not wait for them.
      last: true,
    });
  }

  /** Wakes progress messages that show something old for longer than the given time, at most `limit`. Returns how many. */
  async wakeOverdue(overdueMs: number, limit: number): Promise<number> {
    const edits = await this.messages.listOverdue(this.dataSource.manager, overdueMs, limit);
    for (const edit of edits) await this.wake(edit);
    return edits.length;
  }
}
