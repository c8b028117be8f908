import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which signs and references each type of row may have. */
const SHAPE_OF_EACH_TYPE = `
  constraint credits_history_shape check (case operation_type
    when 'usage'          then amount < 0 and job_id is not null and payment_id is null
    when 'refund'         then amount > 0 and payment_id is null and (job_id is not null or amount = 1)
    when 'purchase'       then amount > 0 and payment_id is not null and job_id is null
    when 'payment_refund' then amount <= 0 and payment_id is not null and job_id is null
    when 'expired'        then amount < 0 and job_id is null and payment_id is null
    when 'correction'     then amount <> 0 and job_id is null and payment_id is null
    when 'import'         then amount >= 0 and job_id is null and payment_id is null
    else amount > 0 and job_id is null and payment_id is null end),
  constraint credits_history_refund_is_named check (
    (operation_type = 'payment_refund') = (provider_refund_id is not null) and
    (operation_type = 'payment_refund') = (refunded_kopecks is not null))`;

/** The append-only ledger. Every cause stands in it at most once: a second refund or purchase is a unique violation. */
export class CreditsHistory1795219200700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table credits_history (
        id                 bigint generated always as identity primary key,
        user_id            uuid not null references users (id),
        operation_type     text not null check (operation_type in ('signup', 'usage', 'refund', 'purchase', 'payment_refund',
                             'bonus', 'topup', 'correction', 'expired', 'import')),
        amount             integer not null,
        balance_after      integer not null check (balance_after >= 0),
        job_id             uuid references jobs (id),
        payment_id         uuid references payments (id),
        provider_refund_id text check (provider_refund_id <> ''),
        refunded_kopecks   integer check (refunded_kopecks > 0),
        cause              text check (cause <> ''),
        description        text,
        created_at         timestamptz not null default clock_timestamp(),
        ${SHAPE_OF_EACH_TYPE}
      );

      create index credits_history_of_user on credits_history (user_id, id);
      create unique index credits_history_one_usage_per_job on credits_history (job_id) where operation_type = 'usage';
      create unique index credits_history_one_refund_per_job on credits_history (job_id) where operation_type = 'refund';
      create unique index credits_history_one_purchase on credits_history (payment_id) where operation_type = 'purchase';
      create unique index credits_history_one_signup on credits_history (user_id) where operation_type = 'signup';
      create unique index credits_history_one_import on credits_history (user_id) where operation_type = 'import';
      create unique index credits_history_one_payment_refund on credits_history (provider_refund_id)
        where operation_type = 'payment_refund';
      create unique index credits_history_one_cause on credits_history (cause) where cause is not null;
      create index credits_history_refunds_of_payment on credits_history (payment_id) where operation_type = 'payment_refund';
      comment on column credits_history.refunded_kopecks is 'What this refund gave back, in the unit of the payment''s amount.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table credits_history;');
  }
}
