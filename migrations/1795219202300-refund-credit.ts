import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `refund_credit(user, job)` gives back what the failed job took, once; it returns the balance. `refund_credit(user)` is an
 * operator's +1 without a job: no code calls it and the audit lists it. `refund_job_credit` also says whether this call
 * was the one that gave the credit back.
 */
export class RefundCredit1795219202300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REFUND_JOB);
    await runner.query(REFUND_BY_OPERATOR);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function refund_credit(bigint);
      drop function refund_credit(bigint, uuid);
      drop function refund_job_credit(bigint, uuid);
    `);
  }
}

const REFUND_JOB = `
create function refund_job_credit(p_tg_user_id bigint, p_job_id uuid)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_job     jobs;
  v_taken   integer;
  v_balance integer;
begin
  select * into v_user from users where tg_user_id = p_tg_user_id for no key update;
  if not found then
    raise exception using errcode = 'NC003', message = format('No user has the Telegram id %s', p_tg_user_id);
  end if;
  select * into v_job from jobs where id = p_job_id and user_id = v_user.id;
  if not found then
    raise exception using errcode = 'NC004', message = format('User %s has no job %s', p_tg_user_id, p_job_id);
  end if;
  if exists (select from credits_history where job_id = p_job_id and operation_type = 'refund') then
    return json_build_object('new_credits', v_user.credits, 'refunded', false);
  end if;
  if v_job.status <> 'failed' then
    raise exception using errcode = 'NC004', message = format('Job %s is %s: only a failed job is refunded', p_job_id, v_job.status);
  end if;
  select -amount into v_taken from credits_history where job_id = p_job_id and operation_type = 'usage';
  if not found then
    raise exception using errcode = 'NC004', message = format('Job %s took no credit', p_job_id);
  end if;

  update users set credits = credits + v_taken where id = v_user.id returning credits into v_balance;
  insert into credits_history (user_id, operation_type, amount, balance_after, job_id)
    values (v_user.id, 'refund', v_taken, v_balance, p_job_id);
  return json_build_object('new_credits', v_balance, 'refunded', true);
end $$;

create function refund_credit(p_tg_user_id bigint, p_job_id uuid) returns integer language plpgsql
set search_path = public, pg_temp as $$
begin
  return (refund_job_credit(p_tg_user_id, p_job_id)->>'new_credits')::integer;
end $$;`;

const REFUND_BY_OPERATOR = `
create function refund_credit(p_tg_user_id bigint) returns integer language plpgsql set search_path = public, pg_temp as $$
declare
  v_user_id uuid;
  v_balance integer;
begin
  update users set credits = credits + 1 where tg_user_id = p_tg_user_id returning id, credits into v_user_id, v_balance;
  if not found then
    raise exception using errcode = 'NC003', message = format('No user has the Telegram id %s', p_tg_user_id);
  end if;
  insert into credits_history (user_id, operation_type, amount, balance_after, description)
    values (v_user_id, 'refund', 1, v_balance, 'by an operator, without a job');
  return v_balance;
end $$;
comment on function refund_credit(bigint) is 'For operators only: +1 that nothing makes repeatable. The audit lists it.';`;
