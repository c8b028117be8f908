/**
 * People in the order in which they came, over a year until yesterday; Telegram's ids have nothing to do with that order. Half of them make
 * one video and buy nothing, and one in ten makes six and buys four times. `$1` is how many people there are.
 */
const PEOPLE = `
  create unlogged table filling_people as
    select n, gen_random_uuid() as id, 6000000000 + (n * 618033) % 1000003 as tg_user_id,
           now() - interval '1 day' - interval '364 days' * (1 - n::float8 / $1) as joined_at,
           case when n % 10 < 5 then 0 when n % 10 < 8 then 1 when n % 10 = 8 then 2 else 4 end as purchases,
           case when n % 10 < 5 then 1 when n % 10 < 8 then 2 when n % 10 = 8 then 3 else 6 end as jobs
      from generate_series(1, $1::bigint) n`;

/** One job in twenty failed; of people who came last, one in six hundred has a job that is not over. */
const JOBS = `
  create unlogged table filling_jobs as
    select p.n, k, p.id as user_id, p.purchases, gen_random_uuid() as id, gen_random_uuid() as order_id,
           'inputs/' || p.tg_user_id || '/' || gen_random_uuid() || '.jpg' as photo_path,
           (p.n / 10 + k) % 20 = 0 and not o.is_open as is_failed, o.is_open, o.is_open and p.n % 50 = 0 as is_queued,
           case when o.is_open then now() - interval '5 minutes' * random()
             else p.joined_at + interval '1 minute' + (now() - interval '1 hour' - p.joined_at) * (k - 0.5) / p.jobs end as created_at,
           (sum(((p.n / 10 + k) % 20 = 0 and not o.is_open)::integer) over (partition by p.n order by k))::integer as failed_so_far
      from filling_people p
      cross join lateral generate_series(1, p.jobs) k
      cross join lateral (select p.n % 10 = 0 and p.n > $1 * 0.98 as is_open) o`;

const USERS = `
  insert into users (id, tg_user_id, username, first_name, language, credits, consented_at, blocked_at, created_at, updated_at)
    select p.id, p.tg_user_id, 'person_' || p.n, 'Anna', case when p.n % 4 = 0 then 'en' else 'ru' end,
           3 + 5 * p.purchases - p.jobs + j.failed, p.joined_at, case when p.n % 25 = 0 then now() - interval '40 days' end,
           p.joined_at, p.joined_at
      from filling_people p
      join (select n, count(*) filter (where is_failed)::integer as failed from filling_jobs group by n) j using (n)
     order by p.n`;

/** What is not over yet stays so for longer than the bench takes, so that the crons find their everyday work. */
const JOB_ROWS = `
  insert into jobs (id, user_id, order_id, position, idempotency_key, template_type, photo_path, prompt_input, options, credits, status,
      step, prompt, prompt_source, model, deadline_at, wake_at, wake_number, generation_attempts, delivery_attempts, result_url,
      video_file_id, video_message_id, failure_reason, error_class, created_at, started_at, finished_at, updated_at)
    select id, user_id, order_id, 1, 'draft-' || order_id, 'ugc', photo_path, 'A red mug of stoneware, 350 ml, for tea and coffee',
           '{"kind": "neurocard", "count": 1}', 1,
           case when is_queued then 'queued' when is_open then 'processing' when is_failed then 'failed' else 'completed' end,
           case when is_queued then 'prompt' when is_open or is_failed then 'generate' else 'deliver' end,
           case when not is_queued then repeat('A woman holds the mug up to the light and smiles. ', 8) end,
           case when not is_queued then 'openai' end, case when not is_queued then 'kling-2.6-image-to-video' end,
           case when is_open then now() + interval '3 hours' else created_at + interval '15 minutes' end,
           case when is_open then now() + interval '2 hours' end, case when is_queued then 1 else 5 end,
           case when is_queued then 0 else 1 end, case when is_open or is_failed then 0 else 1 end,
           case when not is_open and not is_failed then 'https://files.example/' || id || '.mp4' end,
           case when not is_open and not is_failed then 'file-' || id end, case when not is_open and not is_failed then n * 10 + k end,
           case when is_failed then 'temporary' end, case when is_failed then 'temporary' end, created_at,
           case when not is_queued then created_at + interval '5 seconds' end,
           case when not is_open then created_at + interval '3 minutes' end, created_at + interval '3 minutes'
      from filling_jobs order by created_at`;

/** What those people bought right when they came, in the order of their purchases. */
const PAYMENTS = `
  create unlogged table filling_payments as
    select p.n, i, p.id as user_id, gen_random_uuid() as id, p.joined_at + interval '10 seconds' * i as created_at
      from filling_people p cross join lateral generate_series(1, p.purchases) i`;

const PAYMENT_ROWS = `
  insert into payments (id, user_id, plan_id, provider, provider_payment_id, status, amount_kopecks, currency, credits, created_at,
      completed_at, ended_at, found_by, updated_at)
    select id, user_id, 'starter', 'yookassa', 'yk-' || id, 'completed', 19900, 'RUB', 5, created_at, created_at + interval '5 seconds',
           created_at + interval '5 seconds', 'notification', created_at from filling_payments order by created_at`;

/** The rows of each person one after the other: welcome, a bonus, purchases, then each charge and its refund. */
const HISTORY = `
  insert into credits_history (user_id, operation_type, amount, balance_after, job_id, payment_id, cause, created_at)
    select user_id, type, amount, balance_after, job_id, payment_id, cause, at from (
      select id as user_id, 'signup' as type, 2 as amount, 2 as balance_after, null::uuid as job_id, null::uuid as payment_id,
             null as cause, joined_at as at, 0 as place from filling_people
      union all select id, 'bonus', 1, 3, null, null, 'bonus-' || n, joined_at + interval '5 seconds', 0 from filling_people
      union all select user_id, 'purchase', 5, 3 + 5 * i, null, id, null, created_at + interval '5 seconds', 0 from filling_payments
      union all select user_id, 'usage', -1, (3 + 5 * purchases - k + failed_so_far - is_failed::integer)::integer, id, null, null,
                       created_at, 0 from filling_jobs
      union all select user_id, 'refund', 1, (3 + 5 * purchases - k + failed_so_far)::integer, id, null, null, created_at, 1
                  from filling_jobs where is_failed) h
     order by at, place`;

const KIE_TASKS = `
  insert into kie_tasks (job_id, attempt, model, key_fingerprint, state, task_id, callback_expected, credits_consumed, error_class,
      error_code, deadline_at, created_at, finished_at)
    select id, 1, 'kling-2.6-image-to-video', 'a1b2c3d4', case when is_open then 'running' when is_failed then 'failed' else 'succeeded' end,
           'task-' || id, true, case when not is_open then 55 end, case when is_failed then 'temporary' end,
           case when is_failed then '500' end, created_at + interval '10 minutes', created_at + interval '5 seconds',
           case when not is_open then created_at + interval '2 minutes' end
      from filling_jobs where not is_queued order by created_at`;

/** What is kept for so many days is there for so many days. */
const KEPT = [
  `insert into job_events (job_id, at, event, details)
     select id, created_at + interval '20 seconds' * place, event, case when place = 1 then '{}' else '{"report": "step"}'::jsonb end
       from filling_jobs cross join unnest(array['queued', 'create', 'start_task', 'generate', 'deliver', 'complete'])
         with ordinality as e (event, place)
      where created_at > now() - interval '180 days' and place <= case when is_queued then 1 when is_open or is_failed then 4 else 6 end
      order by created_at, place`,
  `insert into kie_callbacks (kie_task_id, claimed_task_id, received_at)
     select id, task_id, finished_at from kie_tasks where finished_at > now() - interval '30 days'`,
  `insert into notices (user_id, kind, cause, payload, created_at, next_attempt_at, attempts, sent_at, message_id)
     select user_id, kind, cause, case when at > now() - interval '90 days' then '{"kind": "told"}'::jsonb else '{}' end, at, at, 1,
            at + interval '1 second', 7 from (
       select user_id, 'job_failed' as kind, 'job-failed-' || id as cause, created_at as at from filling_jobs where is_failed
       union all select user_id, 'payment_completed', 'payment-' || id, created_at from filling_payments) told
      order by at`,
  `insert into progress_messages (order_id, user_id, chat_id, message_id, shown, edited_at, closed_at)
     select j.order_id, j.user_id, p.tg_user_id, 5, '{"lines": []}', j.created_at, case when not j.is_open then j.created_at end
       from filling_jobs j join filling_people p using (n) where j.created_at > now() - interval '30 days' and not j.is_open`,
  `insert into payment_notifications (provider, event, object_id, body, received_at, check_at, handled_at, outcome)
     select 'yookassa', 'payment.succeeded', 'yk-' || id, '{"event": "payment.succeeded"}', created_at, null, created_at, 'granted'
       from filling_payments where created_at > now() - interval '30 days'`,
  `insert into stored_photos (path, stored_at, remove_at) select photo_path, created_at, created_at + interval '30 days'
     from filling_jobs where created_at > now() - interval '30 days'`,
  `insert into photo_looks (photo_path, state, flagged, people, brand, attempts, asked_at, looked_at)
     select photo_path, 'looked', false, false, false, 1, created_at, created_at
       from filling_jobs where created_at > now() - interval '7 days'`,
  `insert into bot_sessions (chat_id, done, updated_at)
     select tg_user_id, array(select generate_series(n * 64, n * 64 + 20)), now() - interval '89 days' * random() from filling_people`,
];

/** What the scheduler does once a day has been done today: the audit is a figure of its own. */
const OF_TODAY = [
  `insert into audits (slot, finished_at, rows_checked, drift) select floor(extract(epoch from now()) * 1000 / 86400000) + day, now(), 1, 0
     from generate_series(0, 1) day`,
];

/** Statements that fill an empty database, one after the other; those with a `$1` are given how many people there are. */
export const FILLING: readonly string[] = [
  PEOPLE,
  JOBS,
  PAYMENTS,
  'analyze filling_people, filling_jobs, filling_payments',
  USERS,
  JOB_ROWS,
  PAYMENT_ROWS,
  HISTORY,
  KIE_TASKS,
  ...KEPT,
  'drop table filling_people, filling_jobs, filling_payments',
  ...OF_TODAY,
];
