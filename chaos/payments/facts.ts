import type { DataSource } from 'typeorm';
import { CreditsAudit } from '../../src/modules/credits/light.js';
import type { NotificationRecord, PaymentView } from '../../sandbox/yookassa/index.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';

/** A row of ours. */
export interface PaymentRow {
  id: string;
  user_id: string;
  provider_payment_id: string | null;
  status: string;
  amount_kopecks: number;
  credits: number;
  found_by: string | null;
  superseded: boolean;
  completed_at_ms: number | null;
}

/** A purchase in the credit history. */
export interface Purchase {
  payment_id: string;
  user_id: string;
  amount: number;
}

/** Something that a person is told of a payment. */
export interface Told {
  payment_id: string;
  kind: string;
  is_over: boolean;
}

/** A person's balance, and what the history says of it. */
export interface Balance {
  user_id: string;
  credits: number;
  welcome: number;
}

/** A notification in the inbox. */
export interface Kept {
  event: string;
  object_id: string;
  times: number;
  outcome: string | null;
}

/** What is true now: at the provider, in the database, and between them. */
export interface Facts {
  wanted: { payments: number; people: number };
  remote: readonly PaymentView[];
  notifications: readonly NotificationRecord[];
  rows: readonly PaymentRow[];
  purchases: readonly Purchase[];
  told: readonly Told[];
  balances: readonly Balance[];
  kept: readonly Kept[];
  audit: { rows_checked: number; drift: number };
}

/** Reads it all. */
export async function readFacts(
  { yooKassa }: OutsideWorld,
  db: DataSource,
  wanted: Facts['wanted'],
): Promise<Facts> {
  return {
    wanted,
    remote: yooKassa.payments(),
    notifications: yooKassa.notifications(),
    rows: await db.query<PaymentRow[]>(
      `select id, user_id, provider_payment_id, status, amount_kopecks, credits, found_by, superseded_at is not null as superseded,
              (extract(epoch from completed_at) * 1000)::float8 as completed_at_ms from payments`,
    ),
    purchases: await db.query<Purchase[]>(
      `select payment_id, user_id, amount from credits_history where operation_type = 'purchase'`,
    ),
    told: await db.query<Told[]>(
      `select payload->>'paymentId' as payment_id, kind, sent_at is not null or dropped_at is not null as is_over
         from notices where payload ? 'paymentId'`,
    ),
    balances: await db.query<Balance[]>(
      `select u.id as user_id, u.credits, coalesce(sum(h.amount) filter (where h.operation_type = 'signup'), 0)::int as welcome
         from users u left join credits_history h on h.user_id = u.id group by u.id`,
    ),
    kept: await db.query<Kept[]>(
      `select event, object_id, times, outcome from payment_notifications where provider = 'yookassa'`,
    ),
    audit: await new CreditsAudit(db).run(),
  };
}

/** How long people waited for what they had paid, in milliseconds each. */
export function creditedAfterMs({ remote, rows }: Facts): number[] {
  const paidAt = new Map(remote.map(({ id, paidAt: at }) => [id, at === null ? NaN : Date.parse(at)]));
  return rows
    .map(({ provider_payment_id: id, completed_at_ms: at }) => (at ?? NaN) - (paidAt.get(id ?? '') ?? NaN))
    .filter((waitedMs) => !Number.isNaN(waitedMs))
    .map((waitedMs) => Math.max(0, waitedMs));
}
