import type { MigrationInterface, QueryRunner } from 'typeorm';

const REASONS_BEFORE = `'moderation_photo', 'moderation_text', 'billing', 'rate_limit', 'temporary', 'unknown', 'generation_timeout', 'stuck',
  'queue_expired', 'send_failed', 'cancelled', 'by_operator', 'photo_lost'`;
const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PATH_BEFORE = `^inputs/[1-9][0-9]{0,15}/${UUID}[.]jpg$`;
const PATH = `^inputs/[1-9][0-9]{0,15}/(${UUID}|[0-9a-f]{32})[.]jpg$`;

/**
 * What came from the Python system: which of its rows became which of ours, so that nothing comes twice, and what is of no use but to look
 * up. No Telegram id and no words are in it, but for those of the old credit history, which an erasure forgets. Its photos have names
 * without hyphens; its videos that were under way ended because it was left (`moved`). Rows are checked by a migration of its own.
 */
export class LegacyTables1795651200300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LEGACY_TABLES);
    await runner.query(`
      alter table jobs drop constraint jobs_failure_reason_check,
        add constraint jobs_failure_reason_check check (failure_reason in (${REASONS_BEFORE}, 'moved')) not valid;
      alter table stored_photos drop constraint stored_photos_path_check,
        add constraint stored_photos_path_check check (path ~ '${PATH}') not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update jobs set photo_path = null where photo_path ~ '/[0-9a-f]{32}[.]jpg$';
      delete from stored_photos where path !~ '${PATH_BEFORE}';
      alter table stored_photos drop constraint stored_photos_path_check,
        add constraint stored_photos_path_check check (path ~ '${PATH_BEFORE}');
      update jobs set failure_reason = 'unknown' where failure_reason = 'moved';
      alter table jobs drop constraint jobs_failure_reason_check,
        add constraint jobs_failure_reason_check check (failure_reason in (${REASONS_BEFORE}));
      drop table legacy_payments, legacy_plans, legacy_credits_history, legacy_jobs, legacy_users;
    `);
  }
}

const LEGACY_TABLES = `
  create table legacy_users (
    id          text primary key check (id <> ''),
    user_id     uuid not null unique references users (id),
    credits     integer not null check (credits >= 0),
    imported_at timestamptz not null default clock_timestamp()
  );
  comment on column legacy_users.credits is 'What the import row gave: the balance there, and what its videos that were under way had taken.';

  create table legacy_jobs (
    id          text primary key check (id <> ''),
    user_id     uuid not null references users (id),
    job_id      uuid unique references jobs (id),
    status      text not null check (status in ('queued', 'processing', 'completed', 'failed')),
    credits     integer check (credits >= 0),
    created_at  timestamptz,
    finished_at timestamptz,
    imported_at timestamptz not null default clock_timestamp()
  );
  create index legacy_jobs_of_user on legacy_jobs (user_id);
  comment on column legacy_jobs.job_id is 'Of a video that can be sent again, or was under way; the others are remembered here only.';

  create table legacy_credits_history (
    id             text primary key check (id <> ''),
    user_id        uuid not null references users (id),
    operation_type text,
    amount         numeric not null,
    job_id         text,
    description    text,
    metadata       jsonb,
    created_at     timestamptz,
    imported_at    timestamptz not null default clock_timestamp()
  );
  create index legacy_credits_history_of_user on legacy_credits_history (user_id);
  comment on table legacy_credits_history is 'To look up only: debits are missing in it, so that it sums to no balance.';

  create table legacy_plans (
    id          text primary key check (id <> ''),
    plan        jsonb not null,
    imported_at timestamptz not null default clock_timestamp()
  );

  create table legacy_payments (
    id                  text primary key check (id <> ''),
    user_id             uuid not null references users (id),
    payment_id          uuid unique references payments (id),
    plan_id             text,
    status              text not null check (status in ('pending', 'completed', 'failed', 'refunded')),
    provider            text,
    provider_payment_id text,
    amount_kopecks      integer,
    credits             integer,
    created_at          timestamptz,
    completed_at        timestamptz,
    imported_at         timestamptz not null default clock_timestamp()
  );
  create index legacy_payments_of_user on legacy_payments (user_id);
  comment on column legacy_payments.payment_id is 'Of one that was pending there: it is settled here, by what YooKassa says.';`;
