import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { Notice } from './notice.entity.js';
import type { NewNotice, OperatorNotice } from './notice.types.js';

/** A notice that is due again because its wake-up was lost. */
export interface DueNotice {
  id: string;
  attempts: number;
}

/** Whether a notice may be sent now; `later` while another try holds it or its pause lasts. */
export type NoticeClaim =
  { kind: 'claimed'; notice: Notice } | { kind: 'later'; inMs: number } | { kind: 'over' };

/** What still wants to be sent now or soon. */
const OPEN = 'sent_at is null and dropped_at is null and parked_at is null';

@Injectable()
export class NoticesRepository {
  /** Writes a notice. Returns its id, or null when the same cause was told before, or the person was erased. */
  async insert(manager: EntityManager, notice: NewNotice): Promise<string | null> {
    const rows = await manager.query<{ id: string }[]>(
      `insert into notices (user_id, kind, cause, payload)
       select id, $2, $3, $4 from users where id = $1 and erased_at is null
       on conflict (cause) do nothing returning id`,
      [notice.userId, notice.payload.kind, notice.cause, JSON.stringify(notice.payload)],
    );
    return rows[0]?.id ?? null;
  }

  /** Writes a notice to each of these Telegram ids that is a user. Returns the ids of those that are new. */
  async insertForAll(
    manager: EntityManager,
    tgUserIds: readonly number[],
    notice: OperatorNotice,
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `insert into notices (user_id, kind, cause, payload)
       select id, $2, $3 || '-' || id, $4 from users where tg_user_id = any($1)
       on conflict (cause) do nothing returning id`,
      [tgUserIds, notice.payload.kind, notice.cause, JSON.stringify(notice.payload)],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Writes a notice to each of these Telegram ids that is a user and was written none of its kind within `everyMs`. Returns the ids
   * of those that are new.
   */
  async insertForAllAtMost(
    manager: EntityManager,
    tgUserIds: readonly number[],
    { payload, everyMs }: { payload: OperatorNotice['payload']; everyMs: number },
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      // The slot of time in the cause is for two processes that write at the same moment.
      `insert into notices (user_id, kind, cause, payload)
       select u.id, $2, $2::text || '-' || floor(extract(epoch from clock_timestamp()) * 1000 / $4::bigint) || '-' || u.id, $3
         from users u
        where u.tg_user_id = any($1)
          and not exists (select from notices n where n.user_id = u.id and n.kind = $2
                             and n.created_at > clock_timestamp() - $4 * interval '1 ms')
       on conflict (cause) do nothing returning id`,
      [tgUserIds, payload.kind, JSON.stringify(payload), everyMs],
    );
    return rows.map(({ id }) => id);
  }

  /** The message in which a fact was told; null where it was not, or not yet. */
  async findMessageId(manager: EntityManager, cause: string): Promise<number | null> {
    const [row] = await manager.query<{ message_id: string | null }[]>(
      'select message_id from notices where cause = $1',
      [cause],
    );
    return row?.message_id ? Number(row.message_id) : null;
  }

  /** Puts an unsent notice aside until the person is back. */
  async park(manager: EntityManager, id: string, why: string): Promise<void> {
    await manager.query(
      `update notices set parked_at = clock_timestamp(), last_error = $2 where id = $1 and sent_at is null`,
      [id, why],
    );
  }

  /**
   * Makes notices due again that were parked less than `parkedForMs` ago for people who are back: of one person, or of all, at most
   * `limit`. What they say of the balance is brought up to date. Returns them.
   */
  async unpark(
    manager: EntityManager,
    { userId, limit, parkedForMs }: { userId?: string; limit: number; parkedForMs: number },
  ): Promise<DueNotice[]> {
    const [rows] = await manager.query<[DueNotice[], number]>(
      `update notices n set parked_at = null, attempts = 0, next_attempt_at = clock_timestamp(),
              payload = case when payload ? 'balance' then jsonb_set(payload, '{balance}', to_jsonb(back.credits))
                             else payload end
         from (select p.id, u.credits from notices p join users u on u.id = p.user_id
                where p.parked_at > clock_timestamp() - $3 * interval '1 ms' and p.sent_at is null
                  and u.blocked_at is null
                  and ($1::uuid is null or p.user_id = $1)
                order by p.id limit $2 for update of p skip locked) back
        where n.id = back.id
        returning n.id, n.attempts`,
      [userId ?? null, limit, parkedForMs],
    );
    return rows;
  }

  /**
   * Takes an unsent notice for one try: counts it, and puts the next one off by the lease, so that no second process sends
   * at the same time. `over` when it was sent, dropped or parked.
   */
  async claim(manager: EntityManager, id: string, leaseMs: number): Promise<NoticeClaim> {
    const [rows] = await manager.query<[{ id: string }[], number]>(
      `update notices set attempts = attempts + 1, next_attempt_at = clock_timestamp() + $2 * interval '1 ms'
        where id = $1 and ${OPEN} and next_attempt_at <= clock_timestamp()
        returning id`,
      [id, leaseMs],
    );
    if (rows.length > 0) return { kind: 'claimed', notice: await manager.findOneByOrFail(Notice, { id }) };
    const [left] = await manager.query<{ in_ms: number }[]>(
      `select ceil(extract(epoch from next_attempt_at - clock_timestamp()) * 1000)::int as in_ms
         from notices where id = $1 and ${OPEN}`,
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

  /** Forgets what the person was told; what they were not told yet is dropped. The causes stay, so that nothing is told again. */
  async erase(manager: EntityManager, userId: string): Promise<void> {
    await manager.query(
      `update notices set payload = '{}', parked_at = null, last_error = null,
              dropped_at = case when sent_at is null then coalesce(dropped_at, clock_timestamp()) end
        where user_id = $1`,
      [userId],
    );
  }

  /**
   * Forgets what notices said that were told, dropped or parked longer ago; one that still waits for its person then is dropped. The causes
   * stay, so that nothing is told again. Looks at the oldest `limit`. @returns how many.
   */
  async trim(manager: EntityManager, { keptMs, limit }: { keptMs: number; limit: number }): Promise<number> {
    const [, trimmed] = await manager.query<[unknown, number]>(
      `update notices set payload = '{}', parked_at = null, last_error = null,
              dropped_at = case when sent_at is null then coalesce(dropped_at, clock_timestamp()) end
        where id in (select id from (select * from notices where payload <> '{}' order by id limit $2) oldest
                      where coalesce(sent_at, dropped_at, parked_at) < clock_timestamp() - $1 * interval '1 ms')
          and coalesce(sent_at, dropped_at, parked_at) < clock_timestamp() - $1 * interval '1 ms'`,
      [keptMs, limit],
    );
    return trimmed;
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
        where ${OPEN} and next_attempt_at < clock_timestamp() - $1 * interval '1 ms'
        order by next_attempt_at limit $2`,
      [overdueMs, limit],
    );
  }
}
