import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import type { PaymentProvider } from '../payments.types.js';
import type { Difference } from './three-way.types.js';

/** An attempt at one report, which belongs to whoever made it until it is finished, has failed, or is taken over. */
export interface ReportClaim {
  id: string;
  provider: PaymentProvider;
  attempt: number;
  fromAt: Date;
  /** Also when this attempt began. */
  toAt: Date;
}

/** What becomes of a claimed report. */
export interface ReportResult {
  counts: object;
  /** Those that are kept. */
  differences: readonly Difference[];
  differencesTotal: number;
  nextOffset: number;
}

/** The rows of `payment_reconciliations`, all on the database's clock. */
@Injectable()
export class ReconciliationReportsRepository {
  /** Whether the slot that runs now wants its report made, or made again. Changes nothing. */
  async isDue(
    manager: EntityManager,
    provider: PaymentProvider,
    { intervalMs, retryMs }: { intervalMs: number; retryMs: number },
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `select from payment_reconciliations where provider = $1 and slot = ${SLOT}
          and (finished_at is not null or claimed_at > clock_timestamp() - $3 * interval '1 ms')`,
      [provider, intervalMs, retryMs],
    );
    return rows.length === 0;
  }

  /** Takes the report of the slot that runs now: one process gets it. An unfinished one is taken over, as its next attempt. */
  async claim(
    manager: EntityManager,
    provider: PaymentProvider,
    { intervalMs, retryMs, windowMs }: { intervalMs: number; retryMs: number; windowMs: number },
  ): Promise<ReportClaim | null> {
    type Row = { id: string; attempt: number; from_at: Date; to_at: Date };
    const rows = await manager.query<Row[]>(
      `insert into payment_reconciliations as r (provider, slot, from_at, to_at, started_at, claimed_at)
       select $1, ${SLOT}, now() - $4 * interval '1 ms', now(), now(), now()
       on conflict (provider, slot) do update set attempt = r.attempt + 1, from_at = excluded.from_at, to_at = excluded.to_at,
         started_at = excluded.started_at, claimed_at = excluded.claimed_at
       where r.finished_at is null and r.claimed_at <= now() - $3 * interval '1 ms'
       returning id, attempt, from_at, to_at`,
      [provider, intervalMs, retryMs, windowMs],
    );
    const row = rows[0];
    return row ? { id: row.id, provider, attempt: row.attempt, fromAt: row.from_at, toAt: row.to_at } : null;
  }

  /** The attempt goes on. @returns false when it was taken over. */
  async renew(manager: EntityManager, claim: ReportClaim): Promise<boolean> {
    const [, renewed] = await manager.query<[unknown, number]>(
      `update payment_reconciliations set claimed_at = clock_timestamp() where ${MINE}`,
      [claim.id, claim.attempt],
    );
    return renewed === 1;
  }

  /** @returns false when it was taken over. */
  async finish(manager: EntityManager, claim: ReportClaim, result: ReportResult): Promise<boolean> {
    const { counts, differences, differencesTotal, nextOffset } = result;
    const [, finished] = await manager.query<[unknown, number]>(
      `update payment_reconciliations set finished_at = clock_timestamp(), last_error = null, counts = $3, differences = $4,
              differences_total = $5, next_offset = $6
        where ${MINE}`,
      [claim.id, claim.attempt, counts, JSON.stringify(differences), differencesTotal, nextOffset],
    );
    return finished === 1;
  }

  /** The attempt came to nothing; the next one comes after the pause. */
  async noteFailure(manager: EntityManager, claim: ReportClaim, error: string): Promise<void> {
    await manager.query(
      `update payment_reconciliations set last_error = $3, claimed_at = clock_timestamp() where ${MINE}`,
      [claim.id, claim.attempt, error],
    );
  }

  /** Where the list was left by the newest report that was finished; 0 where there is none. */
  async findNextOffset(manager: EntityManager, provider: PaymentProvider): Promise<number> {
    const [row] = await manager.query<{ next_offset: number }[]>(
      `select next_offset from payment_reconciliations where provider = $1 and finished_at is not null
        order by finished_at desc limit 1`,
      [provider],
    );
    return row?.next_offset ?? 0;
  }
}

/** $2 is the interval in milliseconds. */
const SLOT = `floor(extract(epoch from now()) * 1000 / $2)::bigint`;
const MINE = 'id = $1 and attempt = $2 and finished_at is null';
