import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What constraints cannot say: rows are only ever added, each fits the job or payment that it names, and its
 * `balance_after` is the balance. The user's row is locked first, as everywhere: it is the lock of a balance.
 */
export class CreditsHistoryGuards1795219202000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(REFUSE_CHANGE);
    await runner.query(CHECK_JOB);
    await runner.query(CHECK_PAYMENT);
    await runner.query(CHECK_ROW);
    await runner.query(`
      create trigger credits_history_append_only before update or delete or truncate on credits_history
        for each statement execute function credits_history_refuse_change();
      create trigger credits_history_check before insert on credits_history
        for each row execute function credits_history_check_row();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger credits_history_check on credits_history;
      drop trigger credits_history_append_only on credits_history;
      drop function credits_history_check_row();
      drop function credits_history_check_payment(credits_history);
      drop function credits_history_check_job(credits_history);
      drop function credits_history_refuse_change();
    `);
  }
}

const REFUSE_CHANGE = `
create function credits_history_refuse_change() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  raise exception using errcode = 'NC006', message = format('The credit history is append-only: %s is refused', tg_op),
    hint = 'To mend a balance add a row, for example with add_credits(tg_user_id, amount, ''correction'', cause).';
end $$;`;

const CHECK_JOB = `
create function credits_history_check_job(p_row credits_history) returns void language plpgsql
set search_path = public, pg_temp as $$
declare
  v_job   jobs;
  v_taken integer;
begin
  select * into v_job from jobs where id = p_row.job_id;
  if not found or v_job.user_id <> p_row.user_id then
    raise exception using errcode = 'NC004', message = format('Job %s is not a job of user %s', p_row.job_id, p_row.user_id);
  end if;
  if p_row.operation_type = 'usage' then
    if p_row.amount <> -v_job.credits then
      raise exception using errcode = 'check_violation',
        message = format('Job %s takes %s credits, not %s', p_row.job_id, v_job.credits, -p_row.amount);
    end if;
    return;
  end if;
  if v_job.status <> 'failed' then
    raise exception using errcode = 'NC004', message = format('Job %s is %s: only a failed job is refunded', v_job.id, v_job.status);
  end if;
  select -amount into v_taken from credits_history where job_id = p_row.job_id and operation_type = 'usage';
  if v_taken is distinct from p_row.amount then
    raise exception using errcode = 'NC004',
      message = format('Job %s took %s credits, not %s', v_job.id, coalesce(v_taken, 0), p_row.amount);
  end if;
end $$;`;

const CHECK_PAYMENT = `
create function credits_history_check_payment(p_row credits_history) returns void language plpgsql
set search_path = public, pg_temp as $$
declare
  v_payment payments;
begin
  select * into v_payment from payments where id = p_row.payment_id;
  if not found or v_payment.user_id <> p_row.user_id or v_payment.status <> 'completed' then
    raise exception using errcode = 'check_violation',
      message = format('Payment %s is not a completed payment of user %s', p_row.payment_id, p_row.user_id);
  end if;
  if p_row.operation_type = 'purchase' and p_row.amount <> v_payment.credits then
    raise exception using errcode = 'check_violation',
      message = format('Payment %s grants %s credits, not %s', v_payment.id, v_payment.credits, p_row.amount);
  end if;
end $$;`;

const CHECK_ROW = `
create function credits_history_check_row() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
  v_balance integer;
begin
  select credits into v_balance from users where id = new.user_id for no key update;
  if v_balance is distinct from new.balance_after then
    raise exception using errcode = 'check_violation',
      message = format('User %s has %s credits, the row says %s', new.user_id, v_balance, new.balance_after),
      hint = 'Change the balance only through the functions of the credit history.';
  end if;
  if new.job_id is not null then perform credits_history_check_job(new); end if;
  if new.payment_id is not null then perform credits_history_check_payment(new); end if;
  return new;
end $$;`;
