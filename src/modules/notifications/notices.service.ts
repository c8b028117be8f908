import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, Queues } from '../../platform/index.js';
import { sendQueue } from '../telegram/index.js';
import type { NewNotice, OperatorNotice } from './notice.types.js';
import { NoticesRepository, type DueNotice } from './notices.repository.js';

const PERSON_NOTICES_MAX = 100;
const ALERT_INTERVAL_MS = 6 * 3_600_000;

/** The outbox: what must be told without a tap is written here first, in the transaction that made it true. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: NoticesRepository,
    private readonly queues: Queues,
    private readonly env: Env,
  ) {}

  /** Writes a notice in the caller's transaction. Returns its id for `wake`, or null when this cause was told before. */
  write(manager: EntityManager, notice: NewNotice): Promise<string | null> {
    return this.notices.insert(manager, notice);
  }

  /** Writes a notice to every operator (`ADMIN_IDS`) who uses the bot. Returns the ids of new ones for `wake`. */
  writeToOperators(manager: EntityManager, notice: OperatorNotice): Promise<string[]> {
    return this.notices.insertForAll(manager, this.env.ADMIN_IDS, notice);
  }

  /** Tells every operator of a trouble that lasts: once in six hours for each kind, however often it is reported. */
  async alertOperators(payload: OperatorNotice['payload']): Promise<void> {
    const told = await this.notices.insertForAllAtMost(this.dataSource.manager, this.env.ADMIN_IDS, {
      payload,
      everyMs: ALERT_INTERVAL_MS,
    });
    for (const noticeId of told) await this.wake(noticeId);
  }

  /** The message in which a fact was told, by its cause; null where it was not, or not yet. */
  findMessageId(manager: EntityManager, cause: string): Promise<number | null> {
    return this.notices.findMessageId(manager, cause);
  }

  /** The person is back: what waited for them is sent now. */
  async resume(userId: string): Promise<void> {
    await this.unpark({ userId, limit: PERSON_NOTICES_MAX });
  }

  /** The same for everybody who is back, at most `limit` notices, where a return was cut short. Returns how many. */
  resumeReturned(limit: number): Promise<number> {
    return this.unpark({ limit });
  }

  private async unpark(which: { userId?: string; limit: number }): Promise<number> {
    const parkedForMs = this.env.VIDEO_PARKED_FOR_MS;
    const due = await this.notices.unpark(this.dataSource.manager, { ...which, parkedForMs });
    for (const { id, attempts } of due) await this.wake(id, attempts);
    return due.length;
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
