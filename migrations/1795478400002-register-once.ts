import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RegisterUser1795219202100 } from './1795219202100-register-user.js';

/**
 * `register_user` knows people who were erased, by `p_tg_user_hmac`: they get a new row, no second welcome, and the ban that they had. With
 * `p_consented` a new person has agreed to the terms. Safe against parallel registrations and against an erasure under way.
 */
export class RegisterOnce1795478400002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop function register_user(bigint, text, text, text, text, integer);');
    await runner.query(ADMIT_USER);
    await runner.query(REGISTER_USER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function register_user(bigint, text, text, text, text, integer, bytea, boolean);
      drop function admit_user(uuid, integer, bytea);
    `);
    await new RegisterUser1795219202100().up(runner);
  }
}

/** What a new person starts with. A statement of its own, so that it sees an erasure that the insert before it has waited for. */
const ADMIT_USER = `
create function admit_user(p_user_id uuid, p_welcome_credits integer, p_tg_user_hmac bytea) returns void language plpgsql
set search_path = public, pg_temp as $$
declare
  v_erased users;
begin
  select * into v_erased from users where tg_user_hmac = p_tg_user_hmac order by erased_at desc limit 1;
  if found then
    update users set banned_at = v_erased.banned_at where id = p_user_id;
  elsif p_welcome_credits > 0 then
    update users set credits = p_welcome_credits where id = p_user_id;
    insert into credits_history (user_id, operation_type, amount, balance_after)
      values (p_user_id, 'signup', p_welcome_credits, p_welcome_credits);
  end if;
end $$;`;

const REGISTER_USER = `
create function register_user(p_tg_user_id bigint, p_username text, p_first_name text, p_last_name text, p_language text,
  p_welcome_credits integer default 2, p_tg_user_hmac bytea default null, p_consented boolean default false)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_created boolean;
begin
  if p_tg_user_id is null or p_tg_user_id <= 0 or coalesce(p_language, '') not in ('ru', 'en')
     or p_welcome_credits is null or p_welcome_credits not between 0 and 1000 then
    raise exception using errcode = 'NC005', message = 'register_user needs a positive tg_user_id, the language ru or en, '
      'and 0 to 1000 welcome credits';
  end if;

  for v_try in 1..10 loop
    -- Of two at once the second waits here for the first's commit, then inserts nothing.
    insert into users (tg_user_id, username, first_name, last_name, language, consented_at)
      values (p_tg_user_id, p_username, p_first_name, p_last_name, p_language, case when p_consented then now() end)
      on conflict (tg_user_id) do nothing returning * into v_user;
    v_created := found;
    if not v_created then
      select * into v_user from users where tg_user_id = p_tg_user_id for no key update;
    end if;
    -- Neither: the person was erased between the two, and is a new one now.
    exit when v_user.id is not null;
  end loop;

  if v_created then
    perform admit_user(v_user.id, p_welcome_credits, p_tg_user_hmac);
  else
    update users set username = p_username, first_name = p_first_name, last_name = p_last_name
      where id = v_user.id
        and (username, first_name, last_name) is distinct from (p_username, p_first_name, p_last_name);
  end if;
  select * into strict v_user from users where id = v_user.id;
  return json_build_object('user_id', v_user.id, 'credits', v_user.credits, 'created', v_created);
end $$;`;
