import { DataSource, type Logger } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Figures, Overview, Supply } from '../../src/modules/console/protocol.js';
import type { AuditedWorld } from '../credits/audited-world.js';
import { PASSWORD, type ConsoleWorld } from './console-world.js';
import { KIE_KEY, startFilledConsole, type FilledConsole } from './filled-console.js';

/** What grows with the business: nobody may read all of it. */
const LARGE = /^(jobs|job_events|kie_tasks|users|payments|credits_history|notices)$/;

let started: FilledConsole;
let world: ConsoleWorld;
let filled: AuditedWorld;

beforeAll(async () => {
  started = await startFilledConsole();
  ({ world, filled } = started);
});
afterAll(() => started.stop());

describe('the state of the system in the console', () => {
  it('says that all is well but for what is not', async () => {
    const titlesOf = async () => (await world.read<Overview>('overview')).concerns.map(({ title }) => title);
    expect(await titlesOf()).toEqual(['1 notice given up in the last 24 hours']);
    const [key] = (await world.read<Supply>('supply')).keys;
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
    const { concerns, waiting } = await world.read<Overview>('overview');
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
    const { concerns } = await world.read<Overview>('overview');
    const link = concerns.find((one) => title.test(one.title))?.link;
    const { rows } = await world.read<{ rows: { id: string; person: { id: string } }[] }>(
      path ?? link?.replace('#/', '') ?? 'nothing',
    );
    if (path) expect(link).toBe('#/checks');
    expect(rows.map((row) => (path ? row.person.id : row.id))).toContain(id);
  });

  it('tells of differences until a later comparison is finished, and of checks that never were', async () => {
    const titlesOf = async () =>
      (await world.read<Overview>('overview')).concerns
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
    const { concerns } = await world.read<Overview>('overview');
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
    const { totals, buckets, ...figures } = await world.read<Figures>('figures?period=today');
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
    expect((await world.read<Figures>('figures?period=week')).buckets).toHaveLength(7);
    const month = await world.read<Figures>('figures?period=month');
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
    expect(await world.read('reconciliations')).toEqual({ rows: [] });
    expect(await world.read('dropped-notices')).toMatchObject({
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
      const text = JSON.stringify(await world.read(path));
      for (const secret of [KIE_KEY, PASSWORD, 'a-secret-token', world.token.split('=')[1] ?? '-']) {
        expect(text.includes(secret), `${path} holds ${secret}`).toBe(false);
      }
      expect(text, path).not.toMatch(/webhooks\/kie\/[0-9a-f]{8}-/);
    }
  });

  it('is found by an index', async () => {
    const statements = await recordStatements(async () => {
      for (const path of paths()) await world.read(path);
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

/** Walked on purpose: indexes of a handful of rows (parked payments, jobs that are not over), and jobs and dropped notices by their age until a page is full. */
const WALKED = /^(payments_parked|jobs_by_age|jobs_deadline|notices_dropped)$/;

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
