import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REFUSALS } from '../../src/modules/admin/index.js';
import type {
  ActionAnswer,
  OperatorActionRow,
  Overview,
  Page,
  PaymentRow,
  PaymentView,
  PersonView,
  Supply,
} from '../../src/modules/console/protocol.js';
import { REFUND_REFUSALS } from '../../src/modules/payments/index.js';
import { PaymentsFigures } from '../../src/modules/payments/payments.figures.js';
import { Figures, Metrics } from '../../src/platform/index.js';
import { REFUSAL_WORDS } from '../../web/console/actions/outcomes.rules.js';
import { createAuditedWorld, type AuditedWorld } from '../credits/audited-world.js';
import { createTestDatabase } from '../support/database.js';
import { ConsoleWorld } from './console-world.js';

let world: ConsoleWorld;
let filled: AuditedWorld;

beforeAll(async () => {
  const db = await createTestDatabase();
  filled = await createAuditedWorld(db);
  world = await ConsoleWorld.start(db);
  await world.logIn('Olga');
});
afterAll(() => world.stop());

const act = (wish: object, headers: Record<string, string> = {}) =>
  world.post<ActionAnswer>('actions', { key: randomUUID(), reason: 'A customer asked', ...wish }, headers);

const actions = async (query = '') =>
  (await world.get<Page<OperatorActionRow>>(`operator-actions${query}`)).body.rows;

const balance = async () => (await world.get<PersonView>(`people/${filled.user.id}`)).body.credits;

describe('a payment that was paid otherwise than it was sold', () => {
  const unsettled = async () => {
    const metrics = new Metrics();
    const figures = new Figures(world.db.dataSource, metrics);
    figures.onModuleInit();
    new PaymentsFigures(figures).onModuleInit();
    const lines = (await metrics.expose()).split('\n');
    const read = (labels: string) => Number(lines.find((line) => line.includes(labels))?.split(' ')[1]);
    return {
      parked: read('neurocards_payments_unsettled{provider="yookassa",state="parked"}'),
      oldestS: read('neurocards_payments_unsettled_oldest_seconds{provider="yookassa"}'),
    };
  };
  const concerns = async () => {
    const { body } = await world.get<Overview>('overview');
    return body.concerns.map(({ title }) => title).filter((title) => title.includes('paid otherwise'));
  };
  const listed = async () => (await world.get<Page<PaymentRow>>('payments?only=parked')).body.rows.length;

  it('needs a person until somebody says that it is settled, with a reason, once', async () => {
    const subject = filled.payments.pending;
    expect((await act({ action: 'payment_settled', subject })).body).toMatchObject({ outcome: 'not_parked' });
    await world.db.query(
      `update payments set parked_reason = 'kopecks 100 instead of 19900', created_at = now() - interval '1 day' where id = $1`,
      [subject],
    );
    expect(await concerns()).toEqual(['1 payment paid otherwise than sold']);
    expect([await listed(), await unsettled()]).toEqual([1, { parked: 1, oldestS: 0 }]);

    const wish = { action: 'payment_settled', subject, reason: 'Given back in the cabinet' };
    expect((await act(wish)).body).toMatchObject({ outcome: 'done', repeated: false });
    expect((await act(wish)).body).toMatchObject({ outcome: 'unchanged' });
    expect(await concerns()).toEqual([]);
    expect([await listed(), await unsettled()]).toEqual([0, { parked: 0, oldestS: 0 }]);
    expect((await world.get<PaymentView>(`payments/${subject}`)).body.settledByHandAt).not.toBeNull();
    expect(await actions(`?kind=payment&subject=${subject}`)).toMatchObject([
      { outcome: 'unchanged' },
      { outcome: 'done', reason: wish.reason, operator: 'console:Olga' },
      { outcome: 'not_parked' },
    ]);
    // Whoever has their money back gets no credits for it, whatever the provider is heard to say.
    const complete = `select complete_payment(p.id, u.tg_user_id, p.credits) from payments p join users u on u.id = p.user_id where p.id = $1`;
    await expect(world.db.query(complete, [subject])).rejects.toThrow('payments_by_hand_only_if_parked');
  });

  it('is no cause to ring for what nobody asks about, nor for what the Python system has left', async () => {
    const insert = `insert into payments (user_id, plan_id, provider, amount_kopecks, currency, credits, superseded_at, created_at, check_at)
      values ($1, $2, 'yookassa', 19900, 'RUB', 5, now(), now() - interval '1 day', $3) returning id`;
    await world.db.query(
      `insert into pricing_plans (id, name_ru, name_en, credits, price_kopecks, price_stars, position, active)
       values ('legacy', 'Прежняя система', 'The former system', 1, 1, 1, 1000, false) on conflict (id) do nothing`,
    );
    const add = (planId: string, checkAt: Date | null) =>
      world.db.query(insert, [filled.user.id, planId, checkAt]);
    await add('starter', null);
    await add('legacy', new Date());
    expect((await unsettled()).oldestS).toBe(0);
    await add('starter', new Date());
    expect((await unsettled()).oldestS).toBeGreaterThan(80_000);
  });
});

describe('an action of the console', () => {
  it('happens once for one wish, and says who wanted it and why', async () => {
    const before = await balance();
    const wish = { action: 'credits_granted', subject: filled.user.id, credits: 3, key: randomUUID() };
    const answers = await Promise.all([act(wish), act(wish), act(wish)]);
    expect(answers.map(({ status, body }) => [status, body.outcome])).toEqual(Array(3).fill([200, 'done']));
    expect(answers.filter(({ body }) => !body.repeated)).toHaveLength(1);
    expect(await balance()).toBe(before + 3);
    expect(await actions(`?kind=user&subject=${filled.user.id}`)).toEqual([
      expect.objectContaining({
        operator: 'console:Olga',
        action: 'credits_granted',
        reason: 'A customer asked',
        outcome: 'done',
        details: { credits: 3, newCredits: before + 3 },
      }),
    ]);
  });

  it('fails a job and gives its credit back; what is over stays so', async () => {
    const before = await balance();
    const wish = { action: 'job_failed', subject: filled.jobs.queued };
    expect((await act(wish)).body).toMatchObject({ outcome: 'done' });
    expect(await balance()).toBe(before + 1);
    expect((await act(wish)).body).toMatchObject({ outcome: 'over' });
    expect(await balance()).toBe(before + 1);
    expect((await actions('?action=job_failed')).map(({ outcome }) => outcome)).toEqual(['over', 'done']);
  });

  it('turns switches, sets keys and models aside, bans, and asks for refunds', async () => {
    const supply = async () => (await world.get<Supply>('supply')).body;
    const key = (await supply()).keys[0]?.fingerprint ?? '';
    for (const wish of [
      { action: 'switch_on', subject: 'orders_stopped' },
      { action: 'kie_key_set_aside', subject: key },
      { action: 'model_set_aside', subject: 'wan/2-7-image-to-video' },
      { action: 'user_banned', subject: filled.user.id },
      { action: 'payment_refunded', subject: filled.payments.completed, amount: 100 },
    ]) {
      expect((await act(wish)).body, wish.action).toMatchObject({ outcome: 'done', repeated: false });
    }
    const { keys, models, switches } = await supply();
    expect(keys[0]?.offSince).not.toBeNull();
    expect(models.find(({ id }) => id === 'wan/2-7-image-to-video')?.offSince).not.toBeNull();
    expect(switches.find(({ name }) => name === 'orders_stopped')?.onSince).not.toBeNull();
    const refund = await act({
      action: 'payment_refunded',
      subject: filled.payments.completed,
      amount: 9_900,
    });
    expect(refund.body).toMatchObject({ outcome: 'exceeds_payment', details: { left: 9_850 } });
    // As the page shows it: without what is on its way.
    const { body } = await world.get<PaymentView>(`payments/${filled.payments.completed}`);
    expect(body).toMatchObject({ amount: 19_900, refunded: 9_950, left: 9_850 });
  });

  it.each<[string, object]>([
    ['without a reason', { action: 'user_banned', reason: '  a ' }],
    ['with a novel for a reason', { action: 'user_banned', reason: 'a'.repeat(501) }],
    ['with a reason that PostgreSQL cannot keep', { action: 'user_banned', reason: 'abc\u0000def' }],
    ['about a model of no possible name', { action: 'model_set_aside', subject: 'a\u0000' }],
    ['without a key', { action: 'user_banned', key: undefined }],
    ['that nobody knows', { action: 'drop_tables' }],
    ['about no id', { action: 'job_failed', subject: 'all of them' }],
    ['of a negative grant', { action: 'credits_granted', credits: -1 }],
    ['of a grant beyond the limit', { action: 'credits_granted', credits: 501 }],
    ['of half a credit', { action: 'credits_granted', credits: 0.5 }],
    ['of a refund of nothing', { action: 'payment_refunded', amount: 0 }],
    ['of a refund beyond all sums', { action: 'payment_refunded', amount: 2 ** 31 }],
    ['about a switch that is none', { action: 'switch_on', subject: 'model_off:x' }],
    ['in somebody else’s name', { action: 'user_banned', operator: 'console:Ivan' }],
  ])('%s is refused', async (_name, change) => {
    const before = (await actions()).length;
    const answer = await act({ subject: filled.user.id, ...change });
    expect(answer.status).toBe(400);
    expect((await actions()).length).toBe(before);
  });

  it.each<[string, Record<string, string>, number]>([
    ['of another page', { origin: 'https://evil.example' }, 403],
    ['of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['without our header', { 'x-neurocards-console': '' }, 403],
    ['of nobody', { cookie: '' }, 401],
    ['with a made-up session', { cookie: `neurocards-console=${'a'.repeat(43)}` }, 401],
  ])('%s is refused, and nothing is done', async (_name, headers, status) => {
    const before = await balance();
    const answer = await act({ action: 'credits_granted', subject: filled.user.id, credits: 1 }, headers);
    expect(answer.status).toBe(status);
    expect(await balance()).toBe(before);
  });

  it('knows every no of the database', async () => {
    const [row] = await world.db.query<{ prosrc: string }>(
      `select prosrc from pg_proc where proname = 'request_refund'`,
    );
    const said = [...(row?.prosrc ?? '').matchAll(/then '(\w+)'/g)].map(([, error]) => error);
    expect(said.sort()).toEqual([...REFUND_REFUSALS].sort());
    expect(REFUSALS).toEqual(expect.arrayContaining(said));
  });

  it('is explained in words whenever it changes nothing', () => {
    expect(Object.keys(REFUSAL_WORDS).sort()).toEqual([...REFUSALS].sort());
  });
});
