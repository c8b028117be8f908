import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';

/** The tables whose rows want to be looked at again and again until they are over: `check_at`, `checks`. */
export type DueTable = 'payments' | 'payment_notifications' | 'payment_refunds';

const AGE_SINCE: Readonly<Record<DueTable, string>> = {
  payments: 'created_at',
  payment_notifications: 'received_at',
  payment_refunds: 'created_at',
};

/** Whether a row may be looked at now; `later` while somebody else does, or its pause lasts. */
export type DueClaim =
  /** `checks` before this one; `ageMs` since the row was made. */
  { kind: 'claimed'; checks: number; ageMs: number } | { kind: 'later'; inMs: number } | { kind: 'over' };

/** A row whose look is overdue. */
export interface OverdueRow {
  id: string;
  checks: number;
}

/** When rows are looked at, on the database's clock. */
@Injectable()
export class DueRowsRepository {
  /** Takes a row for one look: counts it, and puts the next one off by the lease. */
  async claim(manager: EntityManager, table: DueTable, id: string, leaseMs: number): Promise<DueClaim> {
    const [rows] = await manager.query<[{ checks: number; age_ms: string }[], number]>(
      `update ${table} set checks = checks + 1, check_at = clock_timestamp() + $2 * interval '1 ms'
        where id = $1 and check_at <= clock_timestamp()
        returning checks - 1 as checks, extract(epoch from clock_timestamp() - ${AGE_SINCE[table]}) * 1000 as age_ms`,
      [id, leaseMs],
    );
    if (rows[0]) return { kind: 'claimed', checks: rows[0].checks, ageMs: Number(rows[0].age_ms) };
    const [left] = await manager.query<{ in_ms: string }[]>(
      `select extract(epoch from check_at - clock_timestamp()) * 1000 as in_ms from ${table}
        where id = $1 and check_at is not null`,
      [id],
    );
    return left ? { kind: 'later', inMs: Math.max(1, Math.ceil(Number(left.in_ms))) } : { kind: 'over' };
  }

  /** Puts the next look off, or with null ends the looks. A row whose looks are over stays as it is. */
  async postpone(
    manager: EntityManager,
    table: DueTable,
    { id, inMs }: { id: string; inMs: number | null },
  ): Promise<void> {
    await manager.query(
      `update ${table} set check_at = clock_timestamp() + $2 * interval '1 ms' where id = $1 and check_at is not null`,
      [id, inMs],
    );
  }

  /** Rows whose look is overdue by more than the given time, oldest first. */
  listOverdue(
    manager: EntityManager,
    table: DueTable,
    { overdueMs, limit }: { overdueMs: number; limit: number },
  ): Promise<OverdueRow[]> {
    return manager.query<OverdueRow[]>(
      `select id, checks from ${table} where check_at < clock_timestamp() - $1 * interval '1 ms'
        order by check_at limit $2`,
      [overdueMs, limit],
    );
  }
}
