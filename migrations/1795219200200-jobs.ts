import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row per video. The partial indexes are what the crons read: only jobs that are not over. */
export class Jobs1795219200200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table jobs (
        id                   uuid primary key default gen_random_uuid(),
        user_id              uuid not null references users (id),
        order_id             uuid not null,
        position             integer not null check (position >= 1),
        idempotency_key      text not null,
        kind                 text not null default 'neurocard' check (kind in ('neurocard', 'reels')),
        template_type        text not null check (template_type in ('ugc', 'ad', 'self')),
        photo_path           text,
        prompt_input         text not null,
        options              jsonb not null default '{}',
        credits              integer not null check (credits > 0),
        status               text not null default 'queued' check (status in ('queued', 'processing', 'completed', 'failed')),
        step                 text not null default 'prompt' check (step in ('prompt', 'create', 'generate', 'deliver')),
        prompt               text,
        prompt_source        text check (prompt_source in ('openai', 'openai_fallback', 'template', 'self')),
        model                text,
        photo_url            text,
        photo_url_expires_at timestamptz,
        deadline_at          timestamptz not null,
        wake_at              timestamptz,
        wake_number          integer not null default 0 check (wake_number >= 0),
        generation_attempts  integer not null default 0 check (generation_attempts >= 0),
        delivery_attempts    integer not null default 0 check (delivery_attempts >= 0),
        delivery_lease_token uuid,
        delivery_lease_until timestamptz,
        result_url           text,
        result_expires_at    timestamptz,
        video_file_id        text,
        video_message_id     bigint,
        parked_at            timestamptz,
        presented_at         timestamptz,
        failure_reason       text check (failure_reason in ('moderation_photo', 'moderation_text', 'billing', 'rate_limit',
                               'temporary', 'unknown', 'generation_timeout', 'stuck', 'queue_expired', 'send_failed',
                               'cancelled', 'by_operator')),
        error_class          text check (error_class in ('user_violation', 'billing', 'rate_limit', 'temporary', 'unknown')),
        error_details        jsonb,
        created_at           timestamptz not null default now(),
        started_at           timestamptz,
        finished_at          timestamptz,
        updated_at           timestamptz not null default now(),
        constraint jobs_key_once unique (idempotency_key, position),
        constraint jobs_position_once unique (order_id, position),
        constraint jobs_finished_iff_over check ((status in ('completed', 'failed')) = (finished_at is not null)),
        constraint jobs_reason_only_if_failed check (failure_reason is null or status = 'failed')
      );

      create index jobs_wake on jobs (wake_at) where status in ('queued', 'processing');
      create index jobs_deadline on jobs (deadline_at) where status in ('queued', 'processing');
      create index jobs_of_user on jobs (user_id, created_at desc);
      create trigger jobs_touch before update on jobs for each row execute function touch_updated_at();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table jobs;');
  }
}
