import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Credits bought for money. The price is frozen here in the provider's smallest unit: kopecks or Stars. `credits_owed` is
 * what a refund could not take back because it had been spent.
 */
export class Payments1795219200600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payments (
        id                  uuid primary key default gen_random_uuid(),
        user_id             uuid not null references users (id),
        plan_id             text not null references pricing_plans (id),
        provider            text not null check (provider in ('yookassa', 'telegram_stars')),
        provider_payment_id text check (provider_payment_id <> ''),
        status              text not null default 'pending' check (status in ('pending', 'completed', 'canceled', 'failed')),
        amount_kopecks      integer check (amount_kopecks > 0),
        amount_stars        integer check (amount_stars > 0),
        currency            text not null check (currency in ('RUB', 'XTR')),
        credits             integer not null check (credits > 0),
        refunded_kopecks    integer not null default 0 check (refunded_kopecks >= 0),
        credits_owed        integer not null default 0 check (credits_owed between 0 and credits),
        frozen_request      jsonb,
        confirmation_url    text,
        order_draft         jsonb,
        created_at          timestamptz not null default now(),
        completed_at        timestamptz,
        updated_at          timestamptz not null default now(),
        constraint payments_provider_id_once unique (provider, provider_payment_id),
        constraint payments_amount_in_its_currency check (
          (provider = 'yookassa' and currency = 'RUB' and amount_kopecks is not null and amount_stars is null) or
          (provider = 'telegram_stars' and currency = 'XTR' and amount_stars is not null and amount_kopecks is null)),
        constraint payments_completed_iff_dated check ((status = 'completed') = (completed_at is not null)),
        constraint payments_refund_within_amount check (refunded_kopecks <= coalesce(amount_kopecks, amount_stars)),
        constraint payments_refund_only_if_completed check (refunded_kopecks = 0 or status = 'completed')
      );

      create index payments_of_user on payments (user_id, created_at desc);
      create index payments_pending on payments (created_at) where status = 'pending';
      create trigger payments_touch before update on payments for each row execute function touch_updated_at();
      comment on column payments.refunded_kopecks is 'In the unit of the amount: kopecks, or Stars for telegram_stars.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payments;');
  }
}
