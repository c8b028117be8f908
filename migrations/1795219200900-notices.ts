import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What we still have to tell people without a tap. A cause tells once. */
export class Notices1795219200900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notices (
        id              bigint generated always as identity primary key,
        user_id         uuid not null references users (id),
        kind            text not null,
        cause           text not null unique,
        payload         jsonb not null default '{}',
        created_at      timestamptz not null default now(),
        next_attempt_at timestamptz not null default now(),
        attempts        integer not null default 0 check (attempts >= 0),
        sent_at         timestamptz,
        message_id      bigint,
        dropped_at      timestamptz,
        last_error      text
      );

      create index notices_due on notices (next_attempt_at) where sent_at is null and dropped_at is null;
      create index notices_of_user on notices (user_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table notices;');
  }
}
