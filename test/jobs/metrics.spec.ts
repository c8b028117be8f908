import { readFileSync } from 'node:fs';
import { SchedulerRegistry } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { CreditsAudit } from '../../src/modules/credits/index.js';
import { ChecksReader } from '../../src/modules/console/checks.reader.js';
import { OverviewReader } from '../../src/modules/console/overview.reader.js';
import { AuditCron } from '../../src/modules/payments/audit/audit.cron.js';
import { AuditFigures } from '../../src/modules/payments/audit/audit.figures.js';
import { AuditsRepository } from '../../src/modules/payments/audit/audits.repository.js';
import { PaymentNotices } from '../../src/modules/payments/payment-notices.js';
import { ReconciliationReportsRepository } from '../../src/modules/payments/reconciliation/reconciliation-reports.repository.js';
import { UsersService } from '../../src/modules/users/index.js';
import { Env, listDefinitions, Metrics, type Figure, type Figures } from '../../src/platform/index.js';
import { corrupt } from '../credits/audited-world.js';
import { waitFor } from '../support/wait-for.js';
import { JobsWorld } from './jobs-world.js';

const OPERATOR = 4_900_000_003;
/** What other specs of the same process define. */
const OF_TESTS = /^neurocards_(test|spec)_/;

let world: JobsWorld;

beforeAll(async () => {
  world = await JobsWorld.start({
    roles: 'bot,worker,scheduler,console',
    env: { ADMIN_IDS: String(OPERATOR), JOB_CRON_INTERVAL_MS: '3600000' },
  });
  await world.get(UsersService).register({ tgUserId: OPERATOR, firstName: 'Olga' });
});
afterAll(() => world.stop());

/** A series and its value: `neurocards_users{state="blocked"}` → 0. */
async function scrape(): Promise<Map<string, number>> {
  const answer = await fetch(`${world.test.url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** One process's cron; each stands for a process of its own. */
function auditCron(): AuditCron {
  return new AuditCron(
    world.get(DataSource),
    new AuditsRepository(),
    world.get(CreditsAudit),
    world.get(PaymentNotices),
    new SchedulerRegistry(),
    world.get(Env as never),
  );
}

const audits = () =>
  world.query<{ attempt: number; drift: number | null; findings: unknown[]; finished_at: Date | null }>(
    'select attempt, drift, findings, finished_at from audits order by id',
  );

describe('the audit of the night', () => {
  it('is made once by all processes, and told to nobody where nothing differs', async () => {
    await Promise.all([auditCron().tick(), auditCron().tick()]);
    await auditCron().tick();
    expect(await audits()).toMatchObject([{ attempt: 1, drift: 0, findings: [] }]);
    expect(await world.query(`select 1 from notices where kind = 'audit_drift'`)).toEqual([]);
  });

  it('tells operators of drift once, and keeps what it found', async () => {
    const { user } = await world.customer();
    const damage = (credits: number) =>
      corrupt(world.test.database, (em) =>
        em.query('update users set credits = credits + $2 where id = $1', [user.id, credits]),
      );
    await world.query('delete from audits');
    await damage(1);
    await Promise.all([auditCron().tick(), auditCron().tick()]);
    await damage(-1);
    const [audit] = await audits();
    expect(audit?.drift).toBeGreaterThan(0);
    expect(JSON.stringify(audit?.findings)).toContain(user.id);
    const told = await world.query<{ payload: unknown }>(
      `select payload from notices where kind = 'audit_drift'`,
    );
    expect(told).toMatchObject([{ payload: { kind: 'audit_drift', count: audit?.drift } }]);
  });

  it('is made again an hour after a process died with it', async () => {
    await world.query('update audits set finished_at = null, drift = null, rows_checked = null');
    await auditCron().tick();
    expect(await audits()).toMatchObject([{ attempt: 1, finished_at: null }]);
    await world.query(`update audits set started_at = now() - interval '61 minutes'`);
    await auditCron().tick();
    expect(await audits()).toMatchObject([{ attempt: 2, drift: 0 }]);
  });

  it('ends before its next statement where the process stops, and says so', async () => {
    await world.query('delete from audits');
    const cron = auditCron();
    cron.onModuleDestroy();
    await cron.tick();
    expect(await world.query('select finished_at, last_error from audits')).toEqual([
      { finished_at: null, last_error: 'The process stops' },
    ]);
    await world.query(`update audits set started_at = now() - interval '61 minutes'`);
    await auditCron().tick();
  });
});

describe('the newest audit and the newest reconciliation', () => {
  // Slots of a shorter interval have larger numbers.
  const OLD_SLOT = 9_000_000_000;

  beforeAll(async () => {
    await world.query(
      `insert into audits (slot, started_at, finished_at, rows_checked, drift)
       select slot, at, at, 1, drift from (values ($1::bigint, now() - interval '3 days', 7), (2, now(), 0)) as a (slot, at, drift)`,
      [OLD_SLOT],
    );
    await world.query(
      `insert into payment_reconciliations (provider, slot, from_at, to_at, started_at, claimed_at, finished_at, differences_total, next_offset)
       select 'yookassa', slot, at - interval '1 day', at, at, at, at, differences, slot % 10
         from (values ($1::bigint, now() - interval '3 days', 7), (2, now(), 0)) as r (slot, at, differences)`,
      [OLD_SLOT],
    );
  });
  afterAll(async () => {
    await world.query('delete from audits where slot in ($1, 2)', [OLD_SLOT]);
    await world.query('delete from payment_reconciliations where slot in ($1, 2)', [OLD_SLOT]);
  });

  it('are shown by /metrics though the interval was changed', async () => {
    const known: Figure[] = [];
    new AuditFigures({
      register: (figure: Figure) => known.push(figure),
    } as unknown as Figures).onModuleInit();
    const samples = (await known[0]?.read(world.get(DataSource).manager)) ?? [];
    const valueOf = (name: string) => samples.find(({ gauge }) => gauge.name === name)?.value;
    expect(valueOf('neurocards_audit_drift')).toBe(0);
    expect(valueOf('neurocards_audit_age_seconds')).toBeLessThan(60);
    expect(valueOf('neurocards_reconciliation_differences')).toBe(0);
    expect(valueOf('neurocards_reconciliation_age_seconds')).toBeLessThan(60);
  });

  it('are shown by the console, and gone on from, too', async () => {
    const { concerns } = await world.get(OverviewReader).read();
    expect(concerns.filter(({ title }) => /audit|YooKassa/.test(title))).toEqual([]);
    expect((await world.get(ChecksReader).listAudits())[0]).toMatchObject({ drift: 0 });
    const { manager } = world.get(DataSource);
    expect(await new ReconciliationReportsRepository().findNextOffset(manager, 'yookassa')).toBe(2);
  });
});

describe('/metrics', () => {
  it('tells of a video what its steps took and by whom it was made', async () => {
    const person = DemoPerson.add(world.telegram, 'Анна', 'ru');
    await person.join();
    await person.fillOrder();
    await person.tap('1:confirm');
    await waitFor(() => person.videos().length === 1, { timeoutMs: 20_000, what: 'the video' });
    await waitFor(
      async () =>
        [...(await scrape())].some(
          ([name, value]) =>
            name.startsWith('neurocards_jobs_ended_total{outcome="completed"') && value === 1,
        ),
      { what: 'the count of its end' },
    );
    const series = await scrape();
    const count = (name: string) => series.get(name);
    for (const step of ['prompt', 'create', 'generate', 'deliver'])
      expect(count(`neurocards_job_step_duration_seconds_count{step="${step}",outcome="done"}`), step).toBe(
        1,
      );
    expect(count('neurocards_jobs_started_total')).toBe(1);
    expect(count('neurocards_job_duration_seconds_count{outcome="completed"}')).toBe(1);
    expect(count('neurocards_prompts_total{source="openai"}')).toBe(1);
    expect(
      count('neurocards_openai_tokens_total{question="prompt",provider="openai",direction="out"}'),
    ).toBeGreaterThan(0);
    expect(count('neurocards_kie_call_duration_seconds_count{operation="create_task",code="200"}')).toBe(1);
    expect(count('neurocards_telegram_calls_total{method="sendVideo",outcome="done"}')).toBe(1);
    expect(
      count('neurocards_telegram_update_duration_seconds_count{kind="callback_query",outcome="done"}'),
    ).toBeGreaterThan(0);
    expect(count('neurocards_telegram_update_failures_total')).toBe(0);
    expect(
      count(
        'neurocards_http_request_duration_seconds_count{method="POST",route="/telegram/webhook",status="200"}',
      ),
    ).toBeGreaterThan(0);
    expect(count('neurocards_queue_handler_duration_seconds_count{queue="create-task",outcome="done"}')).toBe(
      1,
    );
    expect(count('neurocards_ready{check="database"}')).toBe(1);
    for (const role of world.test.env.ROLES) {
      expect(count(`neurocards_process_role{role="${role}"}`), role).toBe(1);
    }
    expect(count('neurocards_database_connections_max{pool="application"}')).toBe(10);
  });

  it('shows what the database says, all of it read', async () => {
    const series = await scrape();
    const up = [...series].filter(([name]) => name.startsWith('neurocards_figures_up{'));
    expect(up.map(([name]) => /"(\w+)"/.exec(name)?.[1]).sort()).toEqual(
      [
        'audit',
        'credits',
        'jobs',
        'jobs_ended',
        'kie',
        'notices',
        'payments',
        'photo_storage',
        'photos',
        'users',
      ].sort(),
    );
    expect(up.every(([, value]) => value === 1)).toBe(true);
    expect(series.get('neurocards_audit_drift')).toBe(0);
    expect(series.get('neurocards_jobs_oldest_age_seconds{step="create"}')).toBe(0);
    expect(series.get('neurocards_kie_creation_slots')).toBe(18);
    expect(series.get('neurocards_users{state="blocked"}')).toBe(0);
  });

  it('names no person, no job and no secret', async () => {
    const text = await (await fetch(`${world.test.url}/metrics`)).text();
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/);
    expect(text).not.toContain(String(OPERATOR));
    for (const key of world.test.env.KIE_API_KEYS) expect(text).not.toContain(key);
  });

  it('has the names of the table in docs/operations.md, and no others', () => {
    const docs = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const documented = [...docs.matchAll(/^\| `(neurocards_\w+)`/gm)].map(([, name]) => name);
    const exposed = listDefinitions().map(({ name }) => name);
    expect(documented.sort()).toEqual(exposed.filter((name) => !OF_TESTS.test(name)).sort());
  });

  it('takes no longer than a request may', async () => {
    const timesMs: number[] = [];
    for (let scrapes = 0; scrapes < 5; scrapes++) {
      const startedMs = performance.now();
      await world.get(Metrics).expose();
      timesMs.push(performance.now() - startedMs);
    }
    expect(Math.min(...timesMs)).toBeLessThan(100);
  });
});
