import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';
import { PaymentsWorld } from './payments-world.js';

const OPERATOR = 4_900_000_003;
let world: PaymentsWorld;
beforeAll(async () => {
  world = await PaymentsWorld.start({ env: { ADMIN_IDS: String(OPERATOR) } });
  world.test.world.telegram.addPerson({ id: OPERATOR, firstName: 'Olga', languageCode: 'ru' });
  await joinBot(world.test.world.telegram, OPERATOR);
});
afterAll(() => world.stop());

const told = (event: string, id: string) => ({ type: 'notification', event, object: { id } });

/** How the inbox ended with an object. */
async function outcomeOf(objectId: string): Promise<{ outcome: string | null; times: number } | undefined> {
  const [row] = await world.query<{ outcome: string | null; times: number }>(
    'select outcome, times from payment_notifications where object_id = $1',
    [objectId],
  );
  return row;
}

async function handled(objectId: string): Promise<string | null> {
  await waitFor(async () => typeof (await outcomeOf(objectId))?.outcome === 'string', { what: 'an outcome' });
  return (await outcomeOf(objectId))?.outcome ?? null;
}

/** A payment that was opened and paid, and that nobody told us of yet. */
async function paidInSilence() {
  const buyer = await world.aBuyer();
  const { paymentId } = await world.open(buyer);
  const providerId = await world.providerId(paymentId);
  world.yooKassa.nextNotification({ drop: true, when: { includes: providerId } });
  world.yooKassa.pay(providerId);
  return { buyer, paymentId, providerId };
}

describe('a link of the Python system that was paid after the switch', () => {
  const paidLink = async (metadata: Record<string, string>) => {
    const { id } = world.yooKassa.makePayment({ kopecks: 19_900, metadata });
    if (world.yooKassa.payment(id)?.status === 'pending') world.yooKassa.pay(id);
    await world.post(told('payment.succeeded', id));
    return id;
  };
  const toldOf = (id: string) =>
    world.query<{ payload: object }>('select payload from notices where cause like $1', [
      `legacy-link-${id}-%`,
    ]);

  it('is told to operators once: nothing else would give its credits', async () => {
    const id = await paidLink({ user_id: '5100000001', credits: '10' });
    expect(await handled(id)).toBe('foreign');
    await world.post(told('payment.succeeded', id));
    await waitFor(async () => ((await outcomeOf(id))?.times ?? 0) > 1, { what: 'the repeat' });
    const [notice, ...more] = await toldOf(id);
    expect(notice?.payload).toMatchObject({ kind: 'payment_parked', paymentId: id });
    // Whose it is stands in the cabinet: a notice would outlive their erasure.
    expect(JSON.stringify(notice)).not.toContain('5100000001');
    expect(more).toEqual([]);
  });

  it('is left alone when it was credited there, and when it is another program’s', async () => {
    const buyer = await world.aBuyer();
    const known = world.yooKassa.makePayment({
      kopecks: 19_900,
      metadata: { user_id: '5100000001', credits: '10' },
    });
    await world.query(
      `insert into legacy_payments (id, user_id, status, provider_payment_id) values ($1, $2, 'completed', $1)`,
      [known.id, buyer.id],
    );
    if (known.status === 'pending') world.yooKassa.pay(known.id);
    await world.post(told('payment.succeeded', known.id));
    expect(await handled(known.id)).toBe('foreign');
    const other = await paidLink({ order_id: '77' });
    expect(await handled(other)).toBe('foreign');
    expect([await toldOf(known.id), await toldOf(other)]).toEqual([[], []]);
  });
});

describe('who may notify', () => {
  it.each([
    ['an address of nobody', '203.0.113.7'],
    ['F-11 a first hop that the caller wrote itself', '127.0.0.1, 203.0.113.7'],
    ['what is no address', 'unknown'],
    ['YooKassa’s own networks while others are configured', '185.71.76.1'],
  ])('not %s: 403, and nothing is kept', async (_who, from) => {
    const { paymentId, providerId } = await paidInSilence();
    expect(await world.post(told('payment.succeeded', providerId), { from })).toBe(403);
    expect(await outcomeOf(providerId)).toBeUndefined();
    expect(await world.row(paymentId)).toMatchObject({ status: 'pending' });
  });

  it.each([
    ['our own network', '127.0.0.1'],
    ['the same, behind what the caller wrote', '203.0.113.7, 127.0.0.1'],
    ['the same, written as IPv6', '::ffff:127.0.0.1'],
  ])('%s, with no signature, which YooKassa does not make: F-12', async (_who, from) => {
    const { paymentId, providerId } = await paidInSilence();
    expect(await world.post(told('payment.succeeded', providerId), { from })).toBe(200);
    await world.until(paymentId, 'completed');
  });

  it.each([
    ['no JSON', '{"type":', 400],
    ['no notification', '{"type":"payment"}', 400],
    ['no id', JSON.stringify({ type: 'notification', event: 'payment.succeeded', object: {} }), 400],
    ['an id of another shape', JSON.stringify(told('payment.succeeded', '../refunds')), 400],
    ['what is nested deeper than any payment', nested(100), 400],
    ['what is nested deeper than our own stack', nested(20_000), 400],
    [
      'more than a payment ever is',
      JSON.stringify({ ...told('payment.succeeded', 'x'), fill: 'x'.repeat(70_000) }),
      413,
    ],
  ])('nobody with %s', async (_what, raw, status) => {
    expect(await world.post(null, { raw })).toBe(status);
  });
});

describe('a notification that could not be kept', () => {
  it('F-13 F-41 is not answered 200, so that it comes again', async () => {
    const { providerId } = await paidInSilence();
    await world.query('alter table payment_notifications rename to payment_notifications_away');
    try {
      expect(await world.post(told('payment.succeeded', providerId))).toBeGreaterThanOrEqual(500);
    } finally {
      await world.query('alter table payment_notifications_away rename to payment_notifications');
    }
    expect(await world.post(told('payment.succeeded', providerId))).toBe(200);
  });
});
function nested(levels: number): string {
  const news = JSON.stringify({ ...told('payment.succeeded', 'x'), more: 0 });
  return news.replace('"more":0', `"more":${'['.repeat(levels)}${']'.repeat(levels)}`);
}

describe('what a notification brings about', () => {
  it('F-04 F-33 only what YooKassa says when it is asked: an invented one grants nothing', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    const providerId = await world.providerId(paymentId);
    const lie = {
      ...told('payment.succeeded', providerId),
      object: {
        id: providerId,
        status: 'succeeded',
        paid: true,
        amount: { value: '199.00', currency: 'RUB' },
        metadata: { payment_id: paymentId, credits: '5000', tg_user_id: String(buyer.tgUserId) },
      },
    };
    expect(await world.post(lie)).toBe(200);
    await world.look('notification', (await idOf(providerId)) ?? '');
    expect(await world.row(paymentId)).toMatchObject({ status: 'pending' });
    expect(await world.balance(buyer)).toBe(2);
    // It waits: YooKassa may only be slower than its own notification.
    expect(await outcomeOf(providerId)).toMatchObject({ outcome: null });
    world.yooKassa.pay(providerId);
    await world.until(paymentId, 'completed');
    expect(await world.balance(buyer)).toBe(7);
  });

  it('F-06 F-07 F-10 F-18 the same a hundred times, 32 at once: one row, one grant, told once', async () => {
    const { buyer, paymentId, providerId } = await paidInSilence();
    const statuses: number[] = [];
    const queue = Array.from({ length: 100 }, () => told('payment.succeeded', providerId));
    const sender = async () => {
      for (let body = queue.pop(); body; body = queue.pop()) statuses.push(await world.post(body));
    };
    await Promise.all(Array.from({ length: 32 }, sender));
    expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
    await world.until(paymentId, 'completed');
    expect(await handled(providerId)).toBe('completed');
    expect(await outcomeOf(providerId)).toMatchObject({ times: 100 });
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
    expect(await world.told(buyer)).toEqual(['payment_completed']);
  });

  it('F-08 F-40 one before the answer that names the payment: the row is found by its metadata', async () => {
    const buyer = await world.aBuyer();
    world.yooKassa.nextPayment({ payAtOnce: true, notification: 'early' });
    // The answer never comes: nothing but the metadata leads from the notification to the row.
    world.yooKassa.failNext('createPayment', { kind: 'reset_after_effect' });
    expect(await world.buy(buyer)).toMatchObject({ kind: 'link_later' });
    const [row] = await world.query<{ id: string }>('select id from payments where user_id = $1', [buyer.id]);
    await world.until(row?.id ?? '', 'completed');
    expect(await world.history(buyer)).toEqual(['signup +2', 'purchase +5']);
  });

  it('F-13 F-22 F-41 when YooKassa cannot be asked, it waits in the inbox and is looked at again', async () => {
    const { buyer, paymentId, providerId } = await paidInSilence();
    world.yooKassa.failNext('getPayment', {
      kind: 'http',
      status: 500,
      times: 2,
      when: { includes: providerId },
    });
    expect(await world.post(told('payment.succeeded', providerId))).toBe(200);
    const id = (await idOf(providerId)) ?? '';
    await waitFor(async () => (await checksOf(id)) >= 1, { what: 'the first look' });
    expect(await world.row(paymentId)).toMatchObject({ status: 'pending' });
    await world.look('notification', id);
    await world.look('notification', id);
    await world.until(paymentId, 'completed');
    expect(await world.balance(buyer)).toBe(7);
  });

  it('nothing for what is not ours', async () => {
    const nobodys = randomUUID();
    expect(await world.post(told('payment.succeeded', nobodys))).toBe(200);
    expect(await handled(nobodys)).toBe('unknown_object');
    const other = world.yooKassa.makePayment({ kopecks: 19_900 });
    world.yooKassa.pay(other.id);
    expect(await handled(other.id)).toBe('foreign');
    expect(await world.post(told('payout.succeeded', `po-${nobodys.slice(0, 8)}`))).toBe(200);
    expect(await handled(`po-${nobodys.slice(0, 8)}`)).toBe('ignored');
  });

  it('F-15 grants 48 hours later, too', async () => {
    const { buyer, paymentId, providerId } = await paidInSilence();
    await world.query(
      `update payments set created_at = created_at - interval '48 hours', check_at = null where id = $1`,
      [paymentId],
    );
    await world.post(told('payment.succeeded', providerId));
    await world.until(paymentId, 'completed');
    expect(await world.balance(buyer)).toBe(7);
  });

  it('F-14 parks what was paid otherwise than it was sold', async () => {
    const { buyer, paymentId, providerId } = await paidInSilence();
    await world.query('update payments set amount_kopecks = 19800 where id = $1', [paymentId]);
    await world.post(told('payment.succeeded', providerId));
    expect(await handled(providerId)).toBe('parked');
    expect(await world.row(paymentId)).toMatchObject({
      status: 'pending',
      parked_reason: 'kopecks 19900 instead of 19800',
      check_at: null,
    });
    expect(await world.balance(buyer)).toBe(2);
  });
});

async function idOf(objectId: string): Promise<string | undefined> {
  const [row] = await world.query<{ id: string }>(
    'select id from payment_notifications where object_id = $1',
    [objectId],
  );
  return row?.id;
}

async function checksOf(id: string): Promise<number> {
  const [row] = await world.query<{ checks: number }>(
    'select checks from payment_notifications where id = $1',
    [id],
  );
  return row?.checks ?? 0;
}
