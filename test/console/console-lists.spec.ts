import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  HistoryRow,
  JobRow,
  JobView,
  Page,
  PaymentRow,
  PaymentView,
  PersonRow,
  PersonView,
} from '../../src/modules/console/protocol.js';
import { writeCursor } from '../../src/modules/console/search.rules.js';
import type { AuditedWorld } from '../credits/audited-world.js';
import { aUser, order } from '../credits/fixtures.js';
import { idsOf, type ConsoleWorld } from './console-world.js';
import { PHOTO, startFilledConsole, type FilledConsole } from './filled-console.js';

let started: FilledConsole;
let world: ConsoleWorld;
let filled: AuditedWorld;

beforeAll(async () => {
  started = await startFilledConsole();
  ({ world, filled } = started);
});
afterAll(() => started.stop());

describe('jobs in the console', () => {
  it('are found by their id and its beginning, a task, and their person in every way', async () => {
    const { completed, failed, queued } = filled.jobs;
    const all = [completed, failed, queued].sort();
    expect(await world.list('jobs', { text: completed })).toEqual([completed]);
    expect(await world.list('jobs', { text: completed.slice(0, 8) })).toContain(completed);
    expect(await world.list('jobs', { text: 'kie-task-77' })).toEqual([completed]);
    for (const text of [
      String(filled.user.tgUserId),
      '@mug_sel',
      'MUG_SELLER',
      'анна',
      'Котова',
      'Анна Котова',
      'котова ан',
    ]) {
      expect((await world.list('jobs', { text })).sort(), text).toEqual(all);
    }
    for (const text of ['nobody', 'Анна Иванова']) expect(await world.list('jobs', { text })).toEqual([]);
    expect(await world.list('jobs', { status: 'failed' })).toEqual([failed]);
    expect(await world.list('jobs', { reason: 'temporary', text: 'anna' })).toEqual([]);
    expect(await world.list('jobs', { reason: 'temporary' })).toEqual([failed]);
    expect(await world.list('jobs', { step: 'prompt', status: 'queued' })).toEqual([queued]);
    expect(await world.list('jobs', { model: 'veo3_fast' })).toEqual([completed]);
    expect(await world.list('jobs', { to: '2020-01-01' })).toEqual([]);
    expect((await world.list('jobs', { from: '2020-01-01' })).sort()).toEqual(all);
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
      const page: Page<JobRow> = await world.read(`jobs?${query.toString()}`);
      seen.push(...idsOf(page));
      after = page.next;
    }
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(120);
    expect((await world.get('jobs?after=nonsense')).status).toBe(400);
  });

  it('show what happened, and nothing that opens anything', async () => {
    const { completed, failed } = filled.jobs;
    const job = await world.read<JobView>(`jobs/${completed}`);
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
    const other = await world.read<JobView>(`jobs/${failed}`);
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
    const [found] = (await world.read<Page<PersonRow>>(`people?text=@mug_seller`)).rows;
    expect(found).toMatchObject({ id: user.id, name: 'Анна Котова', language: 'ru' });
    const person = await world.read<PersonView>(`people/${user.id}`);
    expect(person).toMatchObject({ jobsTotal: 3, jobsFailed: 1, jobsInFlight: 1, paidKopecks: 9_950 });
    const history = await world.read<Page<HistoryRow>>(`people/${user.id}/history`);
    expect(history.rows[0]).toMatchObject({ operation: 'payment_refund', balanceAfter: person.credits });
    expect((await world.list(`people/${user.id}/jobs`)).sort()).toEqual(Object.values(filled.jobs).sort());
    expect((await world.list(`people/${user.id}/payments`)).sort()).toEqual(Object.values(payments).sort());
    await world.db.query('update users set banned_at = now() where id = $1', [user.id]);
    expect(await world.list('people', { only: 'banned' })).toEqual([user.id]);
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
    const first = await world.read<Page<PersonRow>>(`people?text=${text}`);
    const second = await world.read<Page<PersonRow>>(`people?text=${text}&after=${first.next}`);
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
    const payment = await world.read<PaymentView>(`payments/${filled.payments.completed}`);
    expect(payment).toMatchObject({
      status: 'completed',
      amount: 19_900,
      refunded: 9_950,
      refunds: [{ providerRefundId: 'refund-1', status: 'succeeded' }],
      notifications: [{ event: 'refund.succeeded', outcome: 'refunded' }],
      history: [{ operation: 'purchase', amount: 5 }, { operation: 'payment_refund' }],
    });
    const { completed, pending } = filled.payments;
    expect(await world.list('payments', { text: payment.providerPaymentId ?? '' })).toEqual([completed]);
    expect(await world.list('payments', { text: 'refund-1' })).toEqual([completed]);
    expect(await world.list('payments', { status: 'pending' })).toEqual([pending]);
    expect(await world.list('payments', { only: 'refunded' })).toEqual([completed]);
    const rows = await world.read<Page<PaymentRow>>(`payments?text=${filled.user.tgUserId}&from=2020-01-01`);
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
