import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Money given back: asked for by an operator, made at the provider (its cabinet, Telegram's support), or of a second charge for one
 * payment, which sold nothing and takes no credits. `amount` is in the unit of the payment: kopecks, or Stars.
 */
export class PaymentRefunds1795392000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payment_refunds (
        id                 uuid primary key default gen_random_uuid(),
        payment_id         uuid not null references payments (id),
        charge_id          text not null check (charge_id <> ''),
        payer_tg_user_id   bigint,
        amount             integer not null check (amount > 0),
        origin             text not null check (origin in ('operator', 'provider', 'surplus')),
        status             text not null default 'pending' check (status in ('pending', 'succeeded', 'canceled', 'failed')),
        provider_refund_id text unique check (provider_refund_id <> ''),
        reason             text,
        cause              text unique check (cause <> ''),
        frozen_request     jsonb,
        unanswered_creations integer not null default 0 check (unanswered_creations >= 0),
        failure_reason     text check (failure_reason <> ''),
        check_at           timestamptz default now(),
        checks             integer not null default 0 check (checks >= 0),
        created_at         timestamptz not null default now(),
        ended_at           timestamptz,
        updated_at         timestamptz not null default now(),
        constraint payment_refunds_ended_iff_over check ((status = 'pending') = (ended_at is null)),
        constraint payment_refunds_named_if_succeeded check (status <> 'succeeded' or provider_refund_id is not null)
      );

      create index payment_refunds_of_payment on payment_refunds (payment_id);
      create index payment_refunds_due on payment_refunds (check_at) where check_at is not null;
      create unique index payment_refunds_one_surplus on payment_refunds (charge_id) where origin = 'surplus';
      create trigger payment_refunds_touch before update on payment_refunds for each row execute function touch_updated_at();
      comment on column payment_refunds.amount is 'In the unit of the payment: kopecks, or Stars for telegram_stars.';
    `);
    await runner.query(REQUEST_REFUND);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop function request_refund(uuid, integer, text, text); drop table payment_refunds;',
    );
  }
}

/**
 * `request_refund`: an operator wants a payment given back, whole (no amount: all that is left) or in part. Only writes the wish; the
 * worker asks the provider, and the credits go back when the provider says that the money did. The same cause again changes nothing.
 */
const REQUEST_REFUND = `
create function request_refund(p_payment_id uuid, p_amount integer default null, p_reason text default null, p_cause text default null)
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
