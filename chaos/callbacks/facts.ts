import type { DataSource } from 'typeorm';
import type { OutsideWorld } from '../../sandbox/outside-world.js';
import type { InvariantFacts } from '../system/invariant-facts.js';
import type { Posted } from './postman.js';

/** A refund that YooKassa has made. */
export interface MadeRefund {
  id: string;
  kopecks: number;
}

/** A refund in the credit history. */
export interface TakenBack {
  refundId: string;
  kopecks: number;
}

/** A charge in Stars, and how often it is in the history as a purchase. */
export interface BoughtInStars {
  chargeId: string;
  purchases: number;
}

/** A row of the inbox, whoever told us. */
export interface KeptLetter {
  provider: string;
  event: string;
  objectId: string;
  times: number;
  outcome: string | null;
}

/** What our row of a KIE task has kept of its callbacks. */
export interface KeptCallbacks {
  taskRowId: string;
  times: number;
  /** Callbacks of which more is to be learnt. */
  open: number;
}

/** What is true when every letter was answered. */
export interface CallbackFacts {
  wanted: { payments: number };
  made: number;
  posted: readonly Posted[];
  refunds: readonly MadeRefund[];
  takenBack: readonly TakenBack[];
  stars: readonly BoughtInStars[];
  inbox: readonly KeptLetter[];
  callbacks: readonly KeptCallbacks[];
  /** How many payments were found by whom: `notification`, `check`. */
  foundBy: Readonly<Record<string, number>>;
  owed: readonly { userId: string; credits: number; owed: number }[];
}

/** Reads what the database and the providers know. */
export async function readCallbackFacts(
  { yooKassa, telegram }: OutsideWorld,
  db: DataSource,
  made: Pick<CallbackFacts, 'wanted' | 'made' | 'posted'>,
): Promise<CallbackFacts> {
  const bought = await db.query<{ chargeId: string; purchases: number }[]>(
    `select p.provider_payment_id as "chargeId", count(h.id)::int as purchases from payments p
       left join credits_history h on h.payment_id = p.id and h.operation_type = 'purchase'
      where p.provider = 'telegram_stars' and p.provider_payment_id is not null group by p.provider_payment_id`,
  );
  const purchases = new Map(bought.map((one) => [one.chargeId, one.purchases]));
  const found = await db.query<{ by: string; n: number }[]>(
    `select found_by as by, count(*)::int as n from payments where status = 'completed' group by found_by`,
  );
  return {
    ...made,
    refunds: yooKassa
      .refunds()
      .filter(({ status }) => status === 'succeeded')
      .map(({ id, amountKopecks }) => ({ id, kopecks: amountKopecks })),
    takenBack: await db.query<TakenBack[]>(
      `select provider_refund_id as "refundId", refunded_kopecks as kopecks from credits_history
        where operation_type = 'payment_refund'`,
    ),
    stars: telegram
      .starCharges()
      .map(({ chargeId }) => ({ chargeId, purchases: purchases.get(chargeId) ?? 0 })),
    inbox: await db.query<KeptLetter[]>(
      'select provider, event, object_id as "objectId", times, outcome from payment_notifications',
    ),
    callbacks: await db.query<KeptCallbacks[]>(
      `select kie_task_id as "taskRowId", sum(times)::int as times, count(check_at)::int as open
         from kie_callbacks group by kie_task_id`,
    ),
    foundBy: Object.fromEntries(found.map(({ by, n }) => [by, n])),
    owed: await readOwed(db, yooKassa.payments()),
  };
}

/** Balances of those who only buy, as the provider's word and the plans say: the welcome, what was paid, less what refunds take back. */
async function readOwed(
  db: DataSource,
  remote: readonly { status: string; metadata: Record<string, string> }[],
): Promise<CallbackFacts['owed']> {
  const paid = remote.flatMap(({ status, metadata }) =>
    status === 'succeeded' ? (metadata['payment_id'] ?? []) : [],
  );
  return db.query<CallbackFacts['owed']>(
    `select u.id as "userId", u.credits,
            (2 + coalesce(sum(p.credits - p.credits * p.refunded_kopecks / coalesce(p.amount_kopecks, p.amount_stars)), 0)
               + coalesce(sum(p.credits_owed), 0))::int as owed
       from users u join payments p on p.user_id = u.id
        and (p.id = any($1::uuid[]) or p.provider = 'telegram_stars' and p.status = 'completed')
      where not exists (select from jobs j where j.user_id = u.id) group by u.id`,
    [paid],
  );
}

/** Notifications that the fake itself did not send are no copies that wait. */
export function withoutDropped(facts: InvariantFacts, posted: readonly Posted[]): InvariantFacts {
  const notifications = posted.flatMap(({ about, status }) => {
    const [from = '', event = '', objectId = ''] = about.split(' ');
    if (from !== 'yookassa') return [];
    const state = status === 200 ? ('delivered' as const) : ('given_up' as const);
    return [{ event, objectId, state, shopId: '', body: null, copy: 1, forged: false, attempts: [] }];
  });
  return { ...facts, payments: { ...facts.payments, notifications } };
}
