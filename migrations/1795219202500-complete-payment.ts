import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `complete_payment`: the one way from `pending` to `completed`, and the purchase, together. Whoever comes second is told
 * `already_completed` and changes nothing.
 */
export class CompletePayment1795219202500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function complete_payment(p_payment_id uuid, p_tg_user_id bigint, p_credits_amount integer)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_payment payments;
  v_error   text;
  v_balance integer;
begin
  select * into v_user from users where tg_user_id = p_tg_user_id for no key update;
  select * into v_payment from payments where id = p_payment_id for no key update;
  v_error := case
    when v_payment.id is null then 'payment_not_found'
    when v_user.id is null then 'unknown_user'
    when v_payment.user_id <> v_user.id then 'wrong_user'
    when v_payment.credits is distinct from p_credits_amount then 'wrong_amount'
    when v_payment.status = 'completed' then 'already_completed'
    when v_payment.status <> 'pending' then 'not_pending'
  end;
  if v_error is not null then
    return json_build_object('success', false, 'error', v_error, 'payment_id', p_payment_id);
  end if;

  update payments set status = 'completed', completed_at = now() where id = v_payment.id;
  update users set credits = credits + v_payment.credits where id = v_user.id returning credits into v_balance;
  insert into credits_history (user_id, operation_type, amount, balance_after, payment_id)
    values (v_user.id, 'purchase', v_payment.credits, v_balance, v_payment.id);
  return json_build_object('success', true, 'new_credits', v_balance, 'payment_id', v_payment.id);
end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function complete_payment(uuid, bigint, integer);');
  }
}
