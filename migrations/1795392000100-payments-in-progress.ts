import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a purchase needs while it is under way. One payment of a person for a plan and provider may be handed out at a time;
 * `superseded_at` says since when it is not any more, though it can still be paid. `check_at` is when it wants to be looked at.
 */
export class PaymentsInProgress1795392000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table users add column email text check (length(email) between 3 and 254);

      alter table pricing_plans add constraint pricing_plans_short_id check (id ~ '^[a-z0-9_]{1,24}$');

      alter table payments drop column order_draft;
      alter table payments
        add column draft_id             uuid,
        add column chat_id              bigint,
        add column message_id           bigint,
        add column superseded_at        timestamptz,
        add column ended_at             timestamptz,
        add column failure_reason       text check (failure_reason <> ''),
        add column found_by             text check (found_by in ('creation', 'notification', 'person', 'check', 'list')),
        add column parked_reason        text check (parked_reason <> ''),
        add column unanswered_creations integer not null default 0 check (unanswered_creations >= 0),
        add column link_promised        boolean not null default false,
        add column check_at             timestamptz,
        add column checks               integer not null default 0 check (checks >= 0),
        add constraint payments_named_if_completed check (status <> 'completed' or provider_payment_id is not null),
        add constraint payments_found_only_if_completed check (found_by is null or status = 'completed');

      create unique index payments_one_open on payments (user_id, plan_id, provider)
        where status = 'pending' and superseded_at is null;
      create index payments_due on payments (check_at) where check_at is not null;
      create index payments_completed on payments (completed_at) where status = 'completed';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index payments_one_open, payments_due, payments_completed;
      alter table payments
        drop constraint payments_found_only_if_completed, drop constraint payments_named_if_completed,
        drop column draft_id, drop column chat_id, drop column message_id, drop column superseded_at,
        drop column ended_at, drop column failure_reason, drop column found_by, drop column parked_reason,
        drop column unanswered_creations, drop column link_promised, drop column check_at, drop column checks;
      alter table payments add column order_draft jsonb;
      alter table pricing_plans drop constraint pricing_plans_short_id;
      alter table users drop column email;
    `);
  }
}
