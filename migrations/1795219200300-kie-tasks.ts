import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Generation tasks: written before KIE is called, because KIE has no idempotency key. The id is random: it stands in the
 * callback URL. The schema allows one task in flight per job.
 */
export class KieTasks1795219200300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kie_tasks (
        id                uuid primary key default gen_random_uuid(),
        job_id            uuid not null references jobs (id),
        attempt           integer not null check (attempt >= 1),
        model             text not null,
        key_fingerprint   text not null,
        state             text not null default 'creating' check (state in ('creating', 'unknown', 'running', 'succeeded',
                            'failed', 'refused', 'maybe_paid', 'abandoned')),
        task_id           text,
        callback_expected boolean not null default false,
        result_url        text,
        credits_consumed  numeric(12, 2) check (credits_consumed >= 0),
        error_class       text check (error_class in ('user_violation', 'billing', 'rate_limit', 'temporary', 'unknown')),
        error_code        text,
        error_text        text,
        error_details     jsonb,
        deadline_at       timestamptz not null,
        created_at        timestamptz not null default now(),
        finished_at       timestamptz,
        constraint kie_tasks_attempt_once unique (job_id, attempt),
        constraint kie_tasks_running_has_id check (state not in ('running', 'succeeded') or task_id is not null)
      );

      create unique index kie_tasks_one_active on kie_tasks (job_id) where state in ('creating', 'unknown', 'running');
      create unique index kie_tasks_task_id_once on kie_tasks (task_id) where task_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kie_tasks;');
  }
}
