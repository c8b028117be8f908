import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What operators send to many people at once. A person stands in `broadcast_deliveries` once per broadcast, so that nobody gets one twice;
 * `last_user_id` is how far the audience was gone through. `wake_at` is the next look at a broadcast that is being sent.
 */
export class Broadcasts1795651200600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table broadcasts (
        id                  uuid primary key default gen_random_uuid(),
        status              text not null default 'sending' check (status in ('sending', 'stopped', 'done')),
        stopped_because     text check (stopped_because in ('operator', 'message_gone', 'telegram_away', 'erased')),
        from_chat_id        bigint check (from_chat_id > 0),
        message_id          bigint not null check (message_id > 0),
        button              jsonb,
        language            text check (language in ('ru', 'en')),
        who                 text not null check (who in ('everybody', 'ordered', 'never_ordered', 'bought')),
        people              integer not null check (people > 0),
        last_user_id        uuid,
        listed_at           timestamptz,
        sent                integer not null default 0 check (sent >= 0),
        blocked             integer not null default 0 check (blocked >= 0),
        failed              integer not null default 0 check (failed >= 0),
        unknown             integer not null default 0 check (unknown >= 0),
        skipped             integer not null default 0 check (skipped >= 0),
        unknown_in_a_row    integer not null default 0 check (unknown_in_a_row >= 0),
        progress_chat_id    bigint check (progress_chat_id > 0),
        progress_message_id bigint check (progress_message_id > 0),
        shown_at            timestamptz,
        wake_at             timestamptz,
        wake_number         integer not null default 0 check (wake_number >= 0),
        paused_until        timestamptz,
        created_at          timestamptz not null default clock_timestamp(),
        ended_at            timestamptz,
        stopped_at          timestamptz,
        constraint broadcasts_wake_iff_sending check ((status = 'sending') = (wake_at is not null)),
        constraint broadcasts_sending_has_message check (status <> 'sending' or from_chat_id is not null),
        constraint broadcasts_why_iff_stopped check ((status = 'stopped') = (stopped_because is not null)),
        constraint broadcasts_since_iff_stopped check ((status = 'stopped') = (stopped_at is not null)),
        constraint broadcasts_ended_iff_done check ((status = 'done') = (ended_at is not null))
      );

      -- Two at a time would share one budget, and each other's people.
      create unique index broadcasts_one_sending on broadcasts (status) where status = 'sending';
      create index broadcasts_newest on broadcasts (created_at desc);

      create table broadcast_deliveries (
        id           bigint generated always as identity primary key,
        broadcast_id uuid not null references broadcasts (id),
        user_id      uuid not null references users (id),
        state        text not null default 'waiting'
                       check (state in ('waiting', 'sending', 'sent', 'blocked', 'failed', 'unknown', 'skipped')),
        attempts     integer not null default 0 check (attempts >= 0),
        rings        integer not null default 0 check (rings >= 0),
        rung_at      timestamptz,
        claimed_at   timestamptz,
        constraint broadcast_deliveries_once unique (broadcast_id, user_id)
      );

      create index broadcast_deliveries_open on broadcast_deliveries (broadcast_id, id) where state in ('waiting', 'sending');
      create index broadcast_deliveries_of_user on broadcast_deliveries (user_id);
      comment on column broadcast_deliveries.state is 'unknown: it may have arrived, and is never sent again.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table broadcast_deliveries; drop table broadcasts;');
  }
}
