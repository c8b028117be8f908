import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The condition on the shape of a row of the history, as before, in a function: PostgreSQL reads the conditions of a table anew for each
 * statement that writes to it, and this one was half of all that it read to add one row. A function is read once in a connection.
 *
 * Who changes the function must have the rows read again: a constraint does not notice.
 */
export class ShapeFunction1795651200900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IS_SOUND);
    await runner.query(`
      alter table credits_history drop constraint credits_history_shape,
        add constraint credits_history_shape
          check (credits_history_is_sound(operation_type, amount, job_id is not null, payment_id is not null)) not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table credits_history drop constraint credits_history_shape, add constraint credits_history_shape check (
        case operation_type
          when 'usage'          then amount < 0 and job_id is not null and payment_id is null
          when 'refund'         then amount > 0 and payment_id is null and (job_id is not null or amount = 1)
          when 'purchase'       then amount > 0 and payment_id is not null and job_id is null
          when 'payment_refund' then amount <= 0 and payment_id is not null and job_id is null
          when 'expired'        then amount < 0 and job_id is null and payment_id is null
          when 'correction'     then amount <> 0 and job_id is null and payment_id is null
          when 'import'         then amount >= 0 and job_id is null and payment_id is null
          else amount > 0 and job_id is null and payment_id is null end);
      drop function credits_history_is_sound(text, integer, boolean, boolean);
    `);
  }
}

const IS_SOUND = `
create function credits_history_is_sound(p_type text, p_amount integer, p_has_job boolean, p_has_payment boolean)
returns boolean language plpgsql immutable set search_path = public, pg_temp as $$
begin
  return case p_type
    when 'usage'          then p_amount < 0 and p_has_job and not p_has_payment
    when 'refund'         then p_amount > 0 and not p_has_payment and (p_has_job or p_amount = 1)
    when 'purchase'       then p_amount > 0 and p_has_payment and not p_has_job
    when 'payment_refund' then p_amount <= 0 and p_has_payment and not p_has_job
    when 'expired'        then p_amount < 0 and not p_has_job and not p_has_payment
    when 'correction'     then p_amount <> 0 and not p_has_job and not p_has_payment
    when 'import'         then p_amount >= 0 and not p_has_job and not p_has_payment
    else p_amount > 0 and not p_has_job and not p_has_payment end;
end $$;`;
