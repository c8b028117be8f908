import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type Logger } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Figures,
  HistoryRow,
  JobRow,
  JobView,
  Overview,
  Page,
  PaymentRow,
  PaymentView,
  PersonRow,
  PersonView,
  Supply,
} from '../../src/modules/console/protocol.js';
import { writeCursor } from '../../src/modules/console/search.rules.js';
import { createAuditedWorld, type AuditedWorld } from '../credits/audited-world.js';
import { aUser, order } from '../credits/fixtures.js';
import { createTestDatabase } from '../support/database.js';
import { ConsoleWorld, PASSWORD } from './console-world.js';

const KIE_KEY = 'a-secret-key-of-kie';
const PHOTO = Buffer.from('the bytes of a photo');
/** What grows with the business: nobody may read all of it. */
const LARGE = /^(jobs|job_events|kie_tasks|users|payments|credits_history|notices)$/;

let world: ConsoleWorld;
let filled: AuditedWorld;
let storage: string;

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'neurocards-test-console-'));
  const db = await createTestDatabase();
  filled = await createAuditedWorld(db);
  world = await ConsoleWorld.start(db, {
    STORAGE_BASE_PATH: storage,
    KIE_API_KEY: KIE_KEY,
    KIE_CREDIT_PRICE_KOPECKS: '45.5',
  });
  await enrich();
  await world.logIn();
});
afterAll(async () => {
  await world.stop();
  await rm(storage, { recursive: true });
});

/** Gives the rows of the audited world a past, and answers of providers that hold what must not be shown. */
async function enrich(): Promise<void> {
  const { completed, failed } = filled.jobs;
  const photo = `inputs/${filled.user.tgUserId}/0198c0de-0000-4000-8000-000000000000.jpg`;
  await mkdir(join(storage, 'inputs', String(filled.user.tgUserId)), { recursive: true });
  await writeFile(join(storage, photo), PHOTO);
  await world.db.query(
    `update users set username = 'Mug_Seller', first_name = 'Анна', last_name = 'Котова' where id = $1`,
    [filled.user.id],
  );
  await world.db.query('update jobs set photo_path = $2, model = $3 where id = $1', [
    completed,
    photo,
    'veo3_fast',
  ]);
  // Of a photo that is not kept any more.
  await world.db.query('update jobs set photo_path = $2 where id = $1', [
    failed,
    photo.replace(/0000/, '1111'),
  ]);
  await world.db.query(`update jobs set created_at = finished_at - interval '4 minutes' where id = $1`, [
    completed,
  ]);
  await world.db.query(
    `update kie_tasks set task_id = 'kie-task-77', credits_consumed = 60, finished_at = now(), model = 'veo3_fast'
      where job_id = $1 and state = 'succeeded'`,
    [completed],
  );
  await world.db.query('update kie_tasks set error_details = $2 where job_id = $1', [
    failed,
    { param: `{"callBackUrl":"https://bot.example/webhooks/kie/${failed}"}`, apiKey: KIE_KEY, msg: 'busy' },
  ]);
  await world.db.query(`insert into job_events (job_id, event, details) values ($1, 'fail', $2)`, [
    failed,
    { report: 'task_failed', token: 'a-secret-token' },
  ]);
  await world.db.query(
    `insert into notices (user_id, kind, cause, payload, dropped_at, last_error)
     values ($1, 'job_failed', $2, $3, now(), 'chat not found')`,
    [filled.user.id, `job-failed-${failed}`, { jobId: failed }],
  );
}

const idsOf = ({ rows }: Page<{ id: string }>): string[] => rows.map(({ id }) => id);

/** The ids of a list; `query` as in an address. */
async function list(what: string, query: Record<string, string> = {}): Promise<string[]> {
  const { status, body } = await world.get<Page<{ id: string }>>(
    `${what}?${new URLSearchParams(query).toString()}`,
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return idsOf(body);
}

async function read<T>(path: string): Promise<T> {
  const { status, body } = await world.get<T>(path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

describe('jobs in the console', () => {
  it('are found by their id and its beginning, a task, and their person in every way', async () => {
    const { completed, failed, queued } = filled.jobs;
    const all = [completed, failed, queued].sort();
    expect(await list('jobs', { text: completed })).toEqual([completed]);
    expect(await list('jobs', { text: completed.slice(0, 8) })).toContain(completed);
    expect(await list('jobs', { text: 'kie-task-77' })).toEqual([completed]);
    for (const text of [
      String(filled.user.tgUserId),
      '@mug_sel',
      'MUG_SELLER',
      'анна',
      'Котова',
      'Анна Котова',
      'котова ан',
    ]) {
      expect((await list('jobs', { text })).sort(), text).toEqual(all);
    }
    for (const text of ['nobody', 'Анна Иванова']) expect(await list('jobs', { text })).toEqual([]);
    expect(await list('jobs', { status: 'failed' })).toEqual([failed]);
    expect(await list('jobs', { reason: 'temporary', text: 'anna' })).toEqual([]);
    expect(await list('jobs', { reason: 'temporary' })).toEqual([failed]);
    expect(await list('jobs', { step: 'prompt', status: 'queued' })).toEqual([queued]);
    expect(await list('jobs', { model: 'veo3_fast' })).toEqual([completed]);
    expect(await list('jobs', { to: '2020-01-01' })).toEqual([]);
    expect((await list('jobs', { from: '2020-01-01' })).sort()).toEqual(all);
  });

  it('come in pages, none twice and none left out', async () => {
    const other = await aUser(world.db, { credits: 130 });
    for (const part of [1, 2, 3]) await order(world.db, other, { key: `many-${part}`, count: 40 });
    await world.db.query(`update jobs set created_at = now() where user_id = $1`, [other.id]);
    const seen: string[] = [];
    let after: string | null = '';
    let pages = 0;
    while (after !== null && pages++ < 10) {
      const query = new URLSearchParams({ text: String(other.tgUserId), after });
      const page: Page<JobRow> = await read(`jobs?${query.toString()}`);
      seen.push(...idsOf(page));
      after = page.next;
    }
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(120);
    expect((await world.get('jobs?after=nonsense')).status).toBe(400);
  });

  it('show what happened, and nothing that opens anything', async () => {
    const { completed, failed } = filled.jobs;
    const job = await read<JobView>(`jobs/${completed}`);
    expect(job).toMatchObject({
      status: 'completed',
      kieCredits: 60,
      hasPhoto: true,
      person: { name: 'Анна Котова', tgUserId: String(filled.user.tgUserId) },
      tasks: [
        { attempt: 1, state: 'failed' },
        { attempt: 2, taskId: 'kie-task-77' },
      ],
      history: [{ operation: 'usage', amount: -1 }],
    });
    expect(job.siblings).toHaveLength(2);
    const other = await read<JobView>(`jobs/${failed}`);
    expect(other).toMatchObject({
      failureReason: 'temporary',
      events: [{ event: 'queued' }, { event: 'fail', details: { report: 'task_failed', token: '…' } }],
      notices: [{ kind: 'job_failed', lastError: 'chat not found' }],
      history: [{ operation: 'usage' }, { operation: 'refund', amount: 1 }],
    });
    expect(JSON.stringify(other.tasks)).toContain('busy');
  });

  it('show their photo to whoever is logged in', async () => {
    const { app } = world;
    const url = `/console/api/jobs/${filled.jobs.completed}/photo`;
    const photo = await app.inject({ url, headers: { cookie: world.token } });
    expect(photo.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'no-store' });
    expect(photo.rawPayload).toEqual(PHOTO);
    expect((await app.inject({ url })).statusCode).toBe(401);
    for (const id of [filled.jobs.failed, '0198c0de-0000-4000-8000-000000000000']) {
      const gone = await world.get<{ message: string }>(`jobs/${id}/photo`);
      expect(gone).toMatchObject({ status: 404 });
    }
  });
});

describe('people and payments in the console', () => {
  it('are found, with everything that is theirs', async () => {
    const { user, payments } = filled;
    const [found] = (await read<Page<PersonRow>>(`people?text=@mug_seller`)).rows;
    expect(found).toMatchObject({ id: user.id, name: 'Анна Котова', language: 'ru' });
    const person = await read<PersonView>(`people/${user.id}`);
    expect(person).toMatchObject({ jobsTotal: 3, jobsFailed: 1, jobsInFlight: 1, paidKopecks: 9_950 });
    const history = await read<Page<HistoryRow>>(`people/${user.id}/history`);
    expect(history.rows[0]).toMatchObject({ operation: 'payment_refund', balanceAfter: person.credits });
    expect((await list(`people/${user.id}/jobs`)).sort()).toEqual(Object.values(filled.jobs).sort());
    expect((await list(`people/${user.id}/payments`)).sort()).toEqual(Object.values(payments).sort());
    await world.db.query('update users set banned_at = now() where id = $1', [user.id]);
    expect(await list('people', { only: 'banned' })).toEqual([user.id]);
    await world.db.query('update users set banned_at = null where id = $1', [user.id]);
  });

  it('are all found by a name, or it is said that they are too many', async () => {
    const insert = (from: number, to: number) =>
      world.db.query(
        `insert into users (tg_user_id, first_name, credits) select 900000000 + n, 'Мария', 0 from generate_series($1::int, $2::int) n`,
        [from, to],
      );
    await insert(1, 100);
    const text = encodeURIComponent('мария');
    const first = await read<Page<PersonRow>>(`people?text=${text}`);
    const second = await read<Page<PersonRow>>(`people?text=${text}&after=${first.next}`);
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(100);
    await insert(101, 101);
    for (const what of ['people', 'jobs', 'payments']) {
      const { status, body } = await world.get(`${what}?text=${text}`);
      expect({ status, body }, what).toMatchObject({
        status: 400,
        body: { message: 'More than 100 people fit this search: narrow it.' },
      });
    }
    await world.db.query('delete from users where tg_user_id between 900000001 and 900000101');
  });

  it('show a payment with its refunds and what the provider told, but for what it told about the payer', async () => {
    const payment = await read<PaymentView>(`payments/${filled.payments.completed}`);
    expect(payment).toMatchObject({
      status: 'completed',
      amount: 19_900,
      refunded: 9_950,
      refunds: [{ providerRefundId: 'refund-1', status: 'succeeded' }],
      notifications: [{ event: 'refund.succeeded', outcome: 'refunded' }],
      history: [{ operation: 'purchase', amount: 5 }, { operation: 'payment_refund' }],
    });
    const { completed, pending } = filled.payments;
    expect(await list('payments', { text: payment.providerPaymentId ?? '' })).toEqual([completed]);
    expect(await list('payments', { text: 'refund-1' })).toEqual([completed]);
    expect(await list('payments', { status: 'pending' })).toEqual([pending]);
    expect(await list('payments', { only: 'refunded' })).toEqual([completed]);
    const rows = await read<Page<PaymentRow>>(`payments?text=${filled.user.tgUserId}&from=2020-01-01`);
    expect(rows.rows).toHaveLength(2);
  });
});

describe('a question that makes no sense', () => {
  const UUID = '0198c0de-0000-4000-8000-000000000000';
  const AT = '2026-11-22 16:46:16.123456+00';
  const cursor = (id: string, at = AT) => writeCursor({ at, id });

  it.each([
    ['operator-actions?after=9999999999999999999'],
    ['operator-actions?operator=a%00'],
    ['jobs?text=a%00b'],
    ['people?text=a%00'],
    ['payments?text=%00'],
    ['jobs?from=0000-01-01'],
    ['payments?to=0000-01-01'],
    [`people?after=${cursor('12')}`],
    [`people/${UUID}/history?after=${cursor(UUID)}`],
    [`people/${UUID}/history?after=${cursor('9999999999999999999')}`],
    [`jobs?after=${cursor(UUID, '2026-99-22 16:46:16.123456+00')}`],
    [`jobs?after=${cursor(UUID, '2026-02-30 16:46:16.123456+00')}`],
  ])('%s is refused with a sentence', async (path) => {
    const { status, body } = await world.get<{ message: string }>(path);
    expect(status).toBe(400);
    expect(body.message).not.toBe('Bad Request');
  });
});

describe('the state of the system in the console', () => {
  it('says that all is well but for what is not', async () => {
    const titlesOf = async () => (await read<Overview>('overview')).concerns.map(({ title }) => title);
    expect(await titlesOf()).toEqual(['1 notice given up in the last 24 hours']);
    const [key] = (await read<Supply>('supply')).keys;
    await world.db.query(
      `insert into kie_balances (fingerprint, credits, read_at, low_since, ask_at) values ($1, 12, now(), now(), now())`,
      [key?.fingerprint],
    );
    await world.db.query(
      `insert into breakers (name, reason, open_until) values
         ('kie-model:veo3_fast', 'Model is paused', now() + interval '1 hour'),
         ('prompts:openai', 'insufficient_quota', now() + interval '1 hour'),
         ('prompts:openai_fallback', 'over', now() + interval '1 ms')`,
    );
    await world.db.query(
      // As the safety net leaves it, which has woken it again and again.
      `update jobs set wake_at = now(), overdue_since = now() - interval '5 minutes', deadline_at = now() - interval '2 minutes' where id = $1`,
      [filled.jobs.queued],
    );
    const { concerns, waiting } = await read<Overview>('overview');
    expect(concerns.map(({ severity, title }) => `${severity}: ${title}`)).toEqual([
      `act: The balance of key ${key?.fingerprint} is low`,
      'act: Nobody does the step “prompt”',
      'act: 1 job past the deadline',
      'watch: Veo 3.1 Fast is set aside; others take its orders',
      'watch: prompts:openai is left alone',
      'watch: 1 notice given up in the last 24 hours',
    ]);
    expect(waiting[0]).toMatchObject({ step: 'prompt' });
    expect(waiting[0]?.overdueS).toBeGreaterThan(290);
  });

  it.each<[RegExp, string, () => string, string?]>([
    [
      /Nobody does the step/,
      `update jobs set wake_at = now() - interval '5 minutes' where id = $1`,
      () => filled.jobs.queued,
    ],
    [
      /past the deadline/,
      `update jobs set deadline_at = now() - interval '2 minutes' where id = $1`,
      () => filled.jobs.queued,
    ],
    [
      /refund failed/,
      `insert into payment_refunds (payment_id, charge_id, amount, origin, status, failure_reason, ended_at, check_at)
       values ($1, 'charge-of-failed', 100, 'operator', 'failed', 'no money', now(), null)`,
      () => filled.payments.completed,
    ],
    [
      /refund waiting/,
      `insert into payment_refunds (payment_id, charge_id, amount, origin, created_at)
       values ($1, 'charge-of-late', 100, 'operator', now() - interval '2 days')`,
      () => filled.payments.pending,
    ],
    [/owed/, 'update payments set credits_owed = 1 where id = $1', () => filled.payments.completed],
    [
      /notice late/,
      `insert into notices (user_id, kind, cause, payload, next_attempt_at)
       select id, 'job_failed', 'late', '{}', now() - interval '6 minutes' from users where id = $1`,
      () => filled.user.id,
      'late-notices',
    ],
    [/given up/, 'select $1::uuid', () => filled.user.id, 'dropped-notices'],
  ])('links %s to a list that holds what was counted', async (title, sql, idOf, path) => {
    const id = idOf();
    await world.db.query(sql, [id]);
    const { concerns } = await read<Overview>('overview');
    const link = concerns.find((one) => title.test(one.title))?.link;
    const { rows } = await read<{ rows: { id: string; person: { id: string } }[] }>(
      path ?? link?.replace('#/', '') ?? 'nothing',
    );
    if (path) expect(link).toBe('#/checks');
    expect(rows.map((row) => (path ? row.person.id : row.id))).toContain(id);
  });

  it('tells of differences until a later comparison is finished, and of checks that never were', async () => {
    const titlesOf = async () =>
      (await read<Overview>('overview')).concerns
        .map(({ title }) => title)
        .filter((title) => /audit|reconciled|differ/.test(title));
    const report = (slot: number, finished: string | null, differences: number, lastError: string | null) =>
      world.db.query(
        `insert into payment_reconciliations (provider, slot, from_at, to_at, started_at, claimed_at, finished_at, differences_total, last_error)
         values ('yookassa', $1::int, now() - interval '1 day', now(), now() + $1::int * interval '1 s', now(), now() - $2::interval, $3, $4)`,
        [slot, finished, differences, lastError],
      );
    await report(1, '27 hours', 2, null);
    await report(2, null, 0, 'HTTP 401');
    const { concerns } = await read<Overview>('overview');
    expect(concerns).toContainEqual(
      expect.objectContaining({ title: '2 differences between YooKassa and our payments', severity: 'act' }),
    );
    expect(concerns).toContainEqual(
      expect.objectContaining({ title: 'YooKassa was not reconciled for 27 h', detail: 'HTTP 401' }),
    );
    await report(3, '1 minute', 0, null);
    expect(await titlesOf()).toEqual([]);
    await world.db.query('delete from payment_reconciliations');
    await world.db.query(`update users set created_at = created_at - interval '27 hours' where id = $1`, [
      filled.user.id,
    ]);
    expect(await titlesOf()).toEqual(['Nothing was ever audited', 'YooKassa was never reconciled']);
    await world.db.query(
      `update payments set provider = 'telegram_stars', currency = 'XTR', amount_stars = 100, amount_kopecks = null where id = $1`,
      [filled.payments.pending],
    );
    expect(await titlesOf()).toContain('Telegram Stars was never reconciled');
  });

  it('counts today, with what came, went back, was earned and spent', async () => {
    const { totals, buckets, ...figures } = await read<Figures>('figures?period=today');
    expect(totals).toMatchObject({ completed: 1, failed: 1, cancelled: 0, payments: 1 });
    expect(totals).toMatchObject({ receivedKopecks: 9_950, refundedKopecks: 9_950, kieCredits: 60 });
    // As the view has it: seven credits were given and kept, for half of 199 roubles.
    const [view] = await world.db.query(
      'select sum(kopecks_earned)::int as kopecks from job_costs where status = $1',
      ['completed'],
    );
    expect({ kopecks: totals.earnedKopecks }).toEqual(view);
    expect(totals.earnedKopecks).toBe(Math.round(9_950 / 7));
    expect(totals.p50S).toBeCloseTo(240);
    expect(buckets.reduce((sum, { completed }) => sum + completed, 0)).toBe(1);
    expect(figures).toMatchObject({
      bucket: 'hour',
      reasons: [{ reason: 'temporary', count: 1 }],
      models: [{ model: 'veo3_fast', completed: 1, kieCredits: 60 }],
      kieCreditPriceKopecks: 45.5,
    });
    expect((await read<Figures>('figures?period=week')).buckets).toHaveLength(7);
    const month = await read<Figures>('figures?period=month');
    expect(month.buckets).toHaveLength(30);
    expect(month.totals).toMatchObject({ completed: 1, receivedKopecks: 9_950 });
    expect((await world.get('figures?period=year')).status).toBe(400);
  });

  it('are read once for all who ask at the same moment', async () => {
    const { FiguresReader } = await import('../../src/modules/console/figures.reader.js');
    const figures = world.app.get(FiguresReader, { strict: false });
    const statements = await recordStatements(async () => {
      const [first, ...others] = await Promise.all([1, 2, 3].map(() => figures.read('week')));
      expect(others).toEqual([first, first]);
    });
    expect(statements.filter(({ query }) => query.includes('percentile_cont(0.99)'))).toHaveLength(2);
  });

  it('lists what was compared and what was given up', async () => {
    expect(await read('reconciliations')).toEqual({ rows: [] });
    expect(await read('dropped-notices')).toMatchObject({
      rows: [{ kind: 'job_failed', person: { id: filled.user.id } }],
    });
  });
});

describe('whatever the console reads', () => {
  const paths = () => [
    ...[
      'overview',
      'figures?period=month',
      'supply',
      'reconciliations',
      'late-notices',
      'dropped-notices',
      'operator-actions',
    ],
    ...['jobs?text=mug_seller', 'jobs?status=failed', 'jobs?reason=temporary&from=2020-01-01', 'jobs'],
    ...['people', 'people?text=mug', 'people?text=Анна', 'people?only=banned', 'people?only=blocked'],
    ...['payments', 'payments?only=parked', 'payments?only=refunded', 'payments?text=refund-1'],
    ...[
      'payments?only=refund_failed',
      'payments?only=refund_late',
      'jobs?only=overdue',
      'jobs?only=open&step=create',
      'jobs?only=waiting&step=create',
    ],
    ...[filled.jobs.completed, filled.jobs.failed].map((id) => `jobs/${id}`),
    ...['', '/history', '/jobs', '/payments'].map((part) => `people/${filled.user.id}${part}`),
    `payments/${filled.payments.completed}`,
  ];

  it('holds no secret', async () => {
    for (const path of paths()) {
      const text = JSON.stringify(await read(path));
      for (const secret of [KIE_KEY, PASSWORD, 'a-secret-token', world.token.split('=')[1] ?? '-']) {
        expect(text.includes(secret), `${path} holds ${secret}`).toBe(false);
      }
      expect(text, path).not.toMatch(/webhooks\/kie\/[0-9a-f]{8}-/);
    }
  });

  it('is found by an index', async () => {
    const statements = await recordStatements(async () => {
      for (const path of paths()) await read(path);
    });
    expect(statements.length).toBeGreaterThan(40);
    const plain: string[] = [];
    await world.db.dataSource.transaction(async (manager) => {
      await manager.query('set local enable_seqscan = off');
      // As of many rows, for among a handful one index is as good as another.
      await manager.query(
        `update pg_class set reltuples = 1000000, relpages = 1 where relkind = 'r' and relname ~ $1`,
        [LARGE.source],
      );
      for (const { query, parameters } of statements) {
        const [explained] = await manager.query<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>(
          `explain (format json) ${query}`,
          parameters,
        );
        const [{ Plan: plan }] = explained['QUERY PLAN'];
        const read = [...nodesOf(plan)].filter((node) => LARGE.test(node['Relation Name'] ?? ''));
        plain.push(
          ...read
            .filter(walksAll)
            .map(
              (node) =>
                `${node['Node Type']} of ${node['Relation Name']} (${node['Index Name']}) by ${node['Filter']}: ${query}`,
            ),
        );
      }
    });
    expect(plain).toEqual([]);
  });

  it('can change nothing, and does not take long', async () => {
    const { ReadOnly } = await import('../../src/modules/console/read-only.js');
    const readOnly = world.app.get(ReadOnly, { strict: false });
    const change = readOnly.run((manager) => manager.query('update users set credits = 100'));
    await expect(change).rejects.toThrow(/read-only transaction/);
    const limits = await readOnly.run((manager) => manager.query<object[]>('show statement_timeout'));
    expect(limits).toEqual([{ statement_timeout: '5s' }]);
  });
});

/** Walked on purpose: indexes of a handful of rows (parked payments, jobs that are not over), and jobs by their age until a page is full. */
const WALKED = /^(payments_parked|jobs_by_age|jobs_deadline)$/;

/** As much of a plan as is looked at. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Filter?: string;
  Plans?: PlanNode[];
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

/** Reads every row of a table, or of an index of it, to keep some. */
function walksAll(node: PlanNode): boolean {
  if (node['Node Type'] === 'Seq Scan') return true;
  if (WALKED.test(node['Index Name'] ?? '')) return false;
  return /^Index/.test(node['Node Type']) && node.Filter !== undefined && node['Index Cond'] === undefined;
}

/** What the application asks the database meanwhile. */
async function recordStatements(work: () => Promise<void>) {
  const dataSource = world.app.get(DataSource);
  const before = dataSource.logger;
  const statements: { query: string; parameters: unknown[] | undefined }[] = [];
  const nothing = (): void => undefined;
  dataSource.logger = {
    ...{ logQueryError: nothing, logQuerySlow: nothing, logSchemaBuild: nothing },
    ...{ logMigration: nothing, log: nothing },
    logQuery: (query: string, parameters?: unknown[]) => {
      if (/^\s*(\(?select|with)\b/i.test(query)) statements.push({ query, parameters });
    },
  } satisfies Logger;
  await work();
  dataSource.logger = before;
  return statements;
}
