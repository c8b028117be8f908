import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Queues } from '../../platform/index.js';
import { sendQueue } from '../telegram/index.js';
import type { NewNotice } from './notice.types.js';
import { NoticesRepository, type DueNotice } from './notices.repository.js';

/** The outbox: what must be told without a tap is written here first, in the transaction that made it true. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesRepository,
    private readonly queues: Queues,
  ) {}

  /** Writes a notice in the caller's transaction. Returns its id for `wake`, or null when this cause was told before. */
  write(manager: EntityManager, notice: NewNotice): Promise<string | null> {
    return this.notices.insert(manager, notice);
  }

  /** Rings the bell after the commit; if that is lost, the cron finds the row. */
  async wake(noticeId: string, attempts = 0): Promise<void> {
    await this.queues.tryAdd(sendQueue, {
      id: `notice-${noticeId}-${attempts}`,
      payload: { kind: 'notice', id: noticeId, wakeNumber: attempts },
    });
  }

  /** Wakes every notice whose bell was lost, at most `limit`. Returns how many. */
  async wakeOverdue(overdueMs: number, limit: number): Promise<number> {
    const due: DueNotice[] = await this.notices.listOverdue(this.dataSource.manager, overdueMs, limit);
    for (const notice of due) await this.wake(notice.id, notice.attempts);
    return due.length;
  }
}
