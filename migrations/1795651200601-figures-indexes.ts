import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators' figures of a day, beside what the nightly audit reads, and their search for a person read by. */
export class FiguresIndexes1795651200601 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index users_created on users (created_at);
      create index users_of_username on users (lower(username)) where username is not null;
      create index jobs_created on jobs (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index jobs_created, users_of_username, users_created;');
  }
}
