import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The one progress message of an order: what it should show, and what it shows. */
export class ProgressMessages1795219201000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table progress_messages (
        order_id   uuid primary key,
        user_id    uuid not null references users (id),
        chat_id    bigint not null,
        message_id bigint,
        wanted     jsonb,
        shown      jsonb,
        edited_at  timestamptz,
        closed_at  timestamptz
      );

      create index progress_messages_open on progress_messages (edited_at) where closed_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table progress_messages;');
  }
}
