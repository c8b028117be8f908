import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators' figures of a day and their search for a person read by. */
export class FiguresIndexes1795651200601 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index users_created on users (created_at);
      create index users_of_username on users (lower(username)) where username is not null;
      create index jobs_created on jobs (created_at);
      create index jobs_finished on jobs (finished_at) where finished_at is not null;
      -- Only ever added to, so in the order of its time: a few pages instead of an index as large as the table.
      create index credits_history_created on credits_history using brin (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop index credits_history_created, jobs_finished, jobs_created, users_of_username, users_created;',
    );
  }
}
