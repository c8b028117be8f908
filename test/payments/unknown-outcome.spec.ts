import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { YooFault } from '../../sandbox/yookassa/index.js';
import { waitFor } from '../support/wait-for.js';
import { PaymentsWorld } from './payments-world.js';

let world: PaymentsWorld;
beforeAll(async () => {
  world = await PaymentsWorld.start({ env: { YOOKASSA_TIMEOUT_MS: '400' } });
});
afterAll(() => world.stop());

/** What the fake made for a row. */
const madeFor = (paymentId: string) =>
  world.yooKassa.payments().filter(({ metadata }) => metadata?.['payment_id'] === paymentId);

const REVOKED: YooFault = { kind: 'http', status: 401, code: 'invalid_credentials' };

describe('F-16 F-17 a creation without an answer', () => {
  it.each<[string, YooFault, number]>([
    ['that was made all the same', { kind: 'timeout_after_effect' }, 1],
    ['whose connection broke after it', { kind: 'reset_after_effect' }, 1],
    ['that YooKassa itself does not know the end of', { kind: 'http', status: 500, afterEffect: true }, 1],
    ['that was never seen', { kind: 'timeout' }, 0],
    ['that is still being worked on', { kind: 'processing' }, 0],
    ['behind a broken proxy', { kind: 'html' }, 0],
    ['whose answer was cut', { kind: 'truncated' }, 1],
    ['of too many', { kind: 'http', status: 429, code: 'too_many_requests' }, 0],
  ])(
    '%s is asked again with the same key and body, and the link comes by itself',
    async (_what, fault, made) => {
      const buyer = await world.aBuyer();
      world.yooKassa.failNext('createPayment', fault);
      const bought = await world.buy(buyer);
      if (bought.kind !== 'link_later') throw new Error(`${bought.kind} instead of link_later`);
      const { paymentId } = bought.payment;
      expect(madeFor(paymentId)).toHaveLength(made);
      expect(await world.told(buyer)).toEqual([]);
      await world.look('payment', paymentId);
      expect(madeFor(paymentId)).toHaveLength(1);
      expect(await world.row(paymentId)).toMatchObject({
        status: 'pending',
        provider_payment_id: madeFor(paymentId)[0]?.id,
        unanswered_creations: 0,
      });
      expect(await world.told(buyer)).toEqual(['payment_link']);
      await world.look('payment', paymentId);
      expect(await world.told(buyer)).toEqual(['payment_link']);
      expect((await world.open(buyer)).paymentId).toBe(paymentId);
    },
  );

  it('tells its link though the process ended between learning and telling it', async () => {
    const buyer = await world.aBuyer();
    const { paymentId } = await world.open(buyer);
    await world.query('update payments set link_promised = true where id = $1', [paymentId]);
    await world.look('payment', paymentId);
    await world.look('payment', paymentId);
    expect(await world.told(buyer)).toEqual(['payment_link']);
  });

  it('is not taken for refused by a later no, because the first one may have been a yes', async () => {
    const buyer = await world.aBuyer();
    world.yooKassa.failNext('createPayment', { kind: 'timeout_after_effect' });
    world.yooKassa.failNext('createPayment', REVOKED);
    const bought = await world.buy(buyer);
    if (bought.kind !== 'link_later') throw new Error(bought.kind);
    const { paymentId } = bought.payment;
    await world.look('payment', paymentId);
    expect(await world.row(paymentId)).toMatchObject({ status: 'pending', unanswered_creations: 1 });
    await world.look('payment', paymentId);
    expect(await world.row(paymentId)).toMatchObject({ provider_payment_id: madeFor(paymentId)[0]?.id });
    world.yooKassa.pay(await world.providerId(paymentId));
    await world.until(paymentId, 'completed');
  });

  it('is never asked again with a key that YooKassa has forgotten: that would be a second payment', async () => {
    const buyer = await world.aBuyer();
    world.yooKassa.failNext('createPayment', { kind: 'timeout' });
    const bought = await world.buy(buyer);
    if (bought.kind !== 'link_later') throw new Error(bought.kind);
    const { paymentId } = bought.payment;
    await world.query(
      `update payments set created_at = created_at - $2 * interval '1 ms', superseded_at = now() where id = $1`,
      [paymentId, world.test.env.PAYMENT_KEY_LIFE_MS],
    );
    await world.look('payment', paymentId);
    expect(madeFor(paymentId)).toHaveLength(0);
    expect(await world.row(paymentId)).toMatchObject({ status: 'pending', check_at: null });
  });
});

describe('a creation that is refused', () => {
  it('for good is over, nothing is promised, and operators hear of it', async () => {
    const [operator] = world.test.env.ADMIN_IDS;
    expect(operator).toBeUndefined();
    const buyer = await world.aBuyer();
    world.yooKassa.failNext('createPayment', REVOKED);
    expect(await world.buy(buyer)).toEqual({ kind: 'unavailable' });
    const [row] = await world.query<{ id: string; status: string; failure_reason: string }>(
      'select id, status, failure_reason from payments where user_id = $1',
      [buyer.id],
    );
    expect(row).toMatchObject({ status: 'failed', failure_reason: '401 invalid_credentials' });
    expect(await world.told(buyer)).toEqual([]);
    expect((await world.open(buyer)).paymentId).not.toBe(row?.id);
  });

  it('after a promise is told', async () => {
    const buyer = await world.aBuyer();
    world.yooKassa.failNext('createPayment', { kind: 'http', status: 429, code: 'too_many_requests' });
    world.yooKassa.failNext('createPayment', REVOKED);
    const bought = await world.buy(buyer);
    if (bought.kind !== 'link_later') throw new Error(bought.kind);
    await world.look('payment', bought.payment.paymentId);
    expect(await world.row(bought.payment.paymentId)).toMatchObject({ status: 'failed' });
    await waitFor(async () => (await world.told(buyer)).length === 1, { what: 'the notice' });
    expect(await world.told(buyer)).toEqual(['payment_failed']);
  });

  it('F-23 leaves everything else alone: a silent YooKassa ends with our own time limit', async () => {
    const buyer = await world.aBuyer();
    world.yooKassa.failNext('createPayment', { kind: 'timeout' });
    const startedAt = performance.now();
    expect((await world.buy(buyer)).kind).toBe('link_later');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
