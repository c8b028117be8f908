import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NoticesService } from '../../src/modules/notifications/index.js';
import { NoticesFigures } from '../../src/modules/notifications/notices.figures.js';
import { Figures, Metrics } from '../../src/platform/index.js';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';
import { PaymentsWorld } from './payments-world.js';

const OPERATOR = 4_900_000_002;
const TOLD_MAX = 7;
let world: PaymentsWorld;
beforeAll(async () => {
  world = await PaymentsWorld.start({
    env: { ADMIN_IDS: String(OPERATOR), OPERATOR_NOTICES_PER_HOUR_MAX: String(TOLD_MAX) },
  });
  world.test.world.telegram.addPerson({ id: OPERATOR, firstName: 'Olga', languageCode: 'ru' });
  await joinBot(world.test.world.telegram, OPERATOR);
});
afterAll(() => world.stop());

/** As if the process ended where the notice is written: nothing of that kind can be. */
async function whileNoneCanBeWritten(kind: string, work: () => Promise<void>): Promise<void> {
  await world.query(`alter table notices add constraint none check (kind <> '${kind}') not valid`);
  await work().finally(() => world.query('alter table notices drop constraint none'));
}

const toldOf = (cause: string) => world.query('select 1 from notices where cause like $1', [`${cause}-%`]);

it('a payment is not parked without operators being told: nobody would look at it again', async () => {
  const buyer = await world.aBuyer();
  const { paymentId } = await world.open(buyer);
  const providerId = await world.providerId(paymentId);
  world.yooKassa.nextNotification({ drop: true, when: { includes: providerId } });
  world.yooKassa.pay(providerId);
  await world.query('update payments set amount_kopecks = 19800 where id = $1', [paymentId]);
  await whileNoneCanBeWritten('payment_parked', async () => {
    await world.payments.check(buyer.id, paymentId).catch(() => undefined);
    expect(await world.row(paymentId)).toMatchObject({ parked_reason: null });
  });
  await world.payments.check(buyer.id, paymentId);
  expect(await world.row(paymentId)).toMatchObject({ parked_reason: 'kopecks 19900 instead of 19800' });
  expect(await toldOf(`payment-parked-${paymentId}`)).toHaveLength(1);
});

it('a refund does not end in vain without operators being told', async () => {
  const buyer = await world.aBuyer();
  const { paymentId } = await world.open(buyer);
  world.yooKassa.pay(await world.providerId(paymentId));
  await world.until(paymentId, 'completed');
  world.yooKassa.failNext('createRefund', { kind: 'http', status: 403, code: 'forbidden', times: 2 });
  // Past the service, so that nobody but the test looks at it.
  await world.query('select request_refund($1)', [paymentId]);
  const find = () =>
    world.query<{ id: string; status: string }>(
      'select id, status from payment_refunds where payment_id = $1',
      [paymentId],
    );
  const [refund] = await find();
  await whileNoneCanBeWritten('refund_failed', async () => {
    await world.look('refund', refund?.id ?? '').catch(() => undefined);
    expect(await find()).toMatchObject([{ status: 'pending' }]);
  });
  await world.look('refund', refund?.id ?? '');
  expect(await find()).toMatchObject([{ status: 'failed' }]);
  expect(await toldOf(`refund-failed-${refund?.id}`)).toHaveLength(1);
});

it('a refund whose outcome stays unknown until its key is too old is told, and not asked for again', async () => {
  const buyer = await world.aBuyer();
  const { paymentId } = await world.open(buyer);
  world.yooKassa.pay(await world.providerId(paymentId));
  await world.until(paymentId, 'completed');
  await world.query('select request_refund($1)', [paymentId]);
  await world.query(
    `update payment_refunds set created_at = created_at - $2 * interval '1 ms' where payment_id = $1`,
    [paymentId, world.test.env.PAYMENT_KEY_LIFE_MS],
  );
  const [refund] = await world.query<{ id: string }>('select id from payment_refunds where payment_id = $1', [
    paymentId,
  ]);
  await world.look('refund', refund?.id ?? '');
  await world.look('refund', refund?.id ?? '');
  expect(await toldOf(`refund-unknown-${refund?.id}`)).toHaveLength(1);
  expect(await world.query('select status from payment_refunds where id = $1', [refund?.id])).toEqual([
    { status: 'pending' },
  ]);
});

it('Stars for an invoice that nobody knows any more are told: they are given back by hand only', async () => {
  const payload = randomUUID();
  const chargeId = `charge-${payload}`;
  const body = { payer: 4_900_000_003, currency: 'XTR', totalAmount: 150, payload, chargeId };
  await world.stars.keep({ event: 'payment.succeeded', chargeId, body });
  await waitFor(async () => (await toldOf(`stars-unknown-${chargeId}`)).length === 1, { what: 'the notice' });
});

/** How the outbox stands. */
async function figures(): Promise<string[]> {
  const metrics = new Metrics();
  new NoticesFigures(new Figures(world.test.database.dataSource, metrics)).onModuleInit();
  return (await metrics.expose()).split('\n').filter((line) => /^neurocards_notices(_oldest|{)/.test(line));
}

it('F-79 an operator is not told more in an hour than they read, and is told how much was held back', async () => {
  await world.query('delete from notices');
  const notices = world.test.app.get(NoticesService, { strict: false });
  const { manager } = world.test.database.dataSource;
  const tell = async (number: number) => {
    const payload = { kind: 'payment_parked', paymentId: `payment-${number}`, reason: 'a flood' } as const;
    const ids = await notices.writeToOperators(manager, { cause: `flood-${number}`, payload });
    for (const id of ids) await notices.wake(id);
  };
  for (let number = 0; number < TOLD_MAX + 5; number++) await tell(number);
  const counted = (what: string) =>
    world.query(`select 1 from notices where cause like 'flood-%' and ${what}`).then((rows) => rows.length);
  await waitFor(async () => (await counted('sent_at is null and dropped_at is null')) === 0, {
    what: 'the end of the flood',
  });
  expect(await counted('sent_at is not null')).toBe(TOLD_MAX);
  const [summary] = await world.query<{ id: string; is_later: boolean; payload: unknown }>(
    `select id, next_attempt_at > now() as is_later, payload from notices where kind = 'alerts_held'`,
  );
  expect(summary).toMatchObject({
    is_later: true,
    payload: { kind: 'alerts_held', counts: { payment_parked: 5 } },
  });
  // Held back early in the hour: nothing waits, and nothing was given up.
  await world.query(
    `update notices set created_at = now() - interval '40 minutes', next_attempt_at = now() + interval '1 minute'
      where id = $1`,
    [summary?.id],
  );
  expect(await figures()).toEqual([
    'neurocards_notices{state="open"} 0',
    'neurocards_notices{state="parked"} 0',
    'neurocards_notices{state="dropped"} 0',
    'neurocards_notices_oldest_open_seconds 0',
  ]);
  const counts = { people: 3, sent: 3, blocked: 0, failed: 0, unknown: 0, skipped: 0 };
  const report = await notices.writeToOperators(manager, {
    cause: 'broadcast-over',
    payload: { kind: 'broadcast_over', ...counts, stopped: null },
  });
  for (const id of report) await notices.wake(id);
  await world.query('update notices set next_attempt_at = now() where id = $1', [summary?.id]);
  await notices.wake(summary?.id ?? '', 1);
  const { telegram } = world.test.world;
  const told = (words: string) => telegram.chat(OPERATOR).some(({ text }) => text.includes(words));
  await waitFor(() => told('оплата не зачтена: 5'), { what: 'the summary' });
  await waitFor(() => told('Рассылка завершена'), { what: 'what an operator had asked for' });
});
