-- The tables of the Python system as its last version had them, without the constraints that earlier versions lacked: the tests fill
-- them with what was really found in such databases.
create table users (
  id         uuid primary key default gen_random_uuid(),
  tg_user_id bigint,
  username   text,
  first_name text,
  last_name  text,
  credits    numeric default 0,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

create table jobs (
  id                text primary key,
  tg_user_id        bigint,
  product_name      text,
  product_image_url text,
  product_text      text,
  extra_wishes      text,
  idempotency_key   text,
  prompt            text,
  kie_task_id       text,
  status            text default 'queued',
  video_url         text,
  video_file_id     text,
  error             text,
  error_details     json,
  attempts          integer default 0,
  credits_deducted  integer default 1,
  created_at        timestamp default timezone('utc', now()),
  started_at        timestamp,
  finished_at       timestamp,
  updated_at        timestamp default timezone('utc', now())
);

create table credits_history (
  tg_user_id     bigint,
  amount         double precision,
  operation_type text,
  job_id         text,
  description    text,
  metadata       json,
  created_at     timestamptz default now()
);

create table pricing_plans (
  id             uuid primary key default gen_random_uuid(),
  name           text not null,
  name_ru        text,
  credits_amount integer,
  price_rub      numeric(10, 2),
  bonus_credits  integer default 0,
  is_active      boolean default true
);

create table payments (
  id                uuid primary key default gen_random_uuid(),
  tg_user_id        bigint,
  plan_id           uuid,
  amount_rub        numeric(10, 2),
  currency          text default 'RUB',
  credits_purchased integer,
  status            text default 'pending',
  payment_provider  text,
  payment_id        text,
  payment_url       text,
  metadata          jsonb,
  error_message     text,
  created_at        timestamptz default now(),
  completed_at      timestamptz,
  refunded_at       timestamptz
);
