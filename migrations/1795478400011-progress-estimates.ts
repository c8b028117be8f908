import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the place in the queue and the time left are read from: the queue in its order, and what ended or began last. */
export class ProgressEstimates1795478400011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index jobs_queue on jobs (created_at, order_id, position) include (id) where status = 'queued';
      create index jobs_completed_of_model on jobs (model, finished_at desc)
        where status = 'completed' and started_at is not null;
      create index jobs_started on jobs (started_at desc) where started_at is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index jobs_started;
      drop index jobs_completed_of_model;
      drop index jobs_queue;
    `);
  }
}
