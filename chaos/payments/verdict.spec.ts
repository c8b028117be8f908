import { describe, expect, it } from 'vitest';
import type { NotificationRecord, PaymentView } from '../../sandbox/yookassa/index.js';
import type { Facts } from './facts.js';
import { findMoneyDifferences, findPaymentDifferences } from './verdict.js';

const ROW = {
  ...{
    id: 'row-1',
    user_id: 'anna',
    provider_payment_id: 'pay-1',
    status: 'completed',
    amount_kopecks: 19_900,
  },
  ...{ credits: 5, found_by: 'notification', superseded: false, completed_at_ms: 1 },
};
const REMOTE = { id: 'pay-1', status: 'succeeded', amountKopecks: 19_900, metadata: { payment_id: 'row-1' } };
const NOTIFICATION = {
  event: 'payment.succeeded',
  objectId: 'pay-1',
  state: 'delivered',
} as NotificationRecord;
const TOLD = { payment_id: 'row-1', kind: 'payment_completed', is_over: true };
const PURCHASE = { payment_id: 'row-1', user_id: 'anna', amount: 5 };

/** One payment, credited once; `remote` are changes of the provider's. */
function facts({
  remote = {},
  ...changes
}: Partial<Omit<Facts, 'remote'>> & { remote?: object } = {}): Facts {
  return {
    remote: [{ ...REMOTE, ...remote } as unknown as PaymentView],
    notifications: [NOTIFICATION, NOTIFICATION],
    rows: [ROW],
    purchases: [PURCHASE],
    told: [TOLD],
    kept: [{ event: 'payment.succeeded', object_id: 'pay-1', times: 2, outcome: 'completed' }],
    ...changes,
  };
}

describe('findPaymentDifferences', () => {
  it('has nothing against a payment that was credited once', () => {
    expect(findPaymentDifferences(facts())).toEqual([]);
  });

  it('has nothing against one that was canceled, and told so', () => {
    const canceled = {
      remote: { status: 'canceled' },
      rows: [{ ...ROW, status: 'canceled' }],
      purchases: [],
      told: [{ ...TOLD, kind: 'payment_canceled' }],
    };
    expect(findPaymentDifferences(facts(canceled))).toEqual([]);
  });

  it.each<[string, Parameters<typeof facts>[0]]>([
    ['is still pending', { rows: [{ ...ROW, status: 'pending' }] }],
    ['with 0 purchases', { purchases: [] }],
    ['with 2 purchases', { purchases: [PURCHASE, PURCHASE] }],
    ['credited otherwise', { purchases: [{ ...PURCHASE, amount: 20 }] }],
    ['credited otherwise', { purchases: [{ ...PURCHASE, user_id: 'boris' }] }],
    ['was told 0 times as paid', { told: [] }],
    ['was told 2 times as paid', { told: [TOLD, TOLD] }],
    ['was told 1 times as canceled', { told: [TOLD, { ...TOLD, kind: 'payment_canceled' }] }],
    ['has a notice that waits', { told: [{ ...TOLD, is_over: false }] }],
    ['has no row', { rows: [] }],
    ['canceled, but the row is completed', { remote: { status: 'canceled' } }],
    ['is still pending', { remote: { status: 'pending' } }],
    ['stands there as pay-2', { rows: [{ ...ROW, provider_payment_id: 'pay-2' }] }],
    ['cost 1 kopecks', { remote: { amountKopecks: 1 } }],
    [
      'a copy of payment.succeeded pay-1 is waiting',
      { notifications: [{ ...NOTIFICATION, state: 'waiting' }] },
    ],
    ['is not in the inbox', { kept: [] }],
    ['is not handled', { kept: [{ ...(facts().kept[0] as Facts['kept'][0]), outcome: null }] }],
    ['and kept 1 times', { kept: [{ ...(facts().kept[0] as Facts['kept'][0]), times: 1 }] }],
  ])('says that something %s', (sentence, changes) => {
    expect(findPaymentDifferences(facts(changes)).join('\n')).toContain(sentence);
  });

  it("says that a row has a second payment at the provider's", () => {
    const { remote } = facts();
    const twice = { ...facts(), remote: [...remote, { ...(remote[0] as PaymentView), id: 'pay-2' }] };
    expect(findPaymentDifferences(twice)).toContain("payment pay-2 of row row-1 is the row's second payment");
  });
});

describe('findMoneyDifferences', () => {
  it('has nothing against a payment that nobody was told of, or that is not over', () => {
    const open = { rows: [{ ...ROW, status: 'pending' }], remote: { status: 'pending' }, purchases: [] };
    expect(findMoneyDifferences(facts({ told: [] }))).toEqual([]);
    expect(findMoneyDifferences(facts({ ...open, told: [] }))).toEqual([]);
  });

  it('says that a payment was credited twice, or to nobody', () => {
    expect(findMoneyDifferences(facts({ purchases: [PURCHASE, PURCHASE] }))).toHaveLength(1);
    expect(findMoneyDifferences(facts({ purchases: [] }))).toHaveLength(1);
  });
});
