import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, Switches, type SwitchOn } from '../../platform/index.js';
import type { FailureReason } from '../jobs/index.js';
import { KieBalance, KieKeyHealth, KieKeys, KieModelHealth, type SetAsideModel } from '../kie/index.js';

/** What happened since midnight, and what is wrong now. Sums are in the smallest unit: kopecks, Stars, credits. */
export interface TodayFigures {
  /** Midnight by the clocks of `TIME_ZONE`. */
  since: Date;
  newPeople: number;
  orders: number;
  completed: number;
  failed: number;
  cancelled: number;
  /** Of the videos that are over, without those that people gave up themselves; null where there are none. */
  successPercent: number | null;
  /** The most frequent first. */
  reasons: { reason: FailureReason; count: number }[];
  /** From the order to the video; null where there is none. */
  medianMs: number | null;
  revenueKopecks: number;
  revenueStars: number;
  creditsSold: number;
  creditsSpent: number;
  creditsRefunded: number;
  inFlight: number;
  /** How long the oldest video has waited; null where none is in flight. */
  oldestMs: number | null;
  /** What the accounts of the configured keys had when they were last asked. */
  balances: { key: string; credits: number | null; isLow: boolean }[];
  /** Fingerprints of keys that are not used now. */
  keysOutOfUse: string[];
  modelsSetAside: SetAsideModel[];
  switches: SwitchOn[];
}

interface Row {
  since: Date;
  new_people: number;
  orders: number;
  outcomes: { status: 'completed' | 'failed'; reason: FailureReason | null; count: number }[] | null;
  median_ms: number | null;
  revenue_kopecks: string;
  revenue_stars: string;
  credits_sold: string;
  credits_spent: string;
  credits_refunded: string;
  in_flight: number;
  oldest_ms: number | null;
}

/** One statement, each part of which reads one day, or what is open, by an index. */
const FIGURES = `
  with today as materialized (select date_trunc('day', now() at time zone $1) at time zone $1 as since),
  over as materialized (
    select status, failure_reason, finished_at - created_at as took from jobs, today where finished_at >= since),
  moved as materialized (
    select operation_type, amount from credits_history, today where created_at >= since),
  paid as materialized (
    select amount_kopecks, amount_stars from payments, today where status = 'completed' and completed_at >= since),
  open as materialized (select created_at from jobs where status in ('queued', 'processing'))
  select since,
         (select count(*)::int from users where created_at >= since) as new_people,
         (select count(distinct order_id)::int from jobs where created_at >= since) as orders,
         (select jsonb_agg(jsonb_build_object('status', status, 'reason', failure_reason, 'count', n) order by n desc)
            from (select status, failure_reason, count(*)::int as n from over group by 1, 2) by_outcome) as outcomes,
         (select extract(epoch from percentile_cont(0.5) within group (order by took) filter (where status = 'completed')) * 1000
            from over)::float8 as median_ms,
         (select coalesce(sum(amount_kopecks), 0) from paid) as revenue_kopecks,
         (select coalesce(sum(amount_stars), 0) from paid) as revenue_stars,
         (select coalesce(sum(amount) filter (where operation_type = 'purchase'), 0) from moved) as credits_sold,
         (select coalesce(-sum(amount) filter (where operation_type = 'usage'), 0) from moved) as credits_spent,
         (select coalesce(sum(amount) filter (where operation_type = 'refund'), 0) from moved) as credits_refunded,
         (select count(*)::int from open) as in_flight,
         (select extract(epoch from now() - min(created_at)) * 1000 from open)::float8 as oldest_ms
    from today`;

/** The figures that operators ask for in Telegram. */
@Injectable()
export class TodayFiguresReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: KieKeys,
    private readonly keyHealth: KieKeyHealth,
    private readonly modelHealth: KieModelHealth,
    private readonly switches: Switches,
    private readonly env: Env,
  ) {}

  async read(): Promise<TodayFigures> {
    const { manager } = this.dataSource;
    const [row] = await manager.query<Row[]>(FIGURES, [this.env.TIME_ZONE]);
    if (!row) throw new Error('The figures of today have no row');
    return {
      ...outcomesOf(row),
      since: row.since,
      newPeople: row.new_people,
      orders: row.orders,
      medianMs: row.median_ms,
      revenueKopecks: Number(row.revenue_kopecks),
      revenueStars: Number(row.revenue_stars),
      creditsSold: Number(row.credits_sold),
      creditsSpent: Number(row.credits_spent),
      creditsRefunded: Number(row.credits_refunded),
      inFlight: row.in_flight,
      oldestMs: row.oldest_ms,
      ...(await this.readState()),
    };
  }

  private async readState(): Promise<
    Pick<TodayFigures, 'balances' | 'keysOutOfUse' | 'modelsSetAside' | 'switches'>
  > {
    const { manager } = this.dataSource;
    const fingerprints = this.keys.all().map(({ fingerprint }) => fingerprint);
    const healthy = (await this.keyHealth.listHealthy(manager)).map(({ fingerprint }) => fingerprint);
    const known = await manager.find(KieBalance);
    const balances = fingerprints.flatMap((key) => {
      const balance = known.find(({ fingerprint }) => fingerprint === key);
      return balance ? [{ key, credits: balance.credits, isLow: balance.lowSince !== null }] : [];
    });
    return {
      balances,
      keysOutOfUse: fingerprints.filter((key) => !healthy.includes(key)),
      modelsSetAside: await this.modelHealth.listSetAside(manager),
      switches: await this.switches.listOn(manager),
    };
  }
}

const PERCENT = 100;

function outcomesOf({
  outcomes,
}: Row): Pick<TodayFigures, 'completed' | 'failed' | 'cancelled' | 'successPercent' | 'reasons'> {
  const all = outcomes ?? [];
  const count = (found: typeof all) => found.reduce((sum, one) => sum + one.count, 0);
  const completed = count(all.filter(({ status }) => status === 'completed'));
  const cancelled = count(all.filter(({ reason }) => reason === 'cancelled'));
  const failures = all.filter(({ status, reason }) => status === 'failed' && reason !== 'cancelled');
  const failed = count(failures);
  const judged = completed + failed;
  return {
    ...{ completed, failed, cancelled },
    successPercent: judged === 0 ? null : Math.round((completed / judged) * PERCENT),
    reasons: failures.map(({ reason, count: times }) => ({ reason: reason ?? 'unknown', count: times })),
  };
}
