import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { defineGauge, Figures, sample, type Sample } from '../../platform/index.js';
import { LEGACY_PLAN_ID, type PaymentProvider, type PaymentStatus } from './payments.types.js';

const PROVIDERS = ['yookassa', 'telegram_stars'] as const satisfies PaymentProvider[];
const STATUSES = ['pending', 'completed', 'canceled', 'failed'] as const satisfies PaymentStatus[];

const RECENT = defineGauge({
  name: 'neurocards_payments',
  help: 'Payments that were begun in the last day, by how they stand.',
  labels: { provider: PROVIDERS, status: STATUSES },
});
const UNSETTLED = defineGauge({
  name: 'neurocards_payments_unsettled',
  help: 'Payments without the final word of their provider, and those of them that need an operator (parked).',
  labels: { provider: PROVIDERS, state: ['pending', 'parked'] },
});
const UNSETTLED_AGE = defineGauge({
  name: 'neurocards_payments_unsettled_oldest_seconds',
  help: 'Age of the oldest payment that its provider is still asked about, without those of the Python system; 0 where there is none.',
  labels: { provider: PROVIDERS },
});
const REVENUE_KOPECKS = defineGauge({
  name: 'neurocards_revenue_kopecks',
  help: 'Paid by YooKassa in the last hour (1h) or day (1d), refunds of those payments taken off.',
  labels: { window: ['1h', '1d'] },
});
const REVENUE_STARS = defineGauge({
  name: 'neurocards_revenue_stars',
  help: 'Paid in Telegram Stars in the last hour (1h) or day (1d), refunds of those payments taken off.',
  labels: { window: ['1h', '1d'] },
});
const LOOKS = defineGauge({
  name: 'neurocards_payment_looks_overdue_seconds',
  help: 'For how long the look at a payment, a refund or a notification that is due the longest has not been made; 0 where none is due.',
  labels: { of: ['payments', 'payment_refunds', 'payment_notifications'] },
});
const REFUNDS = defineGauge({
  name: 'neurocards_refunds_pending',
  help: 'Refunds that their provider has not decided.',
  labels: {},
});

interface SumsRow {
  provider: PaymentProvider;
  hour: number;
  day: number;
}

/** How the money stands, as `payments` and its tables say. */
@Injectable()
export class PaymentsFigures implements OnModuleInit {
  constructor(private readonly figures: Figures) {}

  onModuleInit(): void {
    this.figures.register({
      name: 'payments',
      gauges: [RECENT, UNSETTLED, UNSETTLED_AGE, REVENUE_KOPECKS, REVENUE_STARS, LOOKS, REFUNDS],
      read: async (manager) => [
        ...(await readRecent(manager)),
        ...(await readUnsettled(manager)),
        ...(await readRevenue(manager)),
        ...(await readLooks(manager)),
      ],
    });
  }
}

async function readRecent(manager: EntityManager): Promise<Sample[]> {
  const rows = await manager.query<{ provider: PaymentProvider; status: PaymentStatus; count: number }[]>(
    `select provider, status, count(*)::int as count from payments where created_at > now() - interval '1 day' group by 1, 2`,
  );
  return PROVIDERS.flatMap((provider) =>
    STATUSES.map((status) => {
      const row = rows.find((one) => one.provider === provider && one.status === status);
      return sample(RECENT, { provider, status }, row?.count ?? 0);
    }),
  );
}

async function readUnsettled(manager: EntityManager): Promise<Sample[]> {
  type Row = { provider: PaymentProvider; pending: number; parked: number; age_s: number };
  // Payments of the Python system may be unknown to YooKassa, or held until somebody captures them: that is for the guide of the switch.
  const rows = await manager.query<Row[]>(
    `select provider, count(*)::int as pending, count(parked_reason)::int as parked,
            coalesce(extract(epoch from now() - min(created_at) filter (
              where check_at is not null and parked_reason is null and plan_id <> $1)), 0)::float8 as age_s
       from payments where status = 'pending' and settled_by_hand_at is null group by 1`,
    [LEGACY_PLAN_ID],
  );
  return PROVIDERS.flatMap((provider) => {
    const row = rows.find((one) => one.provider === provider);
    return [
      sample(UNSETTLED, { provider, state: 'pending' }, row?.pending ?? 0),
      sample(UNSETTLED, { provider, state: 'parked' }, row?.parked ?? 0),
      sample(UNSETTLED_AGE, { provider }, row?.age_s ?? 0),
    ];
  });
}

async function readRevenue(manager: EntityManager): Promise<Sample[]> {
  const left = `coalesce(amount_kopecks, amount_stars) - refunded_kopecks`;
  const rows = await manager.query<SumsRow[]>(
    `select provider, sum(${left})::float8 as day,
            coalesce(sum(${left}) filter (where completed_at > now() - interval '1 hour'), 0)::float8 as hour
       from payments where status = 'completed' and completed_at > now() - interval '1 day' group by 1`,
  );
  const sumsOf = (gauge: typeof REVENUE_KOPECKS, provider: PaymentProvider) => {
    const row = rows.find((one) => one.provider === provider);
    return [sample(gauge, { window: '1h' }, row?.hour ?? 0), sample(gauge, { window: '1d' }, row?.day ?? 0)];
  };
  return [...sumsOf(REVENUE_KOPECKS, 'yookassa'), ...sumsOf(REVENUE_STARS, 'telegram_stars')];
}

/** Each by the index of what is due. */
async function readLooks(manager: EntityManager): Promise<Sample[]> {
  const overdue = (table: string) =>
    `(select coalesce(extract(epoch from now() - min(check_at)), 0)::float8 from ${table} where check_at <= now()) as ${table}`;
  type Row = Record<'payments' | 'payment_refunds' | 'payment_notifications' | 'refunds', number>;
  const [row] = await manager.query<Row[]>(
    `select ${overdue('payments')}, ${overdue('payment_refunds')}, ${overdue('payment_notifications')},
            (select count(*)::int from payment_refunds where check_at is not null) as refunds`,
  );
  if (!row) return [];
  return [
    sample(LOOKS, { of: 'payments' }, row.payments),
    sample(LOOKS, { of: 'payment_refunds' }, row.payment_refunds),
    sample(LOOKS, { of: 'payment_notifications' }, row.payment_notifications),
    sample(REFUNDS, {}, row.refunds),
  ];
}
