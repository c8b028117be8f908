import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { FakeYooKassa } from '../../sandbox/yookassa/index.js';
import { waitFor } from '../support/wait-for.js';
import { notificationReceiver, yooApi, type NotificationReceiver } from './fake-yookassa.support.js';

/** The first pause before a repeat is 10 ms here, the 24 hours are 86 s. */
const yoo = new FakeYooKassa({ clock: new SandboxClock(1000) });
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
  yoo.setNotificationUrl(receiver.url);
});

async function paid(change: Record<string, unknown> = {}): Promise<string> {
  const { id } = await api.create(change);
  yoo.pay(id);
  return id;
}
const arrived = (count: number) =>
  waitFor(
    () => {
      const states = yoo.notifications().map(({ state }) => state);
      return receiver.calls.length === count && !states.includes('waiting');
    },
    { what: `${count} notifications` },
  );
const ids = (): string[] => receiver.calls.map(({ object }) => object.id);
const events = (): string[] => receiver.calls.map(({ event }) => event);

describe('a notification', () => {
  it('tells of the payment as it was at the event', async () => {
    const id = await paid();
    const object = await api.read(id);
    yoo.refundInCabinet(id);
    await arrived(2);
    const [first] = receiver.calls.filter(({ event }) => event === 'payment.succeeded');
    expect(first).toMatchObject({ type: 'notification', object });
    expect(first?.headers['content-type']).toBe('application/json');
    expect(yoo.notifications()[0]).toMatchObject({
      event: 'payment.succeeded',
      objectId: id,
      state: 'delivered',
      forged: false,
      attempts: [{ status: 200 }],
    });
  });

  it('arrives on a clock that divides nothing evenly', async () => {
    const slow = await new FakeYooKassa({ clock: new SandboxClock(7) }).start();
    slow.setNotificationUrl(receiver.url);
    slow.pay(slow.makePayment({ kopecks: 19_900 }).id);
    await waitFor(() => receiver.calls.length === 1, { what: 'a notification' });
    await slow.stop();
  });

  it('is sent of each event, and of a capture', async () => {
    const id = await paid({ capture: false });
    await arrived(1);
    await api.post(`/payments/${id}/capture`, {});
    await arrived(2);
    yoo.expire((await api.create()).id);
    await arrived(3);
    yoo.refundInCabinet(id, { kopecks: 100 });
    await arrived(4);
    expect(events()).toEqual([
      'payment.waiting_for_capture',
      'payment.succeeded',
      'payment.canceled',
      'refund.succeeded',
    ]);
  });

  it('is sent of the events that the cabinet names, of that shop, and nowhere without an address', async () => {
    yoo.addShop({ shopId: '200600', apiKey: 'test_2' });
    yoo.setNotificationUrl(receiver.url, { events: ['payment.canceled'] });
    await paid();
    yoo.pay(yoo.makePayment({ kopecks: 100, shopId: '200600' }).id);
    const { id } = await api.create();
    yoo.decline(id);
    await arrived(1);
    yoo.setNotificationUrl(null);
    yoo.decline((await api.create()).id);
    yoo.setNotificationUrl(receiver.url, { shopId: '200600' });
    const other = yoo.makePayment({ kopecks: 100, shopId: '200600' });
    yoo.pay(other.id);
    await arrived(2);
    expect(ids()).toEqual([id, other.id]);
    expect(yoo.notifications()).toHaveLength(2);
  });

  it('is repeated with growing pauses until it is answered 200', async () => {
    receiver.answers.push(500, 404, 302, 204);
    await paid();
    await arrived(5);
    const { attempts = [] } = yoo.notifications()[0] ?? {};
    expect(attempts.map(({ status }) => status)).toEqual([500, 404, 302, 204, 200]);
    const times = attempts.map(({ sentAt }) => Date.parse(sentAt));
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, least] of [10, 20, 40, 80].entries())
      expect(pauses[index]).toBeGreaterThanOrEqual(least - 1);
  });

  it('is given up after 24 hours, but not before its twelfth pause where pauses have a floor', async () => {
    // The 24 hours are 432 ms here: enough for more than one try on a busy machine.
    const fast = new FakeYooKassa({ clock: new SandboxClock(200_000) });
    await fast.start();
    fast.setNotificationUrl(receiver.url);
    const givenUp = async (): Promise<number> => {
      receiver.answers = Array<number>(500).fill(500);
      fast.pay(fast.makePayment({ kopecks: 100 }).id);
      await waitFor(() => fast.notifications().at(-1)?.state === 'given_up', { what: 'the end' });
      return fast.notifications().at(-1)?.attempts.length ?? 0;
    };
    expect(await givenUp()).toBeGreaterThan(1);
    fast.configure({ repeatPauseRealMsMin: 20 });
    const startedAt = performance.now();
    await givenUp();
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    await fast.stop();
  });

  it('is lost when the script says so, and then is still to be read', async () => {
    yoo.nextNotification({ drop: true, when: { event: 'payment.succeeded' } });
    const canceled = (await api.create()).id;
    yoo.decline(canceled);
    const lost = await paid();
    const told = await paid();
    await arrived(2);
    expect(ids().sort()).toEqual([canceled, told].sort());
    expect((await api.read(lost)).status).toBe('succeeded');
    expect(yoo.notifications().find(({ objectId }) => objectId === lost)?.state).toBe('dropped');
  });

  it('comes several times, some at once', async () => {
    yoo.nextNotification({ copies: 6, parallel: 3 });
    // Nobody is answered before three are here.
    receiver.whenCalled = () =>
      waitFor(() => receiver.calls.length >= 3, { what: 'three at once' }).then(() => undefined);
    const id = await paid();
    await arrived(6);
    expect(ids()).toEqual(Array(6).fill(id));
    expect(receiver.atOnceMax).toBe(3);
    expect(yoo.notifications().map(({ copy }) => copy)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('comes late, and the whole service may lose or double all of them', async () => {
    yoo.nextNotification({ delayTrueMs: 50_000, when: { includes: '"order-late"' } });
    const startedAt = performance.now();
    await paid({ metadata: { order_id: 'order-late' } });
    await arrived(1);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
    yoo.configure({
      notifications: { copies: 2 },
      notificationHeaders: { 'X-Forwarded-For': '185.71.76.5' },
    });
    await paid();
    await arrived(3);
    expect(receiver.calls.at(-1)?.headers['x-forwarded-for']).toBe('185.71.76.5');
    yoo.configure({ notifications: { drop: true } });
    await paid();
    await arrived(3);
  });

  it('is held and released in another order', async () => {
    yoo.hold();
    const [a, b, c] = [await paid(), await paid(), await paid()] as const;
    expect(yoo.notifications().map(({ state }) => state)).toEqual(['held', 'held', 'held']);
    await yoo.release('reverse');
    expect(ids()).toEqual([c, b, a]);
    yoo.hold();
    const [d, e, f] = [await paid(), await paid(), await paid()] as const;
    await yoo.release([1]);
    expect(ids().slice(3)).toEqual([e, d, f]);
    await paid();
    await arrived(7);
  });

  it('may be forged, to any address and with any headers, once', async () => {
    const body = { type: 'notification', event: 'payment.succeeded', object: { id: 'unknown' } };
    receiver.answers.push(500);
    const forged = await yoo.sendNotification(body, { headers: { 'X-Real-IP': '8.8.8.8' } });
    expect(forged).toMatchObject({ forged: true, state: 'given_up', attempts: [{ status: 500 }] });
    expect(receiver.calls[0]).toMatchObject({ ...body, headers: { 'x-real-ip': '8.8.8.8' } });
    yoo.setNotificationUrl(null);
    await expect(yoo.sendNotification(body)).rejects.toThrow('no notification URL');
    expect((await yoo.sendNotification(body, { url: receiver.url })).state).toBe('delivered');
  });

  it('is announced to who watches, before it leaves and after its 200', async () => {
    const seen: string[] = [];
    yoo.onNotification((when, { event }) => seen.push(`${when} ${event}`));
    receiver.answers.push(500);
    await paid();
    await arrived(2);
    expect(seen).toEqual(['before payment.succeeded', 'before payment.succeeded', 'after payment.succeeded']);
    yoo.onNotification(() => undefined);
  });

  it('rests while the fake is stopped, and goes on where the shop is then', async () => {
    receiver.answers.push(500);
    yoo.nextNotification({ copies: 2, delayTrueMs: 20_000 });
    const id = await paid();
    await yoo.stop();
    expect(receiver.calls).toEqual([]);
    await yoo.start();
    await arrived(3);
    expect(ids()).toEqual([id, id, id]);
  });

  it('comes from before a create that has not answered, of a payment that can be read', async () => {
    const seen: unknown[] = [];
    receiver.whenCalled = async ({ id }) => {
      seen.push((await api.read(id)).status);
    };
    yoo.nextPayment({ payAtOnce: true, notification: 'early' });
    const { id, status } = await api.create();
    expect([seen, ids(), status]).toEqual([['succeeded'], [id], 'pending']);
    expect((await api.read(id)).status).toBe('succeeded');
  });
});

describe('the script of a payment', () => {
  it('waits for the payment that it means, and holds for all its notifications', async () => {
    yoo.nextPayment({
      declineAtOnce: 'insufficient_funds',
      notification: { drop: true },
      when: { includes: 'order-2' },
    });
    expect((await api.post('/payments', { metadata: { order_id: 'order-2' } })).status).toBe(400);
    const first = await paid();
    const second = await api.create({ metadata: { order_id: 'order-2' } });
    expect(await api.read(second.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'insufficient_funds' },
    });
    await arrived(1);
    expect(ids()).toEqual([first]);
    expect(yoo.findPayment(({ metadata }) => metadata.order_id === 'order-2')?.id).toBe(second.id);
    expect(yoo.findPayment(() => false)).toBeNull();
  });
});
