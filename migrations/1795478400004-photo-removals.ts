import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Folders of photos that are still to be removed from the disk, each written with the erasure of its person, and gone when the folder is.
 * Whoever erases has the first 30 s to do it; then it is the scheduler's.
 */
export class PhotoRemovals1795478400004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table photo_removals (
        id         bigint generated always as identity primary key,
        folder     text not null check (folder ~ '^inputs/[1-9][0-9]{0,15}$'),
        created_at timestamptz not null default clock_timestamp(),
        attempts   integer not null default 0 check (attempts >= 0),
        next_at    timestamptz not null default clock_timestamp() + interval '30 seconds'
      );

      create index photo_removals_due on photo_removals (next_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table photo_removals;');
  }
}
