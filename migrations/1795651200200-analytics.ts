import type { MigrationInterface, QueryRunner } from 'typeorm';

const JOBS = `
  select j.id as job_id, j.order_id, j.created_at, j.started_at, j.finished_at, j.kind, j.template_type, j.model, j.status,
         j.failure_reason, j.prompt_source, j.credits, j.generation_attempts, j.delivery_attempts,
         case when j.status = 'completed' then extract(epoch from j.finished_at - j.created_at)::numeric(12, 1) end as seconds_to_video
    from public.jobs j`;

const DAILY_JOBS = `
  select j.created_at::date as day, j.kind, j.model, j.status, j.failure_reason, count(*) as jobs, count(distinct j.order_id) as orders,
         sum(j.credits) as credits
    from public.jobs j group by 1, 2, 3, 4, 5`;

const DAILY_TIME_TO_VIDEO = `
  select j.created_at::date as day, j.model, count(*) as videos,
         percentile_cont(0.5) within group (order by extract(epoch from j.finished_at - j.created_at))::numeric(12, 1) as p50_seconds,
         percentile_cont(0.95) within group (order by extract(epoch from j.finished_at - j.created_at))::numeric(12, 1) as p95_seconds,
         max(extract(epoch from j.finished_at - j.created_at))::numeric(12, 1) as longest_seconds
    from public.jobs j where j.status = 'completed' group by 1, 2`;

/** `refunded_kopecks` of a payment is in the unit of its amount. */
const DAILY_REVENUE = `
  select p.completed_at::date as day, p.plan_id, p.provider, count(*) as payments, sum(p.credits) as credits,
         coalesce(sum(p.amount_kopecks), 0) as kopecks,
         coalesce(sum(p.refunded_kopecks) filter (where p.provider = 'yookassa'), 0) as refunded_kopecks,
         coalesce(sum(p.amount_stars), 0) as stars,
         coalesce(sum(p.refunded_kopecks) filter (where p.provider = 'telegram_stars'), 0) as refunded_stars
    from public.payments p where p.status = 'completed' group by 1, 2, 3`;

const DAILY_CREDITS = `
  select h.created_at::date as day, h.operation_type, count(*) as movements, sum(h.amount) as credits
    from public.credits_history h group by 1, 2`;

const DAILY_COSTS = `
  select c.created_at::date as day, c.model, count(*) as jobs, sum(c.kie_tasks) as kie_tasks, sum(c.kie_credits) as kie_credits,
         sum(c.kie_credits_possible) as kie_credits_possible, sum(c.credits_earned) as credits_earned,
         sum(c.kopecks_earned) as kopecks_earned, sum(c.stars_earned) as stars_earned,
         sum(c.prompt_tokens_in) as prompt_tokens_in, sum(c.prompt_tokens_out) as prompt_tokens_out,
         sum(c.photo_tokens_in) as photo_tokens_in, sum(c.photo_tokens_out) as photo_tokens_out
    from public.job_costs c group by 1, 2`;

const DAILY_PEOPLE = `
  select u.created_at::date as day, u.language, count(*) as people, count(u.consented_at) as agreed, count(u.blocked_at) as blocked_now,
         count(*) filter (where exists (select from public.jobs j where j.user_id = u.id)) as ordered,
         count(*) filter (where exists (select from public.payments p where p.user_id = u.id and p.status = 'completed')) as paid
    from public.users u group by 1, 2`;

const WEEKLY_RETENTION = `
  select date_trunc('week', u.created_at)::date as week, (date_trunc('week', j.created_at)::date - date_trunc('week', u.created_at)::date) / 7 as weeks_later,
         count(distinct u.id) as people
    from public.users u join public.jobs j on j.user_id = u.id group by 1, 2`;

/** By name: what it shows, and what is said of it in the database. */
const VIEWS: Record<string, readonly [select: string, comment: string]> = {
  jobs: [JOBS, 'One row per job. Nothing of whose it is, nor of what was written or filmed.'],
  daily_jobs: [
    DAILY_JOBS,
    'Jobs by the day of their order, kind, model, status and reason; credits as charged.',
  ],
  daily_time_to_video: [DAILY_TIME_TO_VIDEO, 'From the order to the delivered video, by day and model.'],
  daily_revenue: [
    DAILY_REVENUE,
    'Payments by the day that they were completed on, plan and provider. Refunds stand at the day of their payment.',
  ],
  daily_credits: [DAILY_CREDITS, 'Movements of credits by day and type.'],
  daily_costs: [
    DAILY_COSTS,
    'The view job_costs by day and model: kie_credits are those of KIE, kopecks and stars what came in for them; nothing for credits that were given, or imported.',
  ],
  daily_people: [
    DAILY_PEOPLE,
    'People by the day that they came on and language, and how many of them have ordered or paid by now.',
  ],
  weekly_retention: [
    WEEKLY_RETENTION,
    'People by the week that they came in, and how many of them ordered so many weeks later.',
  ],
};

const COMMENT = `
Views for charts, without personal data, for whom npm run analytics:role lets in. A day begins at midnight in the time zone of the connection.`;

/** Views that may be shown around. Who reads them is no matter of migrations: roles belong to the whole cluster. */
export class Analytics1795651200200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create schema analytics;
      comment on schema analytics is ${literal(COMMENT.trim())};
    `);
    for (const [name, [select, comment]] of Object.entries(VIEWS)) {
      await runner.query(`
        create view analytics.${name} as ${select};
        comment on view analytics.${name} is ${literal(comment)};
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema analytics cascade;');
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
