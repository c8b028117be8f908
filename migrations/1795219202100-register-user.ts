import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `register_user`: the person's row and, the first time only, the welcome credits. Safe against parallel /start. */
export class RegisterUser1795219202100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function register_user(p_tg_user_id bigint, p_username text, p_first_name text, p_last_name text, p_language text,
  p_welcome_credits integer default 2)
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

  -- Of two at once the second waits here for the first's commit, then inserts nothing.
  insert into users (tg_user_id, username, first_name, last_name, language, credits)
    values (p_tg_user_id, p_username, p_first_name, p_last_name, p_language, p_welcome_credits)
    on conflict (tg_user_id) do nothing returning * into v_user;
  v_created := found;

  if v_created then
    if p_welcome_credits > 0 then
      insert into credits_history (user_id, operation_type, amount, balance_after)
        values (v_user.id, 'signup', p_welcome_credits, p_welcome_credits);
    end if;
  else
    update users set username = p_username, first_name = p_first_name, last_name = p_last_name
      where tg_user_id = p_tg_user_id
        and (username, first_name, last_name) is distinct from (p_username, p_first_name, p_last_name);
    select * into v_user from users where tg_user_id = p_tg_user_id;
  end if;

  return json_build_object('user_id', v_user.id, 'credits', v_user.credits, 'created', v_created);
end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function register_user(bigint, text, text, text, text, integer);');
  }
}
