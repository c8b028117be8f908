import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One task each, by the index on its job. What is over and unpaid costs nothing: KIE gives the credits of a failed task back. */
const TASKS = `
  select count(*)::int as kie_tasks,
         coalesce(sum(coalesce(t.credits_consumed, case when t.state = 'succeeded' then t.credits_listed end)), 0) as kie_credits,
         coalesce(bool_or(t.credits_consumed is null and t.state = 'succeeded'), false) as kie_credits_estimated,
         coalesce(sum(t.credits_listed) filter (
           where t.credits_consumed is null and t.state in ('creating', 'unknown', 'running', 'maybe_paid', 'abandoned')), 0)
           as kie_credits_possible
    from kie_tasks t where t.job_id = j.id`;

/** One row of each kind at most, each with an index of its own. */
const EARNED = `
  select coalesce(-sum(moved.amount), 0)::int as credits
    from (select h.amount from credits_history h where h.job_id = j.id and h.operation_type = 'usage'
          union all
          select h.amount from credits_history h where h.job_id = j.id and h.operation_type = 'refund') moved`;

/** What the job's person has paid by now, and the credits that they were given. */
const PAID = `
  select coalesce(sum(p.amount_kopecks - p.refunded_kopecks) filter (where p.provider = 'yookassa'), 0) as kopecks,
         coalesce(sum(p.amount_stars - p.refunded_kopecks) filter (where p.provider = 'telegram_stars'), 0) as stars
    from payments p where p.user_id = j.user_id and p.status = 'completed'`;
const GIVEN = `
  select sum(h.amount) as credits from credits_history h
   where h.user_id = j.user_id and h.operation_type not in ('usage', 'refund', 'expired')`;

const COMMENT = `
One row per job: what it cost beside what it earned.
credits_earned: charged minus given back. kopecks_earned, stars_earned: those credits times what one credit has brought from this person on average, that is
what they have paid by YooKassa (or in Stars), refunds taken off, over all credits that they were given, welcome ones and gifts included, those that were taken
back for refunds not. It moves with each payment of theirs; money for credits not yet used is in no row.
kie_credits: what KIE says that its tasks cost; where it says nothing of one that succeeded, its list price, and kie_credits_estimated is true.
kie_credits_possible: the list price of tasks whose end we do not know: under way, perhaps paid, given up.
Tokens: of the answers that the prompt took, and of the look at the photo, in the first job that was made of it. A call without an answer is not counted.`;

/** What operators and the console ask: `select … from job_costs order by created_at desc limit …`. */
export class JobCosts1795564800501 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create view job_costs as
      select j.id as job_id, j.created_at, j.model, j.status, earned.credits as credits_earned,
             round(earned.credits * paid.kopecks::numeric / nullif(given.credits, 0))::int as kopecks_earned,
             round(earned.credits * paid.stars::numeric / nullif(given.credits, 0), 2) as stars_earned,
             tasks.kie_credits, tasks.kie_credits_estimated, tasks.kie_credits_possible, tasks.kie_tasks,
             j.prompt_tokens_in, j.prompt_tokens_out, j.photo_tokens_in, j.photo_tokens_out
        from jobs j
       cross join lateral (${EARNED}) earned
       cross join lateral (${TASKS}) tasks
       cross join lateral (${PAID}) paid
       cross join lateral (${GIVEN}) given;

      create index jobs_by_age on jobs (created_at desc);
      comment on view job_costs is '${COMMENT.trim().replaceAll("'", "''")}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index jobs_by_age;
      drop view job_costs;
    `);
  }
}
