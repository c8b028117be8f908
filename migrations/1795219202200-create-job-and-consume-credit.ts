import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `create_job_and_consume_credit`: an order of `p_count` jobs and its charge, all or nothing. The same key again gives the
 * same jobs and charges nothing.
 *
 * `p_options` is stored as it is; `kind` and `queue_deadline_ms` in it are read here.
 */
export class CreateJobAndConsumeCredit1795219202200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHECK_ARGUMENTS);
    await runner.query(CREATE_JOBS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function create_job_and_consume_credit(bigint, text, text, text, text, integer, integer, jsonb);
      drop function check_order_arguments(text, text, text, integer, integer, jsonb);
    `);
  }
}

const CHECK_ARGUMENTS = `
create function check_order_arguments(p_template_type text, p_idempotency_key text, p_prompt_input text, p_count integer,
  p_credits_per_job integer, p_options jsonb)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_problem text := case
    when coalesce(p_template_type, '') not in ('ugc', 'ad', 'self') then 'the template is ugc, ad or self'
    when length(btrim(coalesce(p_idempotency_key, ''))) not between 1 and 200 then 'the key has 1 to 200 characters'
    when p_prompt_input is null or length(p_prompt_input) > 20000 then 'the description has at most 20000 characters'
    when coalesce(p_count, 0) not between 1 and 100 then 'an order has 1 to 100 jobs'
    when coalesce(p_credits_per_job, 0) not between 1 and 1000 then 'a job takes 1 to 1000 credits'
    when jsonb_typeof(p_options) is distinct from 'object' then 'the options are a JSON object'
    when coalesce(p_options->>'kind', 'neurocard') not in ('neurocard', 'reels') then 'the kind is neurocard or reels'
    when coalesce(p_options->>'queue_deadline_ms', '1') !~ '^[1-9][0-9]{0,8}$' then 'queue_deadline_ms is a positive number'
  end;
begin
  if v_problem is not null then
    raise exception using errcode = 'NC005', message = 'The order is not valid: ' || v_problem;
  end if;
end $$;`;

const CREATE_JOBS = `
create function create_job_and_consume_credit(p_tg_user_id bigint, p_template_type text, p_idempotency_key text,
  p_photo_path text, p_prompt_input text, p_count integer default 1, p_credits_per_job integer default 1,
  p_options jsonb default '{}')
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user     users;
  v_needed   integer;
  v_balance  integer;
  v_order_id uuid;
  v_job_id   uuid;
  v_job_ids  uuid[];
  v_foreign  boolean;
begin
  perform check_order_arguments(p_template_type, p_idempotency_key, p_prompt_input, p_count, p_credits_per_job, p_options);

  -- The lock of the balance: a second call of this person, with this key or another, waits here.
  select * into v_user from users where tg_user_id = p_tg_user_id for no key update;
  if not found then
    raise exception using errcode = 'NC003', message = format('No user has the Telegram id %s', p_tg_user_id);
  end if;

  select array_agg(id order by position), bool_or(user_id <> v_user.id), (array_agg(order_id))[1]
    into v_job_ids, v_foreign, v_order_id from jobs where idempotency_key = p_idempotency_key;
  if v_foreign then
    raise exception using errcode = 'NC002', message = 'The idempotency key belongs to another user';
  end if;
  if v_job_ids is not null then
    return json_build_object('job_id', v_job_ids[1], 'job_ids', v_job_ids, 'order_id', v_order_id,
      'new_credits', v_user.credits, 'created', false);
  end if;

  v_needed := p_count * p_credits_per_job;
  if v_user.credits < v_needed then
    raise exception using errcode = 'NC001',
      message = format('Too few credits: the balance is %s, the order takes %s', v_user.credits, v_needed),
      detail = json_build_object('balance', v_user.credits, 'needed', v_needed)::text;
  end if;

  v_order_id := gen_random_uuid();
  for v_position in 1..p_count loop
    insert into jobs (user_id, order_id, position, idempotency_key, kind, template_type, photo_path, prompt_input, options,
        credits, deadline_at, wake_at, wake_number)
      values (v_user.id, v_order_id, v_position, p_idempotency_key, coalesce(p_options->>'kind', 'neurocard'),
        p_template_type, p_photo_path, p_prompt_input, p_options, p_credits_per_job,
        now() + coalesce((p_options->>'queue_deadline_ms')::integer, 7200000) * interval '1 ms', now(), 1)
      on conflict (idempotency_key, position) do nothing returning id into v_job_id;
    if not found then
      -- Another person's call with this key committed a moment ago; our own would have waited above.
      raise exception using errcode = 'NC002', message = 'The idempotency key belongs to another user';
    end if;
    v_job_ids := array_append(v_job_ids, v_job_id);
    update users set credits = credits - p_credits_per_job where id = v_user.id returning credits into v_balance;
    insert into credits_history (user_id, operation_type, amount, balance_after, job_id)
      values (v_user.id, 'usage', -p_credits_per_job, v_balance, v_job_id);
    insert into job_events (job_id, event) values (v_job_id, 'queued');
  end loop;

  return json_build_object('job_id', v_job_ids[1], 'job_ids', v_job_ids, 'order_id', v_order_id,
    'new_credits', v_balance, 'created', true);
end $$;`;
