import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By these the schedulers find what was kept for long enough. */
export class Retention1795651200400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index notices_with_payload on notices (id) where payload <> '{}';
      create index progress_messages_closed on progress_messages (closed_at) where closed_at is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index progress_messages_closed, notices_with_payload;');
  }
}
