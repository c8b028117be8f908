import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The orders of a day, for operators' figures; what else they read has indexes of its own. */
export class FiguresIndexes1795651200601 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index jobs_created on jobs (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index jobs_created;');
  }
}
