import type { MigrationInterface, QueryRunner } from 'typeorm';

const REASONS_BEFORE = `'moderation_photo', 'moderation_text', 'billing', 'rate_limit', 'temporary', 'unknown', 'generation_timeout', 'stuck',
  'queue_expired', 'send_failed', 'cancelled', 'by_operator'`;

/** How the photo behind a job's link is framed, and a reason of its own for a job whose photo is gone. */
export class PhotoFraming1795564800200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A link without a framing is one that the release before this wrote: it is made anew.
    await runner.query(`
      alter table jobs
        add column photo_framing text check (photo_framing in ('original', 'vertical')),
        add constraint jobs_framing_only_of_link check (photo_framing is null or photo_url is not null),
        drop constraint jobs_failure_reason_check,
        add constraint jobs_failure_reason_check check (failure_reason in (${REASONS_BEFORE}, 'photo_lost'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update jobs set failure_reason = 'unknown' where failure_reason = 'photo_lost';
      alter table jobs
        drop constraint jobs_failure_reason_check,
        add constraint jobs_failure_reason_check check (failure_reason in (${REASONS_BEFORE})),
        drop constraint jobs_framing_only_of_link,
        drop column photo_framing;
    `);
  }
}
