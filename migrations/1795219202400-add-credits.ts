import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `add_credits`: a gift, a top-up or a correction upwards. With a cause, a repeat changes nothing. Returns the balance. */
export class AddCredits1795219202400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function add_credits(p_tg_user_id bigint, p_amount integer, p_operation_type text default 'bonus',
  p_cause text default null)
returns integer language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_before  credits_history;
  v_balance integer;
begin
  if coalesce(p_amount, 0) not between 1 and 1000000 or coalesce(p_operation_type, '') not in ('bonus', 'topup', 'correction')
     or length(btrim(p_cause)) not between 1 and 200 then
    raise exception using errcode = 'NC005',
      message = 'add_credits needs 1 to 1000000 credits, the type bonus, topup or correction, and a cause of 1 to 200 '
        'characters or none';
  end if;
  select * into v_user from users where tg_user_id = p_tg_user_id for no key update;
  if not found then
    raise exception using errcode = 'NC003', message = format('No user has the Telegram id %s', p_tg_user_id);
  end if;

  select * into v_before from credits_history where cause = p_cause;
  if found then
    if v_before.user_id <> v_user.id then
      raise exception using errcode = 'NC002', message = 'The cause belongs to another user';
    end if;
    if (v_before.amount, v_before.operation_type) is distinct from (p_amount, p_operation_type) then
      raise exception using errcode = 'NC005',
        message = format('The cause already stands for %s of %s', v_before.operation_type, v_before.amount);
    end if;
    return v_user.credits;
  end if;

  update users set credits = credits + p_amount where id = v_user.id returning credits into v_balance;
  insert into credits_history (user_id, operation_type, amount, balance_after, cause)
    values (v_user.id, p_operation_type, p_amount, v_balance, p_cause)
    on conflict (cause) where cause is not null do nothing;
  if not found then
    -- Another person's call with this cause committed a moment ago; our own would have waited at the lock.
    raise exception using errcode = 'NC002', message = 'The cause belongs to another user';
  end if;
  return v_balance;
end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function add_credits(bigint, integer, text, text);');
  }
}
