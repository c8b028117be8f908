import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row per chat: lock, memory of the last updates, and state. Written twice per update, hence the room left in each page
 * and the eager autovacuum.
 */
export class BotSessions1795219200800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table bot_sessions (
        chat_id      bigint primary key,
        state        jsonb not null default '{}',
        done         bigint[] not null default '{}',
        lock_token   uuid,
        locked_until timestamptz,
        updated_at   timestamptz not null default now()
      ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table bot_sessions;');
  }
}
