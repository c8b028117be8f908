import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Callbacks of KIE that named a task of ours, one row per claim however often it comes: where a task's own id was lost, the
 * claim is all that leads back to it. `check_at` is null once there is nothing more to learn from it.
 */
export class KieCallbacks1795305600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table kie_callbacks (
        id              bigint generated always as identity primary key,
        kie_task_id     uuid not null references kie_tasks (id),
        claimed_task_id text,
        times           integer not null default 1 check (times >= 1),
        received_at     timestamptz not null default now(),
        check_at        timestamptz,
        constraint kie_callbacks_claim_once unique nulls not distinct (kie_task_id, claimed_task_id)
      );

      create index kie_callbacks_due on kie_callbacks (check_at) where check_at is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table kie_callbacks;');
  }
}
