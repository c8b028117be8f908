import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndexesConcurrently } from './concurrent-index.js';

const INDEXES = {
  jobs_ended: 'jobs (finished_at) where finished_at is not null',
  payments_by_age: 'payments (created_at)',
  credits_history_by_age: 'credits_history (created_at)',
  notices_dropped: 'notices (dropped_at) where dropped_at is not null',
  users_blocked: 'users (blocked_at) where blocked_at is not null',
};

/**
 * What the audits of the scheduler have found, one row per time slot, so that one process makes it. `drift` is exact, of `findings` some are
 * kept. The indexes are those by which /metrics reads the last day.
 */
export class Audits1795651200500 implements MigrationInterface {
  transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table if not exists audits (
        id           bigint generated always as identity primary key,
        slot         bigint not null unique,
        attempt      integer not null default 1 check (attempt >= 1),
        started_at   timestamptz not null default now(),
        finished_at  timestamptz,
        rows_checked bigint check (rows_checked >= 0),
        drift        integer check (drift >= 0),
        findings     jsonb not null default '[]',
        last_error   text,
        constraint audits_finished_with_drift check ((finished_at is null) = (drift is null)),
        constraint audits_finished_with_rows check ((finished_at is null) = (rows_checked is null))
      );
    `);
    await createIndexesConcurrently(runner, INDEXES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index users_blocked, notices_dropped, credits_history_by_age, payments_by_age, jobs_ended;
      drop table audits;
    `);
  }
}
