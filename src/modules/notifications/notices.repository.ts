import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Notice } from './notice.entity.js';
import type { NewNotice } from './notice.types.js';

/** A notice that is due again because its wake-up was lost. */
export interface DueNotice {
  id: string;
  attempts: number;
}

/** Whether a notice may be sent now; `later` while another try holds it or its pause lasts. */
export type NoticeClaim =
  { kind: 'claimed'; notice: Notice } | { kind: 'later'; inMs: number } | { kind: 'over' };

@Injectable()
export class NoticesRepository {
  /** Writes a notice. Returns its id, or null when the same cause was told before. */
  async insert(manager: EntityManager, notice: NewNotice): Promise<string | null> {
    const rows = await manager.query<{ id: string }[]>(
      `insert into notices (user_id, kind, cause, payload) values ($1, $2, $3, $4)
       on conflict (cause) do nothing returning id`,
      [notice.userId, notice.payload.kind, notice.cause, JSON.stringify(notice.payload)],
    );
    return rows[0]?.id ?? null;
  }

  /**
   * Takes an unsent notice for one try: counts it, and puts the next one off by the lease, so that no second process sends
   * at the same time. `over` when it was sent or dropped.
   */
  async claim(manager: EntityManager, id: string, leaseMs: number): Promise<NoticeClaim> {
    const [rows] = await manager.query<[{ id: string }[], number]>(
      `update notices set attempts = attempts + 1, next_attempt_at = clock_timestamp() + $2 * interval '1 ms'
        where id = $1 and sent_at is null and dropped_at is null and next_attempt_at <= clock_timestamp()
        returning id`,
      [id, leaseMs],
    );
    if (rows.length > 0) return { kind: 'claimed', notice: await manager.findOneByOrFail(Notice, { id }) };
    const [left] = await manager.query<{ in_ms: number }[]>(
      `select ceil(extract(epoch from next_attempt_at - clock_timestamp()) * 1000)::int as in_ms
         from notices where id = $1 and sent_at is null and dropped_at is null`,
      [id],
    );
    return left ? { kind: 'later', inMs: Math.max(1, left.in_ms) } : { kind: 'over' };
  }

  async markSent(manager: EntityManager, id: string, messageId: number): Promise<void> {
    await manager.query(
      `update notices set sent_at = clock_timestamp(), message_id = $2, last_error = null where id = $1 and sent_at is null`,
      [id, messageId],
    );
  }

  /** Gives the notice up: the person cannot be reached, or every try failed. */
  async drop(manager: EntityManager, id: string, why: string): Promise<void> {
    await manager.query(
      `update notices set dropped_at = clock_timestamp(), last_error = $2 where id = $1 and sent_at is null`,
      [id, why],
    );
  }

  /** Puts the next try off; `countsAsTry` is false where nothing was tried. */
  async postpone(
    manager: EntityManager,
    notice: { id: string; delayMs: number; why: string; countsAsTry: boolean },
  ): Promise<void> {
    await manager.query(
      `update notices set next_attempt_at = clock_timestamp() + $2 * interval '1 ms', last_error = $3,
              attempts = attempts - case when $4 then 0 else 1 end
        where id = $1 and sent_at is null`,
      [notice.id, notice.delayMs, notice.why, notice.countsAsTry],
    );
  }

  /** Notices whose wake-up is overdue by more than the given time, oldest first, at most `limit`. */
  listOverdue(manager: EntityManager, overdueMs: number, limit: number): Promise<DueNotice[]> {
    return manager.query<DueNotice[]>(
      `select id, attempts from notices
        where sent_at is null and dropped_at is null and next_attempt_at < clock_timestamp() - $1 * interval '1 ms'
        order by next_attempt_at limit $2`,
      [overdueMs, limit],
    );
  }
}
