import type { DataSource } from 'typeorm';
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

/** A notification in the inbox. */
export interface Kept {
  event: string;
  object_id: string;
  times: number;
  outcome: string | null;
}

/** What is true now: at the provider, in the database, and between them. */
export interface Facts {
  remote: readonly PaymentView[];
  notifications: readonly NotificationRecord[];
  rows: readonly PaymentRow[];
  purchases: readonly Purchase[];
  told: readonly Told[];
  kept: readonly Kept[];
}

/** Reads it all. */
export async function readFacts({ yooKassa }: OutsideWorld, db: DataSource): Promise<Facts> {
  return {
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
    kept: await db.query<Kept[]>(
      `select event, object_id, times, outcome from payment_notifications where provider = 'yookassa'`,
    ),
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
