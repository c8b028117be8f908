import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A job that is over may still want a send: a video that came after its refund, or one parked for a person who blocked the
 * bot. It is woken by `wake_at` like any other. Notices are parked too, and an edit that never succeeds is given up.
 */
export class LateSends1795305600200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index jobs_wake;
      create index jobs_wake on jobs (wake_at) where wake_at is not null;
      create index jobs_parked on jobs (parked_at) where parked_at is not null and video_message_id is null;
      update jobs set wake_at = now() where presented_at is not null and video_message_id is null and parked_at is null;
      alter table jobs add constraint jobs_open_wants_waking check (status in ('completed', 'failed') or wake_at is not null);

      alter table notices add parked_at timestamptz;
      drop index notices_due;
      create index notices_due on notices (next_attempt_at)
        where sent_at is null and dropped_at is null and parked_at is null;
      create index notices_parked on notices (parked_at) where parked_at is not null and sent_at is null;

      alter table progress_messages add failures integer not null default 0 check (failures >= 0);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table progress_messages drop failures;

      drop index notices_parked;
      drop index notices_due;
      alter table notices drop parked_at;
      create index notices_due on notices (next_attempt_at) where sent_at is null and dropped_at is null;

      alter table jobs drop constraint jobs_open_wants_waking;
      drop index jobs_parked;
      drop index jobs_wake;
      create index jobs_wake on jobs (wake_at) where status in ('queued', 'processing');
    `);
  }
}
