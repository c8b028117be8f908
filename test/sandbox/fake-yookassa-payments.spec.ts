import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { basic, paymentBody, SHOP_AUTH, yooApi } from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
const api = yooApi(() => yoo.url);

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => yoo.reset());

const amountOf = (value: unknown, currency = 'RUB') => ({ amount: { value, currency } });
const backTo = (returnUrl: unknown) => ({ confirmation: { type: 'redirect', return_url: returnUrl } });

describe('a shop', () => {
  it.each([
    ['no header', ''],
    ['another key', basic('100500', 'test_other')],
    ['another shop', basic('100501', 'test_sandboxSecretKeyOfTheShop0000000000')],
    ['a bearer', 'Bearer token'],
  ])('is not let in with %s', async (_what, auth) => {
    for (const reply of [await api.get('/payments', { auth }), await api.post('/payments', {}, { auth })]) {
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({
        type: 'error',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        code: 'invalid_credentials',
        description: expect.stringContaining('Error in shopId or secret key') as string,
      });
    }
  });

  it('sees its own payments and refunds only, of the test mode or not by its key', async () => {
    yoo.addShop({ shopId: '200600', apiKey: 'live_key' });
    const auth = basic('200600', 'live_key');
    const { id } = await api.create();
    yoo.pay(id);
    const refund = (await api.refund(id, '1.00')).body;
    const own = await api.post('/payments', paymentBody(), { auth });
    expect(own.body).toMatchObject({ test: false, recipient: { account_id: '200600' } });
    expect((await api.get(`/payments/${id}`, { auth })).body).toMatchObject({
      code: 'not_found',
      description: "Incorrect payment_id. Payment doesn't exist or access denied",
      parameter: 'payment_id',
    });
    expect((await api.get(`/refunds/${refund.id}`, { auth })).status).toBe(404);
    expect((await api.get('/payments', { auth })).body.items).toEqual([own.body]);
    expect((await api.get('/refunds', { auth })).body.items).toEqual([]);
    const foreign = { payment_id: id, ...amountOf('1.00') };
    expect((await api.post('/refunds', foreign, { auth })).status).toBe(404);
    expect((await api.post(`/payments/${id}/cancel`, {}, { auth })).status).toBe(404);
  });
});

describe('a new payment', () => {
  it('is answered 200 with exactly what is known of it', async () => {
    const reply = await api.post('/payments', paymentBody({ merchant_customer_id: 'tg:1' }));
    expect(reply.status).toBe(200);
    const { id } = reply.body;
    expect(id).toMatch(/^[0-9a-f]{8}-000f-5000-[89ab]000-[0-9a-f]{12}$/);
    expect(reply.body).toEqual({
      id,
      status: 'pending',
      paid: false,
      refundable: false,
      test: true,
      amount: { value: '299.00', currency: 'RUB' },
      confirmation: {
        type: 'redirect',
        return_url: 'https://t.me/sandbox_bot?start=paid_1',
        confirmation_url: `${yoo.url}/checkout/payments/v2/contract?orderId=${id}`,
      },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      description: '10 видео',
      metadata: { order_id: 'order-1' },
      merchant_customer_id: 'tg:1',
      recipient: { account_id: '100500', gateway_id: '100700' },
    });
    expect(await api.read(id)).toEqual(reply.body);
  });

  it('notes fields that payments do not have, and passes over them', async () => {
    const { id } = await api.create({ user: 1 });
    expect(yoo.payment(id)?.unknownFields).toEqual(['user']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['amount', { amount: undefined }],
    ['amount.value', amountOf(299)],
    ['amount.value', amountOf('299')],
    ['amount.value', amountOf('299,00')],
    ['amount.value', amountOf('0.99')],
    ['amount.value', amountOf('-5.00')],
    ['amount.value', amountOf('350000.01')],
    ['amount.currency', amountOf('299.00', 'USD')],
    ['description', { description: 'x'.repeat(129) }],
    ['capture', { capture: 'true' }],
    ['confirmation', { confirmation: undefined }],
    ['confirmation.type', { confirmation: { type: 'embedded' } }],
    ['confirmation.return_url', backTo(undefined)],
    ['confirmation.return_url', backTo('not an address')],
    ['confirmation.return_url', backTo('javascript:alert(1)')],
    ['confirmation.return_url', backTo(`https://t.me/${'x'.repeat(2048)}`)],
    ['metadata', { metadata: { tg_user_id: 123 } }],
    ['metadata', { metadata: { ['k'.repeat(33)]: 'v' } }],
    ['metadata', { metadata: { k: 'v'.repeat(513) } }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) }],
    ['payment_method_data.type', { payment_method_data: { type: 'sbp' } }],
    ['merchant_customer_id', { merchant_customer_id: 'x'.repeat(201) }],
  ])('is refused for its %s (case %#)', async (parameter, change) => {
    const reply = await api.post('/payments', paymentBody(change));
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ type: 'error', code: 'invalid_request', parameter });
    expect(yoo.payments()).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['the least sum', amountOf('1.00')],
    ['the greatest sum', amountOf('350000.00')],
    ['the longest texts', { description: 'x'.repeat(128), metadata: { ['k'.repeat(32)]: 'v'.repeat(512) } }],
    ['a card by name', { payment_method_data: { type: 'bank_card' } }],
  ])('is taken with %s', async (_what, change) => {
    expect((await api.post('/payments', paymentBody(change))).status).toBe(200);
  });

  it('takes more by the fast payments of a live shop', async () => {
    yoo.addShop({ shopId: '200600', apiKey: 'live_key' });
    const body = paymentBody({ ...amountOf('700000.00'), payment_method_data: { type: 'sbp' } });
    const auth = basic('200600', 'live_key');
    expect((await api.post('/payments', body, { auth })).status).toBe(200);
  });
});

describe('the API', () => {
  it('wants JSON and its own verbs', async () => {
    const headers = { Authorization: SHOP_AUTH, 'Content-Type': 'text/plain' };
    const text = await fetch(`${yoo.url}/v3/payments`, { method: 'POST', headers, body: 'x' });
    expect(text.status).toBe(415);
    headers['Content-Type'] = 'application/json';
    const broken = await fetch(`${yoo.url}/v3/payments`, { method: 'POST', headers, body: '{' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { code: 'invalid_request' }]);
    expect((await fetch(`${yoo.url}/v3/payments/1`, { method: 'DELETE' })).status).toBe(405);
    expect((await api.get('/payment')).body).toMatchObject({ type: 'error', code: 'not_found' });
    expect((await api.post('/payments', [])).status).toBe(400);
  });

  it('does not save methods of payment without the manager', async () => {
    const reply = await api.post('/payments', paymentBody({ save_payment_method: true }));
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden']);
  });
});
