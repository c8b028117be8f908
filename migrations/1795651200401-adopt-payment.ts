import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `adopt_payment`: after a restore, the row of a payment that the backup is too old for. Only makes the row, `pending`: the provider is
 * asked as about any other, and no credit moves but by its word. The amount is what was paid, in kopecks or Stars; a payment in Stars has
 * no id of YooKassa's and is settled by the next reconciliation. What the Python system had is none of these: there it was credited,
 * or its import has made its row.
 */
export class AdoptPayment1795651200401 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create function adopt_payment(p_payment_id uuid, p_user_id uuid, p_plan_id text, p_amount integer, p_yookassa_payment_id text default null)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user     users;
  v_plan     pricing_plans;
  v_stars    boolean := p_yookassa_payment_id is null;
  v_error    text;
begin
  select * into v_user from users where id = p_user_id for no key update;
  select * into v_plan from pricing_plans where id = p_plan_id;
  v_error := case
    when v_user.id is null then 'unknown_user'
    when v_user.erased_at is not null then 'erased_user'
    when v_plan.id is null then 'unknown_plan'
    when coalesce(p_amount, 0) <= 0 then 'not_positive'
    when exists (select from payments where id = p_payment_id) then 'payment_exists'
    when exists (select from payments where provider = 'yookassa' and provider_payment_id = p_yookassa_payment_id)
      then 'yookassa_payment_exists'
    when exists (select from legacy_payments where provider_payment_id = p_yookassa_payment_id) then 'legacy_payment_exists'
  end;
  if v_error is not null then
    return json_build_object('success', false, 'error', v_error, 'payment_id', p_payment_id);
  end if;

  -- Superseded: nobody is handed it out to pay it.
  insert into payments (id, user_id, plan_id, provider, provider_payment_id, amount_kopecks, amount_stars, currency, credits,
      superseded_at, check_at)
    values (p_payment_id, p_user_id, v_plan.id, case when v_stars then 'telegram_stars' else 'yookassa' end, p_yookassa_payment_id,
      case when not v_stars then p_amount end, case when v_stars then p_amount end, case when v_stars then 'XTR' else 'RUB' end,
      v_plan.credits, now(), case when not v_stars then now() end);
  return json_build_object('success', true, 'payment_id', p_payment_id, 'credits', v_plan.credits);
end $$;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function adopt_payment(uuid, uuid, text, integer, text);');
  }
}
