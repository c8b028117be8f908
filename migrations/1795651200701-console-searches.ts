import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators search and count by. Names are found by their beginnings, so that no extension is needed. */
export class ConsoleSearches1795651200701 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index jobs_by_status on jobs (status, created_at desc, id desc);
      create index jobs_by_reason on jobs (failure_reason, created_at desc, id desc) where failure_reason is not null;
      create index kie_tasks_finished on kie_tasks (finished_at) where finished_at is not null;
      create index users_by_age on users (created_at desc, id desc);
      create index users_by_username on users (lower(username) text_pattern_ops) where username is not null;
      create index users_by_first_name on users (first_name text_pattern_ops) where first_name is not null;
      create index users_by_last_name on users (last_name text_pattern_ops) where last_name is not null;
      create index users_banned on users (created_at desc, id desc) where banned_at is not null;
      create index users_blocked_by_age on users (created_at desc, id desc) where blocked_at is not null;
      create index payments_parked on payments (created_at desc, id desc) where parked_reason is not null;
      create index payments_refunded on payments (created_at desc, id desc) where refunded_kopecks > 0;
      create index payment_notifications_of_object on payment_notifications (object_id);
      create index payment_refunds_ended on payment_refunds (ended_at) where ended_at is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index jobs_by_status, jobs_by_reason, kie_tasks_finished, users_by_age, users_by_username,
        users_by_first_name, users_by_last_name, users_banned, users_blocked_by_age, payments_parked, payments_refunded,
        payment_notifications_of_object, payment_refunds_ended;
    `);
  }
}
