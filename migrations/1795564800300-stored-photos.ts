import type { MigrationInterface, QueryRunner } from 'typeorm';

const PATH = '^inputs/[1-9][0-9]{0,15}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[.]jpg$';

/**
 * Photos that are kept, each written before its file and gone after it. `remove_at` is the end of its time, and once its removal has begun
 * (`removal_attempts`), the next try of that. Photos from before that a job, a draft or a look names are kept for 30 days more; others have no
 * row and go with their person's folder only. The collation lets one person's rows be found by the beginning of their paths.
 */
export class StoredPhotos1795564800300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table stored_photos (
        path             text collate "C" primary key check (path ~ '${PATH}'),
        stored_at        timestamptz not null default clock_timestamp(),
        remove_at        timestamptz not null,
        removal_attempts integer not null default 0 check (removal_attempts >= 0)
      );

      create index stored_photos_due on stored_photos (remove_at);

      insert into stored_photos (path, stored_at, remove_at)
        select known.path, min(known.known_since), clock_timestamp() + interval '30 days'
          from (select photo_path as path, created_at as known_since from jobs
                union all select photo_path, asked_at from photo_looks
                union all select state->'draft'->>'photoPath', clock_timestamp() from bot_sessions) known
         where known.path ~ '${PATH}' group by known.path;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table stored_photos;');
  }
}
