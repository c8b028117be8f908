import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CreditsAudit } from '../../src/modules/credits/index.js';
import { auditSnapshot, type AuditReport } from '../../src/modules/credits/light.js';
import type { TestDatabase } from '../support/database.js';
import { createDamageContext, DAMAGES } from './audit-damages.js';
import { createAuditedWorld, type AuditedWorld } from './audited-world.js';
import { aUser, createCreditsDatabase, order } from './fixtures.js';

let db: TestDatabase;
let world: AuditedWorld;

const audit = () => new CreditsAudit(db.dataSource).run();

async function makeWorld(): Promise<void> {
  ({ db } = await createCreditsDatabase());
  world = await createAuditedWorld(db);
}

/** A reconciliation that ended so long ago; null: not yet. */
async function aReport({
  provider = 'yookassa',
  slot,
  finishedAt = '1 hour',
  differences = [],
}: {
  provider?: string;
  slot: number;
  finishedAt?: string | null;
  differences?: object[];
}): Promise<void> {
  await db.query(
    `insert into payment_reconciliations (provider, slot, from_at, to_at, started_at, claimed_at, finished_at, differences)
     values ($1, $2, now() - interval '3 days', now(), now(), now(), now() - $3::interval, $4)`,
    [provider, slot, finishedAt, JSON.stringify(differences)],
  );
}

describe('the audit of a sound database', () => {
  beforeEach(makeWorld);
  afterEach(() => db.drop());

  it('finds nothing and says how many rows each check looked at', async () => {
    const report = await audit();
    expect(report.problems).toEqual([]);
    expect(report.drift).toBe(0);
    const rows = Object.fromEntries(report.checks.map((check) => [check.name, check.rows_checked]));
    expect(rows).toEqual({
      balance_is_sum_of_history: 1,
      balance_is_newest_balance_after: 1,
      balance_not_negative: 1,
      history_is_a_chain: 7,
      history_row_has_its_user: 7,
      welcome_at_most_once: 1,
      legacy_balance_imported_once: 0,
      completed_payment_granted_once: 2,
      history_row_has_its_payment: 2,
      payment_refunds_add_up: 2,
      succeeded_refund_was_taken_back: 1,
      job_ends_by_its_deadline: 1,
      job_charged_once: 3,
      job_refunded_once_if_failed: 3,
      history_row_has_its_job: 4,
      failed_job_has_reason_and_end: 1,
      completed_job_was_delivered: 1,
      one_task_in_flight: 3,
      one_task_succeeded: 3,
      failed_task_has_reason: 2,
      notification_was_handled: 1,
    });
    expect(report.rows_checked).toBe(Object.values(rows).reduce((sum, count) => sum + count, 0));
  });

  it('finds nothing in an empty one', async () => {
    const { db: empty } = await createCreditsDatabase();
    const report = await new CreditsAudit(empty.dataSource).run().finally(() => empty.drop());
    expect(report).toMatchObject({ rows_checked: 0, drift: 0, problems: [], notes: [] });
  });

  it('changes nothing, and is not disturbed by an order that is being charged', async () => {
    const user = await aUser(db, { credits: 5 });
    const orders = Array.from({ length: 5 }, () => order(db, user));
    const reports = await Promise.all([audit(), audit(), audit()]);
    await Promise.all(orders);
    expect(reports.map((report) => report.drift)).toEqual([0, 0, 0]);
  });

  it('gives a notification 25 hours', async () => {
    await db.query(
      `update payment_notifications set handled_at = null, outcome = null, received_at = now() - interval '24 hours'`,
    );
    expect((await audit()).drift).toBe(0);
  });

  it('notes the differences of the newest finished reconciliation, and none of an older one', async () => {
    // Of a shorter interval: its slot is the larger number.
    const old = [{ kind: 'missing_here', subject: 'old', detail: 'gone' }];
    await aReport({ slot: 48, finishedAt: '2 days', differences: old });
    await aReport({ slot: 2, differences: [{ kind: 'not_granted', subject: 'payments 7', detail: 'paid' }] });
    await aReport({ slot: 3, finishedAt: null });
    await aReport({
      provider: 'telegram_stars',
      slot: 1,
      differences: [{ kind: 'a', subject: 's', detail: 'd' }],
    });
    const { notes, drift } = await audit();
    expect(notes.map(({ row, detail }) => `${row} ${detail}`)).toEqual([
      expect.stringMatching(/^payments 7 not_granted: paid \(report \d+ of yookassa\)$/),
      expect.stringMatching(/^s a: d \(report \d+ of telegram_stars\)$/),
    ]);
    expect(drift).toBe(0);
  });

  it('notes a reconciliation that is overdue, where there are payments', async () => {
    const overdue = async () =>
      (await audit()).notes
        .filter((note) => note.check === 'reconciliation_overdue')
        .map((note) => note.detail);
    expect(await overdue()).toEqual([]);
    await db.query(`update payments set created_at = now() - interval '3 days'`);
    expect(await overdue()).toEqual(['the last comparison with YooKassa ended never']);
    await aReport({ slot: 1, finishedAt: '49 hours' });
    expect(await overdue()).toEqual([expect.stringMatching(/^the last .* ended at \d/)]);
    await aReport({ slot: 2, finishedAt: '1 hour' });
    expect(await overdue()).toEqual([]);
  });

  it('takes a parked video as delivered', async () => {
    await db.query('update jobs set video_message_id = null, parked_at = now() where id = $1', [
      world.jobs.completed,
    ]);
    expect((await audit()).drift).toBe(0);
  });

  it('gives a job one minute beyond its deadline', async () => {
    await db.query(`update jobs set deadline_at = now() - interval '50 seconds' where id = $1`, [
      world.jobs.queued,
    ]);
    expect((await audit()).drift).toBe(0);
  });
});

/** Does damage and audits it in one transaction, which is then undone: a database for each damage would take far longer. */
async function auditAfter<T>(
  harm: (broken: TestDatabase) => Promise<T>,
): Promise<{ report: AuditReport; harmed: T }> {
  const runner = db.dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    const query: TestDatabase['query'] = (sql, parameters) => runner.query(sql, parameters);
    const transaction = (work: (manager: typeof runner.manager) => Promise<unknown>) => work(runner.manager);
    const dataSource = { transaction } as unknown as DataSource;
    const harmed = await harm({ ...db, query, dataSource });
    return { harmed, report: await auditSnapshot(query) };
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

describe('the audit fails and names the row', () => {
  beforeAll(makeWorld);
  afterAll(() => db.drop());

  it.each(DAMAGES)('$check: $what', async ({ check, harm, detail }) => {
    const { report, harmed: row } = await auditAfter((broken) => harm(createDamageContext(broken, world)));
    expect(report.drift).toBeGreaterThan(0);
    expect(report.problems).toContainEqual({ check, row, detail: expect.stringMatching(detail) as string });
    const counted = report.checks.map((one) => [one.name, one.problems]);
    const listed = report.checks.map((one) => [
      one.name,
      report.problems.filter((p) => p.check === one.name).length,
    ]);
    expect(counted).toEqual(listed);
  });

  it('for each of its checks', async () => {
    const { checks } = await audit();
    expect([...new Set(DAMAGES.map((one) => one.check))]).toEqual(checks.map((check) => check.name));
  });

  it('lists 100 rows of a check and counts the rest', async () => {
    const { report } = await auditAfter((broken) =>
      broken.query(
        `insert into users (tg_user_id, credits) select 5000000 + n, 1 from generate_series(1, 150) as n`,
      ),
    );
    const check = report.checks.find((one) => one.name === 'balance_is_sum_of_history');
    expect(check?.problems).toBe(150);
    expect(report.problems.filter((one) => one.check === check?.name)).toHaveLength(100);
    expect(report.drift).toBe(300);
  });
});
