import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeYooKassa, TEST_CARDS } from '../../sandbox/yookassa/index.js';
import { waitFor } from '../support/wait-for.js';
import { paymentBody, yooApi } from './fake-yookassa.support.js';

const yoo = new FakeYooKassa();
const api = yooApi(() => yoo.url);

beforeAll(() => yoo.start());
afterAll(() => yoo.stop());
beforeEach(() => yoo.reset());

const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;

describe('a payment', () => {
  it('succeeds when it is paid, and says how', async () => {
    const { id, confirmation: _confirmation, ...created } = await api.create();
    expect(yoo.pay(id)).toBe(true);
    expect(await api.read(id)).toEqual({
      ...created,
      id,
      status: 'succeeded',
      paid: true,
      refundable: true,
      captured_at: iso,
      income_amount: { value: '288.53', currency: 'RUB' },
      refunded_amount: { value: '0.00', currency: 'RUB' },
      payment_method: {
        type: 'bank_card',
        id,
        saved: false,
        status: 'inactive',
        title: 'Bank card *4444',
        card: {
          first6: '555555',
          last4: '4444',
          expiry_year: '2030',
          expiry_month: '12',
          card_type: 'MasterCard',
          issuer_country: 'US',
        },
      },
      authorization_details: {
        rrn: expect.stringMatching(/^\d{12}$/) as string,
        auth_code: expect.stringMatching(/^\d{6}$/) as string,
        three_d_secure: { applied: false },
      },
    });
  });

  it.each(TEST_CARDS.map((card) => [card.number, card.decline?.reason ?? 'success', card] as const))(
    'of the test card %s ends with %s',
    async (number, _reason, { decline }) => {
      const { id } = await api.create();
      yoo.pay(id, { card: number });
      const payment = await api.read(id);
      expect(payment.status).toBe(decline ? 'canceled' : 'succeeded');
      expect(payment.cancellation_details).toEqual(decline ?? undefined);
      expect(payment.paid).toBe(!decline);
    },
  );

  it('is declined for a reason, also for one that nobody knows', async () => {
    const { id } = await api.create();
    expect(yoo.decline(id, 'reason_of_tomorrow')).toBe(true);
    expect(await api.read(id)).toMatchObject({
      status: 'canceled',
      paid: false,
      refundable: false,
      cancellation_details: { party: 'payment_network', reason: 'reason_of_tomorrow' },
    });
    expect(await api.read(id)).not.toHaveProperty('confirmation');
  });

  it('stays pending after an attempt that failed', async () => {
    const { id } = await api.create();
    expect(yoo.failAttempt(id)).toBe(true);
    expect((await api.read(id)).status).toBe('pending');
    yoo.pay(id);
    expect((await api.read(id)).status).toBe('succeeded');
    expect(yoo.payment(id)).toMatchObject({ failedAttempts: ['insufficient_funds'], cardLast4: '4444' });
  });

  it('never changes once it is over', async () => {
    const { id } = await api.create();
    yoo.expire(id);
    const ended = await api.read(id);
    expect([yoo.pay(id), yoo.decline(id), yoo.expire(id), yoo.failAttempt(id)]).toEqual(Array(4).fill(false));
    expect(await api.read(id)).toEqual(ended);
    expect(yoo.pay('unknown')).toBe(false);
    expect(() => yoo.pay(id, { card: '1' })).toThrow('no such test card');
  });

  it('runs out after its hour and only then, also when the fake was stopped meanwhile', async () => {
    // The hour is 360 ms here.
    const fast = new FakeYooKassa({ clock: new SandboxClock(10_000) });
    await fast.start();
    const fastApi = yooApi(() => fast.url);
    const startedAt = performance.now();
    const { id } = await fastApi.create();
    await fast.stop();
    await fast.start();
    const ended = await waitFor(
      async () => {
        const payment = await fastApi.read(id);
        return payment.status !== 'pending' && payment;
      },
      { what: 'the end of the hour' },
    );
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(359);
    expect(ended).toMatchObject({
      status: 'canceled',
      cancellation_details: { party: 'yoo_money', reason: 'expired_on_confirmation' },
    });
    await fast.stop();
  });
});

describe('a payment without capture', () => {
  const held = async (): Promise<string> => {
    const { capture: _capture, ...body } = paymentBody();
    const { id } = (await api.post('/payments', body)).body;
    yoo.pay(id);
    return id;
  };

  it('waits for its capture, which takes the money', async () => {
    const id = await held();
    expect(await api.read(id)).toMatchObject({
      status: 'waiting_for_capture',
      paid: true,
      refundable: false,
      expires_at: iso,
    });
    const captured = (await api.post(`/payments/${id}/capture`, {})).body;
    expect(captured).toMatchObject({ status: 'succeeded', captured_at: iso, refundable: true });
    expect(captured).not.toHaveProperty('expires_at');
    expect((await api.post(`/payments/${id}/capture`, {})).status).toBe(400);
    expect((await api.post(`/payments/${id}/cancel`, {})).status).toBe(400);
  });

  it('can be captured in part, not above its sum', async () => {
    const id = await held();
    const part = (value: string) => ({ amount: { value, currency: 'RUB' } });
    expect((await api.post(`/payments/${id}/capture`, part('299.01'))).body.parameter).toBe('amount.value');
    const { body } = await api.post(`/payments/${id}/capture`, part('200.00'));
    expect(body).toMatchObject({ status: 'succeeded', amount: { value: '200.00' } });
  });

  it('can be canceled, or runs out', async () => {
    const id = await held();
    expect((await api.post(`/payments/${id}/cancel`, {})).body).toMatchObject({
      status: 'canceled',
      paid: false,
      cancellation_details: { party: 'merchant', reason: 'canceled_by_merchant' },
    });
    const other = await held();
    yoo.expire(other);
    expect(await api.read(other)).toMatchObject({
      cancellation_details: { party: 'yoo_money', reason: 'expired_on_capture' },
    });
  });

  it('can be neither captured nor canceled while it is pending', async () => {
    const { id } = await api.create({ capture: false });
    for (const action of ['capture', 'cancel']) {
      const { status, body } = await api.post(`/payments/${id}/${action}`, {});
      expect([status, body.code, body.parameter]).toEqual([400, 'invalid_request', 'payment_id']);
    }
    expect((await api.post('/payments/none/capture', {})).status).toBe(404);
  });
});
