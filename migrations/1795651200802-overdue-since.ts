import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `wake_at` is set anew each time that a lost wake-up is repeated: since when the step is due is kept beside it. */
export class OverdueSince1795651200802 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table jobs add column overdue_since timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table jobs drop column overdue_since;');
  }
}
