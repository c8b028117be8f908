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
  /** `checks` before this one; `ageMs` since the row was made; `token` names the claim. */
  | { kind: 'claimed'; checks: number; ageMs: number; token: string }
  | { kind: 'later'; inMs: number }
  | { kind: 'over' };

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
    const [rows] = await manager.query<[{ checks: number; age_ms: string; token: string }[], number]>(
      `update ${table} set checks = checks + 1, check_at = clock_timestamp() + $2 * interval '1 ms'
        where id = $1 and check_at <= clock_timestamp()
        returning checks - 1 as checks, extract(epoch from clock_timestamp() - ${AGE_SINCE[table]}) * 1000 as age_ms,
          check_at::text as token`,
      [id, leaseMs],
    );
    if (rows[0]) {
      const { checks, age_ms, token } = rows[0];
      return { kind: 'claimed', checks, ageMs: Number(age_ms), token };
    }
    return this.findNext(manager, table, id);
  }

  /** How long until the row's next look. */
  private async findNext(
    manager: EntityManager,
    table: DueTable,
    id: string,
  ): Promise<Exclude<DueClaim, { kind: 'claimed' }>> {
    const [left] = await manager.query<{ in_ms: string }[]>(
      `select extract(epoch from check_at - clock_timestamp()) * 1000 as in_ms from ${table}
        where id = $1 and check_at is not null`,
      [id],
    );
    return left ? { kind: 'later', inMs: Math.max(1, Math.ceil(Number(left.in_ms))) } : { kind: 'over' };
  }

  /**
   * After a look: puts the next one off, or with null ends the looks. Where somebody wanted an earlier one meanwhile, that stays.
   *
   * @returns how long until the next look; null: there is none.
   */
  async postpone(
    manager: EntityManager,
    table: DueTable,
    { id, inMs, token }: { id: string; inMs: number | null; token: string },
  ): Promise<number | null> {
    const [, postponed] = await manager.query<[unknown, number]>(
      `update ${table} set check_at = clock_timestamp() + $2 * interval '1 ms' where id = $1 and check_at = $3::timestamptz`,
      [id, inMs, token],
    );
    if (postponed === 1) return inMs;
    const next = await this.findNext(manager, table, id);
    return next.kind === 'later' ? next.inMs : null;
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
