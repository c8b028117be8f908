import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admitAnalyticsReader } from '../../src/commands/analytics-reader.js';
import { CommandError } from '../../src/commands/command-line.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const PASSWORD = "a 'quoted' password of the tests".replaceAll(' ', '_');
/** Of the whole cluster, which other runs may share. */
const role = `neurocards_test_analytics_${randomBytes(4).toString('hex')}`;

let db: TestDatabase;
let owner: pg.Client;
let reader: pg.Client;

beforeAll(async () => {
  db = await createTestDatabase();
  owner = await connected(db.url);
  await fillWithOneOfEach();
  await admitAnalyticsReader(owner, { role, password: PASSWORD, timeZone: 'Asia/Tokyo' });
  const url = new URL(db.url);
  [url.username, url.password] = [role, encodeURIComponent(PASSWORD)];
  reader = await connected(url.href);
});

afterAll(async () => {
  await reader?.end();
  await owner.query(`drop owned by ${role}; drop role ${role}`);
  await owner.end();
  await db.drop();
});

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** A person who ordered twice at half past eleven at night in London, was charged for both, and has paid once. */
async function fillWithOneOfEach(): Promise<void> {
  await owner.query(`
    insert into users (id, tg_user_id, first_name, consented_at, created_at)
    values ('00000000-0000-4000-8000-000000000001', 777, 'Anna', '2026-11-02T10:00Z', '2026-11-02T10:00Z');
    insert into jobs (id, user_id, order_id, position, idempotency_key, template_type, prompt_input, credits, status, failure_reason,
                      deadline_at, created_at, finished_at, model)
    values ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', gen_random_uuid(), 1, 'one', 'ugc', 'Anna''s mug', 1,
            'completed', null, now(), '2026-11-10T23:30Z', '2026-11-10T23:32:30Z', 'some-model'),
           ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', gen_random_uuid(), 1, 'two', 'ugc', 'Anna''s mug', 1,
            'failed', 'temporary', now(), '2026-11-10T23:30Z', '2026-11-10T23:31Z', 'some-model');
    insert into payments (user_id, plan_id, provider, provider_payment_id, status, amount_kopecks, currency, credits, completed_at)
    values ('00000000-0000-4000-8000-000000000001', 'starter', 'yookassa', 'a-payment', 'completed', 19900, 'RUB', 5, '2026-11-10T12:00Z');
  `);
}

describe('the schema analytics', () => {
  it('has nothing of a person: of the tables its views take these columns only', async () => {
    const taken = await db.query<{ name: string }>(
      `select distinct table_name || '.' || column_name as name from information_schema.view_column_usage
        where view_schema = 'analytics' order by 1`,
    );
    const byTable: Record<string, string[]> = {};
    for (const { name } of taken) {
      const [table = '', column = ''] = name.split('.');
      (byTable[table] ??= []).push(column);
    }
    expect(byTable).toEqual({
      credits_history: ['amount', 'created_at', 'operation_type'],
      job_costs: [
        ...[
          'created_at',
          'credits_earned',
          'kie_credits',
          'kie_credits_possible',
          'kie_tasks',
          'kopecks_earned',
        ],
        ...[
          'model',
          'photo_tokens_in',
          'photo_tokens_out',
          'prompt_tokens_in',
          'prompt_tokens_out',
          'stars_earned',
        ],
      ],
      jobs: [
        ...[
          'created_at',
          'credits',
          'delivery_attempts',
          'failure_reason',
          'finished_at',
          'generation_attempts',
          'id',
        ],
        // By whose they are people are counted; nobody's id is shown.
        ...['kind', 'model', 'order_id', 'prompt_source', 'started_at', 'status', 'template_type', 'user_id'],
      ],
      payments: [
        ...[
          'amount_kopecks',
          'amount_stars',
          'completed_at',
          'credits',
          'plan_id',
          'provider',
          'refunded_kopecks',
        ],
        ...['status', 'user_id'],
      ],
      users: ['blocked_at', 'consented_at', 'created_at', 'id', 'language'],
    });
    const shown = await db.query<{ column_name: string }>(
      `select column_name from information_schema.columns where table_schema = 'analytics' and column_name ~ 'user|person'`,
    );
    expect(shown).toEqual([]);
  });

  it('is what its role may read, by the day of its own time zone', async () => {
    const { rows } = await reader.query(
      'select day::text, status, failure_reason, jobs, orders, credits from daily_jobs order by status',
    );
    expect(rows).toEqual([
      { day: '2026-11-11', status: 'completed', failure_reason: null, jobs: '1', orders: '1', credits: '1' },
      {
        day: '2026-11-11',
        status: 'failed',
        failure_reason: 'temporary',
        jobs: '1',
        orders: '1',
        credits: '1',
      },
    ]);
    const first = async (sql: string) => (await reader.query<Record<string, unknown>>(sql)).rows[0];
    expect(await first('select p50_seconds, videos from daily_time_to_video')).toEqual({
      p50_seconds: '150.0',
      videos: '1',
    });
    expect(await first('select kopecks, stars, payments from daily_revenue')).toEqual({
      kopecks: '19900',
      stars: '0',
      payments: '1',
    });
    expect(await first('select people, agreed, ordered, paid from daily_people')).toEqual({
      people: '1',
      agreed: '1',
      ordered: '1',
      paid: '1',
    });
    expect(await first('select weeks_later, people from weekly_retention')).toEqual({
      weeks_later: 1,
      people: '1',
    });
    for (const { name } of await db.query<{ name: string }>(
      `select table_name as name from information_schema.views where table_schema = 'analytics'`,
    )) {
      await reader.query(`select * from ${name}`);
    }
  });

  it.each([
    'select * from public.users',
    'select * from public.job_costs',
    'select * from public.credits_history',
    'select * from bullmq.job',
    'update public.users set credits = 9',
    'create table public.mine (id int)',
    'create table analytics.mine (id int)',
    'create role another',
  ])('is all that its role may do: not %s', async (sql) => {
    await reader.query('begin read write');
    await expect(reader.query(sql)).rejects.toMatchObject({ code: '42501' });
    await reader.query('rollback');
  });

  it('is read in transactions that write nothing', async () => {
    await expect(reader.query('create temporary table mine (id int)')).rejects.toMatchObject({
      code: '25006',
    });
    expect((await reader.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '1min' }]);
  });

  it('is let in as often as one likes, and sees a view that comes later', async () => {
    await admitAnalyticsReader(owner, { role, timeZone: 'Europe/Moscow' });
    await owner.query('create view analytics.later as select 1 as one');
    expect((await reader.query('select one from later')).rows).toEqual([{ one: 1 }]);
  });

  it('is opened by an owner who may not change roles, who gets the words of the rest for an administrator', async () => {
    const [name, plain] = [`${role}_made`, `${role}_owner`];
    await owner.query(`create role ${name} login; create role ${plain} login password 'owner'`);
    const { rows } = await owner.query<{ superuser: string }>('select current_user as superuser');
    await owner.query(`
      alter database ${db.name} owner to ${plain};
      do $$ declare v text; begin
        for v in select format('%I.%I', nspname, relname) from pg_class c join pg_namespace n on n.oid = relnamespace
            where relkind in ('r', 'v') and nspname in ('public', 'analytics') loop
          execute format('alter table %s owner to ${plain}', v);
        end loop;
      end $$;
      alter schema analytics owner to ${plain}; alter schema public owner to ${plain};
    `);
    const url = new URL(db.url);
    [url.username, url.password] = [plain, 'owner'];
    const client = await connected(url.href);
    const left = await admitAnalyticsReader(client, { role: name, timeZone: 'UTC' }).finally(() =>
      client.end(),
    );
    expect(left).toContain(
      `alter role "${name}" in database "${db.name}" set default_transaction_read_only = 'on'`,
    );
    expect(left).toHaveLength(4);
    for (const statement of left) await owner.query(statement);
    const [granted] = await db.query(
      `select has_table_privilege($1, 'analytics.jobs', 'select') as granted`,
      [name],
    );
    expect(granted).toEqual({ granted: true });
    await owner.query(
      `reassign owned by ${plain} to ${rows[0]?.superuser}; drop owned by ${plain}; drop owned by ${name}; drop role ${plain}, ${name}`,
    );
  });

  it('is not opened to a role that may do more, nor to one that is missing and has no password', async () => {
    const powerful = admitAnalyticsReader(owner, {
      role: owner.user ?? '',
      password: PASSWORD,
      timeZone: 'UTC',
    });
    await expect(powerful).rejects.toThrow(CommandError);
    const missing = admitAnalyticsReader(owner, { role: `${role}_none`, timeZone: 'UTC' });
    await expect(missing).rejects.toThrow(/ANALYTICS_PASSWORD/);
    await reader.query('set default_transaction_read_only = off');
    const unprivileged = admitAnalyticsReader(reader, {
      role: `${role}_new`,
      password: PASSWORD,
      timeZone: 'UTC',
    });
    await expect(unprivileged).rejects.toThrow(CommandError);
  });
});
