import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `expire_credits`: what is left of a balance is lost, under a cause that stands once. By our own id, because who loses it may be
 * about to lose the Telegram id too. Returns the credits taken; the same cause again takes nothing and returns the same.
 */
export class ExpireCredits1795478400003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function expire_credits(p_user_id uuid, p_cause text) returns integer language plpgsql
set search_path = public, pg_temp as $$
declare
  v_user   users;
  v_before credits_history;
begin
  if coalesce(length(btrim(p_cause)), 0) not between 1 and 200 then
    raise exception using errcode = 'NC005', message = 'expire_credits needs a cause of 1 to 200 characters';
  end if;
  select * into v_user from users where id = p_user_id for no key update;
  if not found then
    raise exception using errcode = 'NC003', message = format('There is no user %s', p_user_id);
  end if;

  select * into v_before from credits_history where cause = p_cause;
  if found then
    if v_before.user_id <> p_user_id or v_before.operation_type <> 'expired' then
      raise exception using errcode = 'NC002', message = 'The cause belongs to another user, or to something else';
    end if;
    return -v_before.amount;
  end if;
  if v_user.credits = 0 then
    return 0;
  end if;

  update users set credits = 0 where id = p_user_id;
  insert into credits_history (user_id, operation_type, amount, balance_after, cause)
    values (p_user_id, 'expired', -v_user.credits, 0, p_cause);
  return v_user.credits;
end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function expire_credits(uuid, text);');
  }
}
