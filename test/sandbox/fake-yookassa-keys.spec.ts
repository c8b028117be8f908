import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { waitFor } from '../support/wait-for.js';
import { basic, paymentBody, yooApi } from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
const api = yooApi(() => yoo.url);

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => yoo.reset());

describe('an Idempotence-Key', () => {
  it.each<[string, string | null, string]>([
    ['missing', null, 'Idempotence key is missing'],
    ['empty', '', 'Idempotence key is missing'],
    ['too long', 'k'.repeat(65), 'Idempotence key is too long. Specify a key up to 64 characters long'],
    ['illegal', 'a key/1', 'Idempotence key contains illegal characters. Use 0-9, a-z, A-Z, +, -, _ and .'],
  ])('that is %s is refused on every POST', async (_what, key, description) => {
    for (const path of ['/payments', '/refunds', '/payments/1/capture', '/payments/1/cancel']) {
      const reply = await api.post(path, paymentBody(), { key });
      expect([reply.status, reply.body]).toMatchObject([
        400,
        { code: 'invalid_request', description, parameter: 'Idempotence-Key' },
      ]);
    }
    expect(yoo.payments()).toEqual([]);
  });

  it('gives the first answer again, also when the payment has gone on, and in another order of fields', async () => {
    const key = 'k'.repeat(60) + '+-_.';
    const first = await api.post('/payments', paymentBody(), { key });
    yoo.pay(first.body.id);
    const again = await api.post('/payments', Object.fromEntries(Object.entries(paymentBody()).reverse()), {
      key,
    });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(yoo.payments()).toMatchObject([{ id: first.body.id, idempotenceKey: key }]);
  });

  it('makes one payment of twenty at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => api.post('/payments', paymentBody(), { key: 'one' })),
    );
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(yoo.payments()).toHaveLength(1);
  });

  it('is refused for other data', async () => {
    await api.post('/payments', paymentBody(), { key: 'one' });
    const other = await api.post('/payments', paymentBody({ description: 'other' }), { key: 'one' });
    expect([other.status, other.body]).toMatchObject([
      400,
      {
        code: 'invalid_request',
        description: 'Idempotence key duplicated',
        parameter: 'Idempotence-Key',
      },
    ]);
  });

  it('is used up by a refused request: the corrected one needs a new key', async () => {
    const wrong = { ...paymentBody(), amount: { value: '5', currency: 'RUB' } };
    const first = await api.post('/payments', wrong, { key: 'one' });
    expect((await api.post('/payments', wrong, { key: 'one' })).body).toEqual(first.body);
    expect((await api.post('/payments', paymentBody(), { key: 'one' })).body.description).toBe(
      'Idempotence key duplicated',
    );
  });

  it('is of one shop and one path', async () => {
    yoo.addShop({ shopId: '200600', apiKey: 'test_2' });
    const { id } = (await api.post('/payments', paymentBody({ capture: false }), { key: 'one' })).body;
    yoo.pay(id);
    expect((await api.post(`/payments/${id}/capture`, {}, { key: 'one' })).body.status).toBe('succeeded');
    const auth = basic('200600', 'test_2');
    const other = await api.post('/payments', paymentBody({ capture: false }), { key: 'one', auth });
    expect(other.body.id).not.toBe(id);
  });

  it('repeats a refund without giving money twice', async () => {
    const { id } = await api.create();
    yoo.pay(id);
    const body = { payment_id: id, amount: { value: '299.00', currency: 'RUB' } };
    const [first, second] = [
      await api.post('/refunds', body, { key: 'r' }),
      await api.post('/refunds', body, { key: 'r' }),
    ];
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(yoo.refunds()).toHaveLength(1);
  });

  it('makes a new operation after 24 hours', async () => {
    // 24 true hours are 432 ms here.
    const fast = new FakeYooKassa({ clock: new SandboxClock(200_000) });
    await fast.start();
    const fastApi = yooApi(() => fast.url);
    const first = await fastApi.post('/payments', paymentBody(), { key: 'one' });
    const atOnce = await fastApi.post('/payments', paymentBody(), { key: 'one' });
    expect(atOnce.body.id).toBe(first.body.id);
    const later = await waitFor(
      async () => {
        const { body } = await fastApi.post('/payments', paymentBody(), { key: 'one' });
        return body.id !== first.body.id && body;
      },
      { what: 'a new payment' },
    );
    expect(later.status).toBe('pending');
    await fast.stop();
  });
});
