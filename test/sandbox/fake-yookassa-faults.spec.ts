import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeYooKassa, type YooFault, type YooRoute } from '../../sandbox/yookassa/index.js';
import { paymentBody, yooApi } from './fake-yookassa.support.js';

/** A second is 10 ms here. */
const yoo = new FakeYooKassa({ clock: new SandboxClock(100) });
const api = yooApi(() => yoo.url);

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => yoo.reset());

const create = (key = 'one') => api.post('/payments', paymentBody(), { key });
/** The call has no answer, and the payment is there or is not; the same key then gives it. */
async function expectNoAnswer(fault: YooFault, paymentsAfter: number): Promise<void> {
  yoo.failNext('createPayment', fault);
  const signal = AbortSignal.timeout(fault.kind.startsWith('timeout') ? 200 : 5_000);
  await expect(api.post('/payments', paymentBody(), { key: 'one', signal })).rejects.toThrow();
  expect(yoo.payments()).toHaveLength(paymentsAfter);
  expect((await create()).status).toBe(200);
  expect(yoo.payments()).toHaveLength(1);
}

describe('a fault', () => {
  it('is an error in the shape of YooKassa, without an effect', async () => {
    yoo.failNext('createPayment', { kind: 'http' });
    const reply = await create();
    expect([reply.status, reply.body]).toMatchObject([500, { type: 'error', code: 'internal_server_error' }]);
    expect(yoo.payments()).toEqual([]);
    expect((await create()).status).toBe(200);
  });

  it.each<[YooFault, Record<string, unknown>]>([
    [
      { kind: 'http', status: 429, retryAfterMs: 500 },
      { code: 'too_many_requests', retry_after: 500 },
    ],
    [{ kind: 'http', status: 403 }, { code: 'forbidden' }],
    [{ kind: 'http', status: 401 }, { code: 'invalid_credentials' }],
    [
      { kind: 'http', status: 400, description: 'No', parameter: 'payment_method' },
      { code: 'invalid_request', description: 'No', parameter: 'payment_method' },
    ],
    [{ kind: 'http', status: 410, code: 'tomorrow' }, { code: 'tomorrow' }],
  ])('may be %j', async (fault, body) => {
    yoo.failNext('createPayment', fault);
    const reply = await create();
    expect([reply.status, reply.body]).toMatchObject([fault.status, body]);
  });

  it('may say 500 of a payment that was made: the same key finds it', async () => {
    yoo.failNext('createPayment', { kind: 'http', status: 500, afterEffect: true });
    expect((await create()).status).toBe(500);
    const [made] = yoo.payments();
    const again = await create();
    expect([again.status, again.body.id]).toEqual([200, made?.id]);
    expect(yoo.payments()).toHaveLength(1);
  });

  it.each([false, true])('may say 202, with an effect or not: %s', async (afterEffect) => {
    yoo.failNext('createPayment', { kind: 'processing', afterEffect });
    const reply = await create();
    expect([reply.status, reply.body]).toEqual([
      202,
      { type: 'processing', description: expect.any(String) as string, retry_after: 1800 },
    ]);
    expect(yoo.payments()).toHaveLength(afterEffect ? 1 : 0);
    expect((await create()).status).toBe(200);
    expect(yoo.payments()).toHaveLength(1);
  });

  it('may be a page, or any JSON', async () => {
    yoo.failNext('createPayment', { kind: 'html' });
    const page = await create();
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(page.text).toContain('502 Bad Gateway');
    const lie = { id: 'x', status: 'succeeded' };
    yoo.failNext('createPayment', { kind: 'json', json: lie, headers: { 'X-Odd': '1' } });
    const reply = await create();
    expect([reply.status, reply.body, reply.headers.get('x-odd')]).toEqual([200, lie, '1']);
    expect(yoo.payments()).toEqual([]);
  });

  it('may cut the answer in two', async () => {
    yoo.failNext('createPayment', { kind: 'truncated' });
    const reply = await create();
    expect([reply.status, reply.body]).toEqual([200, null]);
    expect((await create()).text.startsWith(reply.text)).toBe(true);
  });

  it('may be slow', async () => {
    yoo.failNext('createPayment', { kind: 'slow', delayTrueMs: 5_000 });
    const startedAt = performance.now();
    expect((await create()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });

  it.each<[YooFault['kind'], number]>([
    ['reset', 0],
    ['reset_after_effect', 1],
    ['timeout', 0],
    ['timeout_after_effect', 1],
  ])('may be a %s: %d payments', async (kind, paymentsAfter) => {
    await expectNoAnswer({ kind }, paymentsAfter);
  });

  it('comes as often as it says, to the call that it means', async () => {
    yoo.failNext('createPayment', { kind: 'http', times: 2, when: { includes: 'order-1' } });
    const other = paymentBody({ metadata: { order_id: 'other' } });
    expect((await api.post('/payments', other)).status).toBe(200);
    expect([(await create()).status, (await create()).status, (await create()).status]).toEqual([
      500, 500, 200,
    ]);
  });

  it('may be of every route', async () => {
    const { id } = await api.create();
    yoo.pay(id);
    const refund = (await api.refund(id, '1.00')).body;
    const calls: Record<YooRoute, () => Promise<{ status: number }>> = {
      createPayment: () => create(),
      getPayment: () => api.get(`/payments/${id}`),
      listPayments: () => api.get('/payments'),
      capturePayment: () => api.post(`/payments/${id}/capture`, {}),
      cancelPayment: () => api.post(`/payments/${id}/cancel`, {}),
      createRefund: () => api.refund(id, '1.00'),
      getRefund: () => api.get(`/refunds/${refund.id}`),
      listRefunds: () => api.get('/refunds'),
    };
    for (const [route, call] of Object.entries(calls)) {
      yoo.failNext(route as YooRoute, { kind: 'http', status: 503 });
      expect([route, (await call()).status]).toEqual([route, 503]);
    }
    expect(yoo.refunds()).toHaveLength(1);
  });

  it('may hide a refund that was made: the same key finds it', async () => {
    const { id } = await api.create();
    yoo.pay(id);
    const body = { payment_id: id, amount: { value: '299.00', currency: 'RUB' } };
    yoo.failNext('createRefund', { kind: 'reset_after_effect' });
    await expect(api.post('/refunds', body, { key: 'r' })).rejects.toThrow();
    expect((await api.post('/refunds', body, { key: 'r' })).body.id).toBe(yoo.refunds()[0]?.id);
    expect(yoo.refunds()).toHaveLength(1);
  });
});
