import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People. `credits` is the balance; only the functions of the credit history change it. */
export class Users1795219200100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function touch_updated_at() returns trigger language plpgsql set search_path = public, pg_temp as $$
      begin
        new.updated_at := now();
        return new;
      end $$;

      create table users (
        id           uuid primary key default gen_random_uuid(),
        tg_user_id   bigint not null unique check (tg_user_id > 0),
        username     text,
        first_name   text,
        last_name    text,
        language     text not null default 'ru' check (language in ('ru', 'en')),
        credits      integer not null default 0 check (credits >= 0),
        blocked_at   timestamptz,
        banned_at    timestamptz,
        consented_at timestamptz,
        created_at   timestamptz not null default now(),
        updated_at   timestamptz not null default now()
      );

      create trigger users_touch before update on users for each row execute function touch_updated_at();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table users; drop function touch_updated_at();');
  }
}
