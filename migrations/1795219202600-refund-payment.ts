import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `refund_payment`: the provider gave back `p_refunded_kopecks` under `p_provider_refund_id`; take back the credits that
 * this sum bought. Partial refunds add up: in all it is floor(credits × refunded so far / amount), so that no rounding is
 * lost or doubled. What was already spent is written to `credits_owed`. The same refund again changes nothing.
 */
export class RefundPayment1795219202600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REFUND_PAYMENT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function refund_payment(uuid, text, integer);');
  }
}

const REFUND_PAYMENT = `
create function refund_payment(p_payment_id uuid, p_provider_refund_id text, p_refunded_kopecks integer)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_payment payments;
  v_before  credits_history;
  v_error   text;
  v_amount  bigint;
  v_due     integer;
  v_taken   integer;
  v_balance integer;
begin
  if coalesce(p_provider_refund_id, '') = '' or coalesce(p_refunded_kopecks, 0) <= 0 then
    raise exception using errcode = 'NC005', message = 'refund_payment needs the provider''s refund id and a positive sum';
  end if;

  select u.* into v_user from users u join payments p on p.user_id = u.id where p.id = p_payment_id for no key update of u;
  select * into v_payment from payments where id = p_payment_id for no key update;
  select * into v_before from credits_history
    where provider_refund_id = p_provider_refund_id and operation_type = 'payment_refund';
  v_amount := coalesce(v_payment.amount_kopecks, v_payment.amount_stars);
  v_error := case
    when v_payment.id is null then 'payment_not_found'
    when v_before.payment_id <> p_payment_id then 'refund_of_another_payment'
    when v_before.refunded_kopecks <> p_refunded_kopecks then 'refund_amount_differs'
    when v_before.id is not null then null
    when v_payment.status <> 'completed' then 'not_completed'
    when v_payment.refunded_kopecks::bigint + p_refunded_kopecks > v_amount then 'exceeds_payment'
  end;
  if v_error is not null then
    return json_build_object('success', false, 'error', v_error, 'payment_id', p_payment_id);
  end if;
  if v_before.id is not null then
    return json_build_object('success', true, 'repeated', true, 'new_credits', v_user.credits, 'payment_id', p_payment_id,
      'taken_credits', -v_before.amount, 'credits_owed', v_payment.credits_owed);
  end if;

  v_due := v_payment.credits::bigint * (v_payment.refunded_kopecks + p_refunded_kopecks) / v_amount
         - v_payment.credits::bigint * v_payment.refunded_kopecks / v_amount;
  v_taken := least(v_due, v_user.credits);
  update payments set refunded_kopecks = refunded_kopecks + p_refunded_kopecks, credits_owed = credits_owed + v_due - v_taken
    where id = p_payment_id returning * into v_payment;
  update users set credits = credits - v_taken where id = v_user.id returning credits into v_balance;
  insert into credits_history (user_id, operation_type, amount, balance_after, payment_id, provider_refund_id, refunded_kopecks)
    values (v_user.id, 'payment_refund', -v_taken, v_balance, p_payment_id, p_provider_refund_id, p_refunded_kopecks);
  return json_build_object('success', true, 'repeated', false, 'new_credits', v_balance, 'payment_id', p_payment_id,
    'taken_credits', v_taken, 'credits_owed', v_payment.credits_owed);
end $$;`;
