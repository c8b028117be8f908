import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The timeline of each job, in the order of its ids. */
export class JobEvents1795219200400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table job_events (
        id      bigint generated always as identity primary key,
        job_id  uuid not null references jobs (id),
        at      timestamptz not null default clock_timestamp(),
        event   text not null,
        details jsonb not null default '{}'
      );

      create index job_events_of_job on job_events (job_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table job_events;');
  }
}
