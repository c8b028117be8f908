import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { waitFor } from '../support/wait-for.js';
import { notificationReceiver, yooApi, type NotificationReceiver } from './fake-yookassa.support.js';

const MINUTE_TRUE_MS = 60_000;
/** A minute is 6 ms here. */
const yoo = new FakeYooKassa({ clock: new SandboxClock(10_000) });
const api = yooApi(() => yoo.url);
let receiver: NotificationReceiver;

beforeAll(async () => {
  await yoo.start();
  receiver = await notificationReceiver();
});
afterAll(async () => {
  await yoo.stop();
  await receiver.stop();
});
beforeEach(() => {
  yoo.reset();
  receiver.reset();
  yoo.setNotificationUrl(receiver.url, { events: ['refund.succeeded'] });
});

async function paid(): Promise<string> {
  const { id } = await api.create();
  yoo.pay(id);
  return id;
}
const ended = (refundId: string) =>
  waitFor(
    async () => {
      const { body } = await api.get(`/refunds/${refundId}`);
      return body.status !== 'pending' && body;
    },
    { what: 'the end of the refund' },
  );

describe('a refund', () => {
  it('succeeds at once, and the payment says so', async () => {
    const paymentId = await paid();
    const { status, body } = await api.refund(paymentId, '299.00', { description: 'не понравилось' });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-0015-5000-[89ab]000-[0-9a-f]{12}$/) as string,
      payment_id: paymentId,
      status: 'succeeded',
      created_at: expect.any(String) as string,
      amount: { value: '299.00', currency: 'RUB' },
      description: 'не понравилось',
    });
    expect((await api.get(`/refunds/${body.id}`)).body).toEqual(body);
    expect(await api.read(paymentId)).toMatchObject({
      status: 'succeeded',
      refundable: false,
      refunded_amount: { value: '299.00', currency: 'RUB' },
    });
    await waitFor(() => receiver.calls.length, { what: 'the notification' });
    expect(receiver.calls).toMatchObject([{ type: 'notification', event: 'refund.succeeded', object: body }]);
  });

  it('may be of parts, never of more than was paid', async () => {
    const paymentId = await paid();
    expect((await api.refund(paymentId, '100.00')).status).toBe(200);
    expect((await api.refund(paymentId, '199.01')).body).toMatchObject({
      code: 'invalid_request',
      parameter: 'amount.value',
    });
    expect(await api.read(paymentId)).toMatchObject({
      refundable: true,
      refunded_amount: { value: '100.00' },
    });
    expect((await api.refund(paymentId, '199.00')).status).toBe(200);
    expect((await api.refund(paymentId, '0.01')).status).toBe(400);
    expect(yoo.refunds().map(({ amountKopecks }) => amountKopecks)).toEqual([10_000, 19_900]);
  });

  it('is one of twenty that want the whole at once', async () => {
    const paymentId = await paid();
    const replies = await Promise.all(Array.from({ length: 20 }, () => api.refund(paymentId, '299.00')));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each(['pending', 'canceled', 'waiting_for_capture'])(
    'is refused of a payment that is %s',
    async (state) => {
      const { id } = await api.create({ capture: false });
      if (state === 'canceled') yoo.decline(id);
      if (state === 'waiting_for_capture') yoo.pay(id);
      const { status, body } = await api.refund(id, '1.00');
      expect([status, body.code, body.parameter]).toEqual([400, 'invalid_request', 'payment_id']);
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ['amount.value', { amount: { value: '0.00', currency: 'RUB' } }],
    ['amount.currency', { amount: { value: '1.00', currency: 'EUR' } }],
    ['description', { description: 'x'.repeat(251) }],
    ['payment_id', { payment_id: undefined }],
  ])('is refused for its %s', async (parameter, change) => {
    const { status, body } = await api.refund(await paid(), '1.00', change);
    expect([status, body.parameter]).toEqual([400, parameter]);
  });

  it('is not found by another id', async () => {
    expect((await api.get('/refunds/none')).body).toMatchObject({
      code: 'not_found',
      parameter: 'refund_id',
    });
    expect((await api.refund('2'.repeat(36), '1.00')).status).toBe(404);
  });

  it('stays pending until it is finished, and holds its money meanwhile', async () => {
    const paymentId = await paid();
    yoo.nextRefund({ pendingTrueMs: 1e15 });
    const { body } = await api.refund(paymentId, '200.00');
    expect(body.status).toBe('pending');
    expect((await api.refund(paymentId, '100.00')).status).toBe(400);
    expect(await api.read(paymentId)).toMatchObject({ refunded_amount: { value: '0.00' } });
    expect([yoo.finishRefund(body.id), yoo.finishRefund(body.id), yoo.finishRefund('x')]).toEqual([
      true,
      false,
      false,
    ]);
    expect((await api.get(`/refunds/${body.id}`)).body).toEqual({ ...body, status: 'succeeded' });
    expect(await api.read(paymentId)).toMatchObject({ refunded_amount: { value: '200.00' } });
    await waitFor(() => receiver.calls.length === 1, { what: 'the notification' });
  });

  it('is canceled after its time for a reason, which nobody is told of, and frees its money', async () => {
    const paymentId = await paid();
    const other = await paid();
    yoo.setNotificationUrl(receiver.url);
    yoo.nextRefund({ when: { paymentId: other } });
    yoo.nextRefund({ pendingTrueMs: MINUTE_TRUE_MS, cancelReason: 'insufficient_funds' });
    const startedAt = performance.now();
    const { body } = await api.refund(paymentId, '299.00');
    expect(await ended(body.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { party: 'yoo_money', reason: 'insufficient_funds' },
    });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(5);
    expect(await api.read(paymentId)).toMatchObject({
      refundable: true,
      refunded_amount: { value: '0.00' },
    });
    const again = (await api.refund(paymentId, '299.00')).body;
    expect(again.status).toBe('succeeded');
    await waitFor(() => receiver.calls.length, { what: 'the notification of the second' });
    expect(receiver.calls.map(({ object }) => object.id)).toEqual([again.id]);
  });

  it('of the merchant by hand is told of like any other', async () => {
    const paymentId = await paid();
    expect(yoo.refundInCabinet(paymentId, { kopecks: 5_000 })).toMatchObject({
      status: 'succeeded',
      idempotenceKey: null,
    });
    expect(yoo.refundInCabinet(paymentId, { kopecks: 29_900 })).toBeNull();
    const rest = yoo.refundInCabinet(paymentId);
    expect(rest?.amountKopecks).toBe(24_900);
    expect(yoo.refundInCabinet(paymentId)).toBeNull();
    expect(yoo.refundInCabinet('unknown')).toBeNull();
    await waitFor(() => receiver.calls.length === 2, { what: 'both notifications' });
    expect(yoo.payment(paymentId)).toMatchObject({ refundedKopecks: 29_900, status: 'succeeded' });
  });

  it('rests while the fake is stopped', async () => {
    const paymentId = await paid();
    yoo.nextRefund({ pendingTrueMs: 2 * MINUTE_TRUE_MS });
    const { body } = await api.refund(paymentId, '1.00');
    await yoo.stop();
    await yoo.start();
    expect((await ended(body.id)).status).toBe('succeeded');
  });
});
