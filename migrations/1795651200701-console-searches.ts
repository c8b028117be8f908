import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexesConcurrently } from './concurrent-index.js';

const INDEXES = {
  jobs_by_status: 'jobs (status, created_at desc, id desc)',
  jobs_by_reason: 'jobs (failure_reason, created_at desc, id desc) where failure_reason is not null',
  kie_tasks_finished: 'kie_tasks (finished_at) where finished_at is not null',
  users_by_age: 'users (created_at desc, id desc)',
  users_by_username: 'users (lower(username) text_pattern_ops) where username is not null',
  users_by_first_name: 'users (first_name text_pattern_ops) where first_name is not null',
  users_by_last_name: 'users (last_name text_pattern_ops) where last_name is not null',
  users_banned: 'users (created_at desc, id desc) where banned_at is not null',
  users_blocked_by_age: 'users (created_at desc, id desc) where blocked_at is not null',
  payments_parked: 'payments (created_at desc, id desc) where parked_reason is not null',
  payments_refunded: 'payments (created_at desc, id desc) where refunded_kopecks > 0',
  payment_notifications_of_object: 'payment_notifications (object_id)',
  payment_refunds_ended: 'payment_refunds (ended_at) where ended_at is not null',
};

/** What operators search and count by. Names are found by their beginnings, so that no extension is needed. */
export class ConsoleSearches1795651200701 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createIndexesConcurrently(runner, INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index jobs_by_status, jobs_by_reason, kie_tasks_finished, users_by_age, users_by_username,
        users_by_first_name, users_by_last_name, users_banned, users_blocked_by_age, payments_parked, payments_refunded,
        payment_notifications_of_object, payment_refunds_ended;
    `);
  }
}
