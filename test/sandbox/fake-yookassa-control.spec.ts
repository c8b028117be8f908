import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallOnItsWay } from '../../sandbox/fake-server.js';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import {
  basic,
  notificationReceiver,
  paymentBody,
  yooApi,
  type NotificationReceiver,
} from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
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
});

describe('the control routes', () => {
  it('do what people and the merchant do', async () => {
    const made = await api.control('makePayment', { kopecks: 29_900, description: 'сайт' });
    const { id } = made.result as { id: string };
    expect(await api.control('failAttempt', { paymentId: id, reason: 'invalid_csc' })).toEqual({
      ok: true,
      result: true,
    });
    expect(await api.control('pay', { paymentId: id, card: '4111111111111111' })).toEqual({
      ok: true,
      result: true,
    });
    expect((await api.control('refundInCabinet', { paymentId: id, kopecks: 100 })).result).toMatchObject({
      status: 'succeeded',
    });
    expect((await api.control('payment', { paymentId: id })).result).toMatchObject({
      cardLast4: '1111',
      refundedKopecks: 100,
      failedAttempts: ['invalid_csc'],
    });
    expect((await api.control('finishRefund', { refundId: 'none' })).result).toBe(false);
    for (const verb of ['decline', 'expire'])
      expect(await api.control(verb, { paymentId: id })).toEqual({ ok: true, result: false });
    expect((await api.control('payments')).result).toHaveLength(1);
    expect((await api.control('refunds')).result).toHaveLength(1);
    await api.control('reset');
    expect(yoo.payments()).toEqual([]);
  });

  it('script shops, payments, refunds, notifications and faults', async () => {
    await api.control('setNotificationUrl', { url: receiver.url, events: ['payment.succeeded'] });
    await api.control('nextPayment', { payAtOnce: true, notification: 'early' });
    const { id } = await api.create();
    expect(receiver.calls).toHaveLength(1);
    await api.control('nextRefund', { cancelReason: 'insufficient_funds' });
    expect((await api.refund(id, '1.00')).body.status).toBe('canceled');
    await api.control('configure', { receipts: 'required' });
    await expect(api.create()).rejects.toThrow('Receipt is missing or illegal');
    await api.control('configure', { receipts: 'off', repeatPauseRealMsMin: 1 });
    await api.control('failNext', { route: 'getPayment', kind: 'http', status: 429 });
    expect((await api.get(`/payments/${id}`)).status).toBe(429);
    await api.control('addShop', { shopId: '7', apiKey: 'test_7' });
    expect((await api.get('/payments', { auth: basic('7', 'test_7') })).status).toBe(200);
    await api.control('nextNotification', { drop: true });
    yoo.pay((await api.create()).id);
    await api.control('hold');
    yoo.pay((await api.create()).id);
    await api.control('release', { order: 'reverse' });
    await api.control('sendNotification', { body: { event: 'x' }, headers: { 'X-A': '1' } });
    expect((await api.control('notifications')).result).toMatchObject([
      { state: 'delivered' },
      { state: 'dropped' },
      { state: 'delivered' },
      { forged: true, state: 'delivered' },
    ]);
  });

  it('refuse what they do not know', async () => {
    expect(await api.control('pay', { payment: 'x' })).toMatchObject({ ok: false });
    expect(await api.control('failNext', { route: 'x', kind: 'http' })).toMatchObject({ ok: false });
    expect(await api.control('pay', { paymentId: (await api.create()).id, card: '1' })).toEqual({
      ok: false,
      error: 'There is no such test card',
    });
  });

  it('keep their calls out of the record, and secrets out of it', async () => {
    const calls: string[] = [];
    const forget = yoo.onCall((call) => calls.push(JSON.stringify(call)));
    await api.control('payments');
    await api.create();
    forget();
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain('"provider":"yookassa"');
    expect(calls[0]).not.toContain('test_sandbox');
  });
});

describe('a gate', () => {
  it('may keep a create for ever, before its effect or after it', async () => {
    const gated = new FakeYooKassa();
    await gated.start();
    const gatedApi = yooApi(() => gated.url);
    for (const stop of ['before', 'after'] as const) {
      const isCreate = ({ method, path }: CallOnItsWay): boolean =>
        method === 'POST' && path === '/v3/payments';
      gated.setGate((call, when) => isCreate(call) && when === stop);
      const call = gatedApi.post('/payments', paymentBody(), { signal: AbortSignal.timeout(200) });
      await expect(call).rejects.toThrow();
      expect(gated.payments()).toHaveLength(stop === 'before' ? 0 : 1);
    }
    await gated.stop();
  });
});
