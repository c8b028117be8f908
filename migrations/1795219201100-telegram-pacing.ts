import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the next message may go to a chat; shared by all processes. */
export class TelegramPacing1795219201100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table telegram_pacing (
        chat_id bigint primary key,
        next_at timestamptz not null
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table telegram_pacing;');
  }
}
