import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The inbox of what providers tell about payments: a row before it is answered, one per event and object however often it comes.
 * `check_at` is null once it is handled; `outcome` says how that ended. The body is kept to look at, not to act on, except for Stars:
 * there it comes from Telegram itself, under the webhook's secret.
 */
export class PaymentNotifications1795392000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payment_notifications (
        id          bigint generated always as identity primary key,
        provider    text not null check (provider in ('yookassa', 'telegram_stars')),
        event       text not null check (event <> ''),
        object_id   text not null check (object_id <> ''),
        body        jsonb not null,
        times       integer not null default 1 check (times >= 1),
        received_at timestamptz not null default now(),
        check_at    timestamptz default now(),
        checks      integer not null default 0 check (checks >= 0),
        handled_at  timestamptz,
        outcome     text check (outcome <> ''),
        constraint payment_notifications_once unique (provider, event, object_id),
        constraint payment_notifications_handled_with_outcome check ((handled_at is null) = (outcome is null))
      );

      create index payment_notifications_due on payment_notifications (check_at) where check_at is not null;
      create index payment_notifications_received on payment_notifications (received_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payment_notifications;');
  }
}
