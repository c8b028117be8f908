import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What `npm run import:legacy` calls, once per row, by one import at a time. Each locks the person before it writes, and nobody where there is
 * nothing to write: a dry run holds its locks until it ends. Each can be repeated, and says in `outcome` what became of the row:
 * `imported`, `there` (before), `changed` (there, and another one by now: nothing is done), `erased` (the person asked us to forget them),
 * `refused` (with its `reason`).
 */
export class LegacyImport1795651200301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IMPORT_USER);
    await runner.query(ADD_JOB);
    await runner.query(IMPORT_JOB);
    await runner.query(IMPORT_PAYMENT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function import_legacy_payment(text, uuid, jsonb);
      drop function import_legacy_job(text, uuid, jsonb);
      drop function add_legacy_job(users, text, jsonb);
      drop function import_legacy_user(text, bigint, integer, jsonb, bytea);
    `);
  }
}

/** The balance becomes one `import` row. Whoever is new has not agreed to the terms, and gets no welcome: they had theirs. */
const IMPORT_USER = `
create function import_legacy_user(p_legacy_id text, p_tg_user_id bigint, p_credits integer, p_profile jsonb default '{}',
  p_tg_user_hmac bytea default null)
returns json language plpgsql set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_before  legacy_users;
  v_created boolean;
  v_balance integer;
begin
  if coalesce(p_legacy_id, '') = '' or coalesce(p_tg_user_id, 0) <= 0 or coalesce(p_credits, -1) not between 0 and 1000000 then
    raise exception using errcode = 'NC005',
      message = 'import_legacy_user needs an id, a positive tg_user_id, and 0 to 1000000 credits';
  end if;
  select * into v_before from legacy_users where id = p_legacy_id;
  if found then
    select * into strict v_user from users where id = v_before.user_id;
    return json_build_object('user_id', v_user.id, 'credits', v_before.credits, 'outcome', case
      when v_user.erased_at is not null then 'erased'
      when (v_before.credits, v_user.tg_user_id) is distinct from (p_credits, p_tg_user_id) then 'changed'
      else 'there' end);
  end if;

  for v_try in 1..10 loop
    insert into users (tg_user_id, username, first_name, last_name, created_at)
      values (p_tg_user_id, p_profile->>'username', p_profile->>'first_name', p_profile->>'last_name',
        coalesce((p_profile->>'created_at')::timestamptz, now()))
      on conflict (tg_user_id) do nothing returning * into v_user;
    v_created := found;
    if not v_created then
      select * into v_user from users where tg_user_id = p_tg_user_id for no key update;
    end if;
    exit when v_user.id is not null;
  end loop;
  -- A statement of its own, so that it sees an erasure that the insert before it has waited for.
  if v_created and exists (select from users where tg_user_hmac = p_tg_user_hmac) then
    delete from users where id = v_user.id;
    return json_build_object('user_id', null, 'credits', null, 'outcome', 'erased');
  end if;
  if exists (select from credits_history where user_id = v_user.id and operation_type = 'import') then
    raise exception using errcode = 'NC002', message = 'The balance of another row was imported for this Telegram id';
  end if;

  update users set credits = credits + p_credits where id = v_user.id returning credits into v_balance;
  insert into credits_history (user_id, operation_type, amount, balance_after, cause)
    values (v_user.id, 'import', p_credits, v_balance, 'legacy-user-' || p_legacy_id);
  insert into legacy_users (id, user_id, credits) values (p_legacy_id, v_user.id, p_credits);
  return json_build_object('user_id', v_user.id, 'credits', p_credits, 'outcome', 'imported', 'joined', not v_created);
end $$;`;

/**
 * The row of \`jobs\` for a video that can be sent again, or was under way. The credit of the latter is part of the import row, so that
 * its charge and its refund both stand in the ledger like those of any failed job.
 */
const ADD_JOB = `
create function add_legacy_job(p_user users, p_legacy_id text, p_job jsonb) returns uuid language plpgsql
set search_path = public, pg_temp as $$
declare
  v_id      uuid := gen_random_uuid();
  v_failed  boolean := p_job->>'status' <> 'completed';
  v_credits integer := greatest(1, coalesce((p_job->>'credits')::integer, 1));
  v_balance integer;
begin
  insert into jobs (id, user_id, order_id, position, idempotency_key, template_type, photo_path, prompt_input, options, credits, status,
      step, video_file_id, failure_reason, deadline_at, created_at, finished_at)
    select v_id, p_user.id, gen_random_uuid(), 1, 'legacy-' || v_id, 'ugc', p_job->>'photo_path', coalesce(p_job->>'description', ''),
      jsonb_build_object('kind', 'neurocard', 'wishes', p_job->'wishes', 'language', p_user.language), v_credits,
      case when v_failed then 'failed' else 'completed' end, case when v_failed then 'prompt' else 'deliver' end,
      case when not v_failed then p_job->>'video_file_id' end, case when v_failed then 'moved' end, at.created, at.created,
      case when v_failed then now() else coalesce((p_job->>'finished_at')::timestamptz, at.created) end
      from (select coalesce((p_job->>'created_at')::timestamptz, now()) as created) at;
  insert into job_events (job_id, event, details)
    values (v_id, 'imported', jsonb_build_object('status', p_job->>'status', 'legacy_id', p_legacy_id));
  if v_failed then
    update users set credits = credits - v_credits where id = p_user.id returning credits into v_balance;
    insert into credits_history (user_id, operation_type, amount, balance_after, job_id)
      values (p_user.id, 'usage', -v_credits, v_balance, v_id);
    update users set credits = credits + v_credits where id = p_user.id returning credits into v_balance;
    insert into credits_history (user_id, operation_type, amount, balance_after, job_id)
      values (p_user.id, 'refund', v_credits, v_balance, v_id);
    insert into notices (user_id, kind, cause, payload)
      values (p_user.id, 'job_failed', 'job-failed-' || v_id, jsonb_build_object('kind', 'job_failed', 'jobId', v_id, 'reason', 'moved',
        'credits', v_credits, 'balance', v_balance, 'position', 1, 'count', 1));
  end if;
  return v_id;
end $$;`;

/** `refuse_new`: why a video under way that is not there yet cannot be taken, as its credit is no part of the person's import row. */
const IMPORT_JOB = `
create function import_legacy_job(p_legacy_id text, p_user_id uuid, p_job jsonb) returns json language plpgsql
set search_path = public, pg_temp as $$
declare
  v_user   users;
  v_before legacy_jobs;
  v_job_id uuid;
  v_owed   boolean;
  v_spent  boolean;
  v_there  json;
begin
  select json_build_object('job_id', l.job_id, 'outcome', case when u.erased_at is not null then 'erased'
      when l.status = p_job->>'status' then 'there' else 'changed' end) into v_there
    from legacy_jobs l join users u on u.id = l.user_id left join jobs j on j.id = l.job_id
    where l.id = p_legacy_id and (p_job->>'photo_path' is null or j.id is null or j.photo_path is not null);
  if found then
    return v_there;
  end if;
  select * into v_user from users where id = p_user_id for no key update;
  if not found then
    raise exception using errcode = 'NC003', message = format('There is no user %s', p_user_id);
  end if;
  if v_user.erased_at is not null then
    return json_build_object('outcome', 'erased');
  end if;
  if p_job->>'photo_path' is not null then
    insert into stored_photos (path, remove_at) values (p_job->>'photo_path', clock_timestamp() + interval '30 days')
      on conflict (path) do nothing;
  end if;
  select * into v_before from legacy_jobs where id = p_legacy_id;
  if found then
    -- The folder of the photos may not have been there the first time.
    update jobs set photo_path = p_job->>'photo_path'
      where id = v_before.job_id and photo_path is null and p_job->>'photo_path' is not null;
    return json_build_object('job_id', v_before.job_id,
      'outcome', case when v_before.status = p_job->>'status' then 'there' else 'changed' end);
  end if;

  v_owed := p_job->>'status' in ('queued', 'processing') and (p_job->>'credits')::integer > 0;
  if v_owed and p_job->>'refuse_new' is not null then
    return json_build_object('outcome', 'refused', 'reason', p_job->>'refuse_new');
  end if;
  -- Charged first, as every refund needs its charge: where the import was cut short, the credit may be spent by now.
  v_spent := v_owed and (p_job->>'credits')::integer > v_user.credits;
  if v_owed and not v_spent
     or p_job->>'status' = 'completed' and p_job->>'video_file_id' is not null then
    v_job_id := add_legacy_job(v_user, p_legacy_id, p_job);
  end if;
  insert into legacy_jobs (id, user_id, job_id, status, credits, created_at, finished_at)
    values (p_legacy_id, v_user.id, v_job_id, p_job->>'status', (p_job->>'credits')::integer,
      (p_job->>'created_at')::timestamptz, (p_job->>'finished_at')::timestamptz);
  return json_build_object('job_id', v_job_id, 'outcome', 'imported', 'spent', v_spent);
end $$;`;

/**
 * A pending payment with YooKassa's id becomes one of ours, never handed out, that wants to be looked at. It is as old as its import, as
 * nobody looks at old ones for long. \`settled_as\` is the id that it gets here; null: it is only remembered.
 */
const IMPORT_PAYMENT = `
create function import_legacy_payment(p_legacy_id text, p_user_id uuid, p_payment jsonb) returns json language plpgsql
set search_path = public, pg_temp as $$
declare
  v_user    users;
  v_there   json;
  v_pending uuid := (p_payment->>'settled_as')::uuid;
begin
  select json_build_object('outcome', case when u.erased_at is not null then 'erased'
      when l.status = p_payment->>'status' then 'there' else 'changed' end) into v_there
    from legacy_payments l join users u on u.id = l.user_id where l.id = p_legacy_id;
  if found then
    return v_there;
  end if;
  select * into v_user from users where id = p_user_id for no key update;
  if not found then
    raise exception using errcode = 'NC003', message = format('There is no user %s', p_user_id);
  end if;
  if v_user.erased_at is not null then
    return json_build_object('outcome', 'erased');
  end if;

  if v_pending is not null then
    insert into pricing_plans (id, name_ru, name_en, credits, price_kopecks, price_stars, position, active)
      values ('legacy', 'Прежняя система', 'The former system', 1, 1, 1, 1000, false) on conflict (id) do nothing;
    insert into payments (id, user_id, plan_id, provider, provider_payment_id, amount_kopecks, currency, credits, superseded_at, check_at)
      values (v_pending, v_user.id, 'legacy', 'yookassa', p_payment->>'provider_payment_id', (p_payment->>'amount_kopecks')::integer,
        'RUB', (p_payment->>'credits')::integer, clock_timestamp(), clock_timestamp());
  end if;
  insert into legacy_payments (id, user_id, payment_id, plan_id, status, provider, provider_payment_id, amount_kopecks, credits,
      created_at, completed_at)
    values (p_legacy_id, v_user.id, v_pending, p_payment->>'plan_id', p_payment->>'status', p_payment->>'provider',
      p_payment->>'provider_payment_id', (p_payment->>'amount_kopecks')::integer, (p_payment->>'credits')::integer,
      (p_payment->>'created_at')::timestamptz, (p_payment->>'completed_at')::timestamptz);
  return json_build_object('outcome', 'imported');
end $$;`;
