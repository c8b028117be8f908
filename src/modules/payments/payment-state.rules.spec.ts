import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidePayment, shopOf, type PaymentFacts, type ShopFacts } from './payment-state.rules.js';
import type { PaymentStatus } from './payments.types.js';
import type { RemotePayment } from './yookassa/yookassa-replies.schemas.js';

const ID = '5a1f5a2e-1111-4222-8333-944444444444';
const SHOP: ShopFacts = { shopId: '100500', isTest: true };
const ROW: PaymentFacts = {
  id: ID,
  planId: 'starter',
  status: 'pending',
  providerPaymentId: 'remote-1',
  amountKopecks: 19_900,
  currency: 'RUB',
  parkedReason: null,
  settledByHandAt: null,
};
const REMOTE: RemotePayment = {
  id: 'remote-1',
  status: 'succeeded',
  paid: true,
  kopecks: 19_900,
  currency: 'RUB',
  isTest: true,
  shopId: '100500',
  paymentId: ID,
  isLegacyLink: false,
  confirmationUrl: null,
  cancellationReason: null,
  refundedKopecks: 0,
  createdAt: new Date(0),
};

describe('what follows from what YooKassa says of a payment', () => {
  it.each<[PaymentStatus, string, string]>([
    ['pending', 'pending', 'wait'],
    ['pending', 'waiting_for_capture', 'wait'],
    ['pending', 'succeeded', 'complete'],
    ['pending', 'canceled', 'cancel'],
    ['pending', 'a status of the future', 'wait'],
    ['completed', 'succeeded', 'ignore'],
    // Read before it was paid, and answered after somebody else had seen it paid.
    ['completed', 'pending', 'ignore'],
    ['completed', 'canceled', 'contradiction'],
    ['canceled', 'canceled', 'ignore'],
    ['canceled', 'succeeded', 'contradiction'],
    ['failed', 'pending', 'ignore'],
    ['failed', 'succeeded', 'contradiction'],
  ])('ours %s, theirs %s: %s', (ours, theirs, kind) => {
    expect(decidePayment({ ...ROW, status: ours }, { ...REMOTE, status: theirs }, SHOP).kind).toBe(kind);
  });

  it.each<[string, Partial<RemotePayment>]>([
    ['another amount', { kopecks: 100 }],
    ['an amount that is written in no way we know', { kopecks: null }],
    ['another currency', { currency: 'USD' }],
    ['another shop', { shopId: '100501' }],
    ['no shop', { shopId: null }],
    ['real money in a test shop', { isTest: false }],
    ['the name of another row', { paymentId: '00000000-0000-4000-8000-000000000000' }],
    ['no name of a row', { paymentId: null }],
  ])('F-14 %s is never credited, whoever says so', (_what, change) => {
    const remote = { ...REMOTE, ...change };
    expect(decidePayment(ROW, remote, SHOP)).toMatchObject({ kind: 'park' });
    expect(decidePayment({ ...ROW, providerPaymentId: null }, remote, SHOP)).toMatchObject({
      kind: 'foreign',
    });
    expect(decidePayment(ROW, { ...remote, status: 'canceled' }, SHOP)).toMatchObject({ kind: 'foreign' });
  });

  it.each(['sandbox', 'staging'] as const)('F-14 in %s only test payments are credited', (appEnv) => {
    const shop = shopOf({ APP_ENV: appEnv, YOOKASSA_SHOP_ID: SHOP.shopId });
    expect(decidePayment(ROW, REMOTE, shop).kind).toBe('complete');
    expect(decidePayment(ROW, { ...REMOTE, isTest: false }, shop).kind).toBe('park');
  });

  it('F-14 in production a test payment is never credited', () => {
    const shop = shopOf({ APP_ENV: 'production', YOOKASSA_SHOP_ID: SHOP.shopId });
    expect(decidePayment(ROW, { ...REMOTE, isTest: false }, shop).kind).toBe('complete');
    expect(decidePayment(ROW, REMOTE, shop)).toEqual({
      kind: 'park',
      differences: ['test true instead of false'],
    });
  });

  it('does not take a second payment that names the row for its own', () => {
    const second = { ...REMOTE, id: 'remote-2' };
    expect(decidePayment(ROW, second, SHOP)).toEqual({
      kind: 'foreign',
      differences: ['payment remote-2 instead of remote-1'],
    });
  });

  it('grants what was partly given back before we heard of it: its refund takes that part back', () => {
    const refunded = { ...REMOTE, refundedKopecks: 9_950 };
    expect(decidePayment(ROW, refunded, SHOP).kind).toBe('complete');
    // A refund of a parked one has found nothing to take back.
    expect(decidePayment({ ...ROW, parkedReason: 'shop 1 instead of 100500' }, refunded, SHOP)).toEqual({
      ...{ kind: 'park', differences: ['refunded 9950 instead of 0'] },
    });
  });

  it('leaves alone what an operator has settled, whatever agrees by now', () => {
    const settled = { ...ROW, parkedReason: 'shop 1 instead of 100500', settledByHandAt: new Date(0) };
    for (const status of ['succeeded', 'canceled', 'pending'])
      expect(decidePayment(settled, { ...REMOTE, status }, SHOP)).toEqual({ kind: 'ignore' });
  });

  it('waits for the money behind a status', () => {
    expect(decidePayment(ROW, { ...REMOTE, paid: false }, SHOP)).toEqual({ kind: 'wait' });
  });

  it('credits nothing but a pending row and a paid payment that agree in everything', () => {
    const statuses = fc.constantFrom<PaymentStatus>('pending', 'completed', 'canceled', 'failed');
    const remotes = fc.record({
      id: fc.constantFrom('remote-1', 'remote-2'),
      status: fc.constantFrom('pending', 'waiting_for_capture', 'succeeded', 'canceled', '?'),
      paid: fc.boolean(),
      kopecks: fc.constantFrom(19_900, 100, null),
      currency: fc.constantFrom('RUB', 'USD'),
      isTest: fc.boolean(),
      shopId: fc.constantFrom('100500', '1', null),
      paymentId: fc.constantFrom(ID, 'other', null),
    });
    fc.assert(
      fc.property(
        statuses,
        fc.constantFrom('remote-1', null),
        remotes,
        (status, providerPaymentId, remote) => {
          const row = { ...ROW, status, providerPaymentId };
          const decided = decidePayment(row, { ...REMOTE, ...remote }, SHOP);
          const agrees =
            (providerPaymentId === null || remote.id === providerPaymentId) &&
            remote.kopecks === 19_900 &&
            remote.currency === 'RUB' &&
            remote.isTest &&
            remote.shopId === '100500' &&
            remote.paymentId === ID;
          const isPaid = status === 'pending' && remote.status === 'succeeded' && remote.paid;
          expect(decided.kind === 'complete').toBe(agrees && isPaid);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a payment that the Python system began', () => {
  const legacy = { ...ROW, planId: 'legacy' };

  it.each([
    ['names no row', { paymentId: null }, 'complete'],
    ['names this row', {}, 'complete'],
    ['names another row', { paymentId: '00000000-0000-4000-8000-000000000000' }, 'park'],
    ['is of another amount', { paymentId: null, kopecks: 100 }, 'park'],
    ['was given back there', { paymentId: null, refundedKopecks: 19_900 }, 'park'],
    ['was partly given back there', { paymentId: null, refundedKopecks: 1 }, 'park'],
    ['is another one', { paymentId: null, id: 'remote-2' }, 'foreign'],
    ['is held, and not captured', { paymentId: null, status: 'waiting_for_capture' }, 'wait'],
  ])('%s', (_, change, kind) => {
    expect(decidePayment(legacy, { ...REMOTE, ...change }, SHOP).kind).toBe(kind);
  });
});
