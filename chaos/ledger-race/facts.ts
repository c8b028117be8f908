import type { DataSource } from 'typeorm';
import { CreditsAudit } from '../../src/modules/credits/index.js';

/** A row of the credit history, with what caused it in words: `usage order-7`. */
export interface LedgerRow {
  userId: string;
  cause: string;
  amount: number;
  balanceAfter: number;
}

/** What the database says after a round. */
export interface LedgerFacts {
  /** In the order in which they were written. */
  rows: readonly LedgerRow[];
  balances: readonly { userId: string; credits: number }[];
  /** Jobs that have failed, by id. */
  failedJobs: readonly string[];
  /** Deadlocks that PostgreSQL has broken. */
  deadlocks: number;
  audit: { rows_checked: number; drift: number };
}

/** Reads it. */
export async function readLedger(db: DataSource): Promise<LedgerFacts> {
  const [statistics] = await db.query<{ deadlocks: number }[]>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  return {
    rows: await db.query<LedgerRow[]>(
      `select h.user_id as "userId", h.amount, h.balance_after as "balanceAfter",
              h.operation_type || ' ' || case h.operation_type
                when 'usage' then j.idempotency_key when 'refund' then h.job_id::text
                when 'purchase' then h.payment_id::text when 'payment_refund' then h.provider_refund_id
                else coalesce(h.cause, h.user_id::text) end as cause
         from credits_history h left join jobs j on j.id = h.job_id order by h.id`,
    ),
    balances: await db.query<LedgerFacts['balances']>('select id as "userId", credits from users'),
    failedJobs: (await db.query<{ id: string }[]>(`select id from jobs where status = 'failed'`)).map(
      ({ id }) => id,
    ),
    deadlocks: statistics?.deadlocks ?? 0,
    audit: await new CreditsAudit(db).run(),
  };
}
