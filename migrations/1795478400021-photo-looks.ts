import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was seen in product photos before anything was charged. A row is asked for once and answered once, or never: then
 * it stays `waiting` and nobody waits for it any more. The collation lets one person's rows be found by the beginning of their paths.
 */
export class PhotoLooks1795478400021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table photo_looks (
        photo_path text collate "C" primary key check (photo_path ~ '^inputs/[1-9][0-9]*/[^/]+$'),
        state      text not null default 'waiting' check (state in ('waiting', 'looked', 'unknown')),
        flagged    boolean,
        people     boolean,
        brand      boolean,
        attempts   integer not null default 0 check (attempts >= 0),
        asked_at   timestamptz not null default clock_timestamp(),
        looked_at  timestamptz,
        constraint photo_looks_over_has_time check ((state = 'waiting') = (looked_at is null)),
        constraint photo_looks_looked_has_all
          check (num_nonnulls(flagged, people, brand) = case state when 'looked' then 3 else 0 end)
      );

      create index photo_looks_by_age on photo_looks (asked_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table photo_looks;');
  }
}
