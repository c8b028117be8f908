import { Injectable } from '@nestjs/common';
import { Env, sqlStateOf } from '../../platform/index.js';
import { ConsoleError, QUERY_CANCELED } from './console.errors.js';
import { mergeBuckets, totalsOf, type BucketRow } from './figures.rules.js';
import type { Figures, FigureTotals, ModelFigures, Period } from './protocol.js';
import { ReadOnly } from './read-only.js';

/** All statements together; the last one may take its own time beyond. */
const READ_TIME_MAX_MS = 15_000;

const DAYS: Readonly<Record<Period, number>> = { today: 1, week: 7, month: 30 };

/** When the period begins, in the time zone `$2`; `$1` is its length in days, `$3` the bucket. */
const BEGINNING = `(date_trunc('day', now() at time zone $2) - ($1::int - 1) * interval '1 day') at time zone $2`;
const bucketOf = (time: string) => `(date_trunc($3, ${time} at time zone $2) at time zone $2) as "from"`;

/** A key for buckets that is the same in every statement: `timestamptz` as text. */
const STARTS = `
  select (local at time zone $2) as "from" from generate_series(
    date_trunc('day', now() at time zone $2) - ($1::int - 1) * interval '1 day',
    date_trunc($3, now() at time zone $2), ('1 ' || $3)::interval) local order by 1`;

const ORDERED = `
  select ${bucketOf('j.created_at')}, count(*)::int as ordered from jobs j where j.created_at >= ${BEGINNING} group by 1`;

const SECONDS = 'extract(epoch from j.finished_at - j.created_at)';
const DONE = `filter (where j.status = 'completed')`;
const percentile = (share: number) =>
  `(percentile_cont(${share}) within group (order by ${SECONDS}) ${DONE})::float8`;
const ENDED = `count(*) ${DONE}::int as completed,
  count(*) filter (where j.failure_reason <> 'cancelled')::int as failed,
  count(*) filter (where j.failure_reason = 'cancelled')::int as cancelled`;
const TIMES = `${percentile(0.5)} as "p50S", ${percentile(0.9)} as "p90S", ${percentile(0.99)} as "p99S"`;

const FINISHED = `
  select ${bucketOf('j.finished_at')}, ${ENDED}, ${TIMES} from jobs j where j.finished_at >= ${BEGINNING} group by 1`;

const RECEIVED = `
  select ${bucketOf('p.completed_at')}, coalesce(sum(p.amount_kopecks), 0)::float8 as "receivedKopecks",
         coalesce(sum(p.amount_stars), 0)::float8 as "receivedStars"
    from payments p where p.status = 'completed' and p.completed_at >= ${BEGINNING} group by 1`;

const GIVEN_BACK = `
  select ${bucketOf('r.ended_at')},
         -coalesce(sum(r.amount) filter (where p.provider = 'yookassa'), 0)::float8 as "receivedKopecks",
         -coalesce(sum(r.amount) filter (where p.provider = 'telegram_stars'), 0)::float8 as "receivedStars"
    from payment_refunds r join payments p on p.id = r.payment_id
   where r.status = 'succeeded' and r.origin <> 'surplus' and r.ended_at >= ${BEGINNING} group by 1`;

/**
 * As the view job_costs says it of each job, but each person's worth of a credit is computed once: what they paid over all credits that
 * they were given.
 */
const EARNED = `
  with done as (
    select j.user_id, ${bucketOf('j.finished_at')}, sum(j.credits) as credits from jobs j
     where j.status = 'completed' and j.finished_at >= ${BEGINNING} group by 1, 2),
  worth as (
    select u.user_id, paid.kopecks / nullif(given.credits, 0) as kopecks, paid.stars / nullif(given.credits, 0) as stars
      from (select distinct user_id from done) u
     cross join lateral (
       select coalesce(sum(p.amount_kopecks - p.refunded_kopecks) filter (where p.provider = 'yookassa'), 0)::numeric as kopecks,
              coalesce(sum(p.amount_stars - p.refunded_kopecks) filter (where p.provider = 'telegram_stars'), 0)::numeric as stars
         from payments p where p.user_id = u.user_id and p.status = 'completed') paid
     cross join lateral (
       select sum(h.amount) as credits from credits_history h
        where h.user_id = u.user_id and h.operation_type not in ('usage', 'refund', 'expired')) given)
  select done."from", round(coalesce(sum(done.credits * worth.kopecks), 0))::float8 as "earnedKopecks",
         round(coalesce(sum(done.credits * worth.stars), 0), 2)::float8 as "earnedStars"
    from done join worth using (user_id) group by 1`;

/** What KIE said a task cost, or its list price where it said nothing of one that succeeded. */
const TASK_CREDITS = `coalesce(sum(coalesce(t.credits_consumed, case when t.state = 'succeeded' then t.credits_listed end)), 0)::float8`;
const KIE = `
  select ${bucketOf('t.finished_at')}, ${TASK_CREDITS} as "kieCredits" from kie_tasks t where t.finished_at >= ${BEGINNING} group by 1`;

const REASONS = `
  select j.failure_reason as reason, count(*)::int as count from jobs j
   where j.failure_reason is not null and j.finished_at >= ${BEGINNING} group by 1 order by 2 desc, 1`;
const MODELS = `
  select j.model, count(*) ${DONE}::int as completed, count(*) filter (where j.failure_reason <> 'cancelled')::int as failed,
         ${percentile(0.5)} as "p50S"
    from jobs j where j.model is not null and j.finished_at >= ${BEGINNING} group by 1 order by 2 desc, 1`;
const MODEL_CREDITS = `
  select t.model, ${TASK_CREDITS} as "kieCredits" from kie_tasks t where t.finished_at >= ${BEGINNING} group by 1`;
const PROMPTS = `
  select j.prompt_source as source, count(*)::int as count from jobs j
   where j.prompt_source is not null and j.created_at >= ${BEGINNING} group by 1 order by 2 desc, 1`;
const OVERALL = `
  select ${TIMES},
         (select count(*)::int from payments p where p.status = 'completed' and p.completed_at >= ${BEGINNING}) as payments,
         (select coalesce(sum(r.amount), 0)::float8 from payment_refunds r join payments p on p.id = r.payment_id
           where r.status = 'succeeded' and r.origin <> 'surplus' and p.provider = 'yookassa'
             and r.ended_at >= ${BEGINNING}) as "refundedKopecks"
    from jobs j where j.finished_at >= ${BEGINNING}`;

/** What was ordered, made, earned and spent, by hours of today or by days. */
@Injectable()
export class FiguresReader {
  private readonly running = new Map<Period, Promise<Figures>>();

  constructor(
    private readonly readOnly: ReadOnly,
    private readonly env: Env,
  ) {}

  /** Whoever asks for the same while it is read gets the same. @throws ConsoleError 503 when it takes too long. */
  read(period: Period): Promise<Figures> {
    const running = this.running.get(period);
    if (running) return running;
    const reading = this.readAnew(period)
      .catch((error: unknown) => {
        throw sqlStateOf(error) === QUERY_CANCELED ? tooLong() : error;
      })
      .finally(() => this.running.delete(period));
    this.running.set(period, reading);
    return reading;
  }

  private readAnew(period: Period): Promise<Figures> {
    const endsAt = performance.now() + READ_TIME_MAX_MS;
    return this.readOnly.run(async (manager) => {
      const bucket = period === 'today' ? 'hour' : 'day';
      const [days, zone] = [DAYS[period], this.env.TIME_ZONE];
      const ask = <T>(sql: string, values: unknown[]) => {
        if (performance.now() > endsAt) throw tooLong();
        return manager.query<T[]>(sql, values);
      };
      const byBucket = async (sql: string) => toBuckets(await ask(sql, [days, zone, bucket]));
      const whole = <T>(sql: string) => ask<T>(sql, [days, zone]);
      const starts = (await byBucket(STARTS)).map(({ from }) => from);
      const found = [];
      for (const sql of [ORDERED, FINISHED, RECEIVED, GIVEN_BACK, EARNED, KIE])
        found.push(await byBucket(sql));
      const buckets = mergeBuckets(starts, found);
      const [overall] = await whole<Overall>(OVERALL);
      if (!overall) throw new Error('An aggregate without a row');
      return {
        period,
        bucket,
        buckets,
        totals: totalsOf(buckets, overall),
        reasons: await whole(REASONS),
        models: withCredits(await whole(MODELS), await whole(MODEL_CREDITS)),
        prompts: await whole(PROMPTS),
        kieCreditPriceKopecks: this.env.KIE_CREDIT_PRICE_KOPECKS ?? null,
      };
    });
  }
}

type Overall = Pick<FigureTotals, 'p50S' | 'p90S' | 'p99S' | 'payments' | 'refundedKopecks'>;

function tooLong(): ConsoleError {
  return new ConsoleError(503, 'These figures take too long: ask for fewer days, or later.');
}

function toBuckets(rows: (Omit<BucketRow, 'from'> & { from: Date })[]): BucketRow[] {
  return rows.map((row) => ({ ...row, from: row.from.toISOString() }));
}

function withCredits(
  models: readonly Omit<ModelFigures, 'kieCredits'>[],
  credits: readonly Pick<ModelFigures, 'model' | 'kieCredits'>[],
): ModelFigures[] {
  const creditsOf = (model: string) => credits.find((row) => row.model === model)?.kieCredits ?? 0;
  const named = models.map((row) => ({ ...row, kieCredits: creditsOf(row.model) }));
  const others = credits.filter(({ model }) => !models.some((row) => row.model === model));
  return [...named, ...others.map((row) => ({ ...row, completed: 0, failed: 0, p50S: null }))];
}
