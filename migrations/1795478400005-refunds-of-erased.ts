import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `request_refund` of a person who was erased: Telegram gives Stars back to the payer's id only, which is not kept, and the receipt of a
 * part needs an address, which is not kept either. The whole of a payment needs none: YooKassa takes the payment's own receipt.
 */
export class RefundsOfErased1795478400005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REQUEST_REFUND);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(REQUEST_REFUND_BEFORE);
  }
}

const REQUEST_REFUND = `
create or replace function request_refund(p_payment_id uuid, p_amount integer default null, p_reason text default null, p_cause text default null)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_payment payments;
  v_before  payment_refunds;
  v_refund  payment_refunds;
  v_left    integer;
  v_error   text;
begin
  -- Under the person's lock: an erasure sees what was wished before it, and what is wished after it sees the erasure.
  select u.* into v_user from users u join payments p on p.user_id = u.id where p.id = p_payment_id for no key update of u;
  select * into v_payment from payments where id = p_payment_id for no key update;
  select * into v_before from payment_refunds where cause = p_cause;
  v_left := coalesce(v_payment.amount_kopecks, v_payment.amount_stars) - v_payment.refunded_kopecks - coalesce(
    (select sum(amount) from payment_refunds where payment_id = p_payment_id and status = 'pending' and origin <> 'surplus'), 0);
  v_error := case
    when v_payment.id is null then 'payment_not_found'
    when v_before.payment_id <> p_payment_id then 'cause_of_another_payment'
    when v_before.amount <> p_amount then 'cause_with_another_amount'
    when v_before.id is not null then null
    when v_payment.status <> 'completed' then 'not_completed'
    when v_left <= 0 then 'nothing_left'
    when p_amount <= 0 then 'not_positive'
    when p_amount > v_left then 'exceeds_payment'
    when v_payment.provider = 'telegram_stars' and p_amount <> v_payment.amount_stars then 'stars_only_whole'
    when v_user.erased_at is null then null
    when v_payment.provider = 'telegram_stars' then 'stars_of_an_erased_person'
    when v_payment.frozen_request ? 'receipt' and coalesce(p_amount, v_left) <> v_payment.amount_kopecks
      then 'only_whole_without_email'
  end;
  if v_error is not null then
    return json_build_object('success', false, 'error', v_error, 'payment_id', p_payment_id, 'left', v_left);
  end if;
  if v_before.id is not null then
    return json_build_object('success', true, 'repeated', true, 'refund_id', v_before.id, 'amount', v_before.amount);
  end if;

  insert into payment_refunds (payment_id, charge_id, amount, origin, reason, cause)
    values (p_payment_id, v_payment.provider_payment_id, coalesce(p_amount, v_left), 'operator', p_reason, p_cause)
    returning * into v_refund;
  return json_build_object('success', true, 'repeated', false, 'refund_id', v_refund.id, 'amount', v_refund.amount);
end $$;`;

/** As in 1795392000300. */
const REQUEST_REFUND_BEFORE = `
create or replace function request_refund(p_payment_id uuid, p_amount integer default null, p_reason text default null, p_cause text default null)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_payment payments;
  v_before  payment_refunds;
  v_refund  payment_refunds;
  v_left    integer;
  v_error   text;
begin
  select * into v_payment from payments where id = p_payment_id for no key update;
  select * into v_before from payment_refunds where cause = p_cause;
  v_left := coalesce(v_payment.amount_kopecks, v_payment.amount_stars) - v_payment.refunded_kopecks - coalesce(
    (select sum(amount) from payment_refunds where payment_id = p_payment_id and status = 'pending' and origin <> 'surplus'), 0);
  v_error := case
    when v_payment.id is null then 'payment_not_found'
    when v_before.payment_id <> p_payment_id then 'cause_of_another_payment'
    when v_before.amount <> p_amount then 'cause_with_another_amount'
    when v_before.id is not null then null
    when v_payment.status <> 'completed' then 'not_completed'
    when v_left <= 0 then 'nothing_left'
    when p_amount <= 0 then 'not_positive'
    when p_amount > v_left then 'exceeds_payment'
    when v_payment.provider = 'telegram_stars' and p_amount <> v_payment.amount_stars then 'stars_only_whole'
  end;
  if v_error is not null then
    return json_build_object('success', false, 'error', v_error, 'payment_id', p_payment_id, 'left', v_left);
  end if;
  if v_before.id is not null then
    return json_build_object('success', true, 'repeated', true, 'refund_id', v_before.id, 'amount', v_before.amount);
  end if;

  insert into payment_refunds (payment_id, charge_id, amount, origin, reason, cause)
    values (p_payment_id, v_payment.provider_payment_id, coalesce(p_amount, v_left), 'operator', p_reason, p_cause)
    returning * into v_refund;
  return json_build_object('success', true, 'repeated', false, 'refund_id', v_refund.id, 'amount', v_refund.amount);
end $$;`;
