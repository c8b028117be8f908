import { describe, expect, it } from 'vitest';
import { compareThreeWays } from './three-way.rules.js';
import type {
  DifferenceKind,
  OurPayment,
  OurRefund,
  OurSide,
  TheirPayment,
  TheirRefund,
  TheirSide,
} from './three-way.types.js';

const ours = (changes: Partial<OurPayment> = {}): OurPayment => ({
  id: 'ours',
  providerPaymentId: 'theirs',
  status: 'completed',
  amount: 19_900,
  refunded: 0,
  parkedReason: null,
  isSettledByHand: false,
  isMoving: false,
  isPastKey: false,
  isInWindow: true,
  ...changes,
});
const theirs = (changes: Partial<TheirPayment> = {}): TheirPayment => ({
  id: 'theirs',
  namedPaymentId: 'ours',
  status: 'succeeded',
  amount: 19_900,
  refunded: 0,
  ...changes,
});
const ourRefund = (changes: Partial<OurRefund> = {}): OurRefund => ({
  id: 'our-refund',
  paymentId: 'ours',
  chargeId: 'theirs',
  providerRefundId: 'refund',
  status: 'succeeded',
  amount: 9_950,
  origin: 'provider',
  isMoving: false,
  isInWindow: true,
  isGivenUp: false,
  ...changes,
});
const theirRefund = (changes: Partial<TheirRefund> = {}): TheirRefund => ({
  id: 'refund',
  providerPaymentId: 'theirs',
  status: 'succeeded',
  amount: 9_950,
  ...changes,
});
const granted = new Map([['ours', 5]]);
const nothing = new Map<string, never>();
const taken = new Map([['refund', { paymentId: 'ours', amount: 9_950, credits: 2 }]]);
const neverTaken = new Map<string, { paymentId: string; amount: number; credits: number }>();
/** A payment of which half was given back, the same on all sides. */
const refunded = {
  ours: { payments: [ours({ refunded: 9_950 })], refunds: [ourRefund()], takenBack: taken },
  theirs: { payments: [theirs({ refunded: 9_950 })], refunds: [theirRefund()] },
};

interface Case {
  what: string;
  ours?: Partial<OurSide>;
  theirs?: Partial<TheirSide>;
  /** Kind and subject of each difference. */
  found?: [DifferenceKind, string][];
}

function compare({ ours: our = {}, theirs: their = {} }: Omit<Case, 'what'>, provider = 'yookassa' as const) {
  return compareThreeWays({
    provider,
    ours: { payments: [ours()], refunds: [], purchases: granted, takenBack: neverTaken, ...our },
    theirs: {
      payments: [theirs()],
      refunds: [],
      unknownPayments: new Set(),
      unknownRefunds: new Set(),
      incomplete: [],
      ...their,
    },
  });
}

const pending = ours({ status: 'pending' });
const unadopted = ours({ status: 'pending', providerPaymentId: null });

const AGREEING: Case[] = [
  { what: 'a payment that is paid, completed and granted' },
  { what: 'a refund that is taken back', ...refunded },
  {
    what: 'a payment that waits on both sides',
    ours: { payments: [pending], purchases: nothing },
    theirs: { payments: [theirs({ status: 'pending' })] },
  },
  {
    what: 'a canceled payment',
    ours: { payments: [ours({ status: 'canceled' })], purchases: nothing },
    theirs: { payments: [theirs({ status: 'canceled' })] },
  },
  {
    what: 'a payment whose request has no answer yet',
    ours: { payments: [unadopted], purchases: nothing },
    theirs: { payments: [] },
  },
  {
    what: 'a payment that no list has, and that was not asked for',
    theirs: { payments: [] },
  },
  {
    what: 'a parked payment that was given back, and that an operator has settled',
    ours: {
      payments: [ours({ status: 'pending', amount: 19_800, parkedReason: 'kopecks', isSettledByHand: true })],
      refunds: [ourRefund({ amount: 19_900 })],
      purchases: nothing,
    },
    theirs: { payments: [theirs({ refunded: 19_900 })], refunds: [theirRefund({ amount: 19_900 })] },
  },
  {
    what: 'a payment that ended while the lists were read',
    ours: { payments: [ours({ isMoving: true })] },
    theirs: { payments: [theirs({ status: 'pending' })] },
  },
  {
    what: 'a refund that ended while the lists were read',
    ours: {
      payments: [ours({ refunded: 9_950 })],
      refunds: [ourRefund({ isMoving: true })],
      takenBack: taken,
    },
  },
  {
    what: "a payment of another program of the shop, and one of another's row that nobody has paid",
    theirs: {
      payments: [
        theirs(),
        theirs({ id: 'other', namedPaymentId: null }),
        theirs({ id: 'nobody', namedPaymentId: 'nowhere', status: 'canceled' }),
      ],
      refunds: [theirRefund({ providerPaymentId: 'other' })],
    },
  },
  {
    what: 'a second payment that came to nothing',
    theirs: { payments: [theirs(), theirs({ id: 'second', status: 'canceled' })] },
  },
  {
    what: 'a second charge that is given back',
    ours: {
      refunds: [
        ourRefund({ chargeId: 'second', providerRefundId: null, origin: 'surplus', status: 'pending' }),
      ],
    },
    theirs: { payments: [theirs(), theirs({ id: 'second' })] },
  },
  {
    what: "somebody else's charge for a pending payment, given back",
    ours: {
      payments: [unadopted],
      purchases: nothing,
      refunds: [ourRefund({ chargeId: 'strange', providerRefundId: 'strange', origin: 'surplus' })],
    },
    theirs: {
      payments: [theirs({ id: 'strange' })],
      refunds: [theirRefund({ id: 'strange', providerPaymentId: 'strange' })],
    },
  },
  {
    what: 'a refund that came to nothing there, and is unknown here',
    theirs: { refunds: [theirRefund({ status: 'canceled' })] },
  },
];

const DIFFERING: Case[] = [
  {
    what: 'a payment that the provider does not know',
    theirs: { payments: [], unknownPayments: new Set(['theirs']) },
    found: [['missing_at_provider', 'payments ours']],
  },
  {
    what: 'a paid payment of a row that there is not',
    theirs: { payments: [theirs(), theirs({ id: 'orphan', namedPaymentId: 'nowhere' })] },
    found: [['missing_here', 'yookassa payment orphan']],
  },
  {
    what: 'a paid payment that is pending here',
    ours: { payments: [pending], purchases: nothing },
    found: [['status_differs', 'payments ours']],
  },
  {
    what: 'a paid payment that is canceled here',
    ours: { payments: [ours({ status: 'canceled' })], purchases: nothing },
    found: [['status_differs', 'payments ours']],
  },
  {
    what: 'another sum than was sold',
    theirs: { payments: [theirs({ amount: 100 })] },
    found: [['amount_differs', 'payments ours']],
  },
  {
    what: 'a sum that cannot be read, also while it moves',
    ours: { payments: [ours({ isMoving: true })] },
    theirs: { payments: [theirs({ amount: null })] },
    found: [['amount_differs', 'payments ours']],
  },
  {
    what: 'a completed payment without its purchase',
    ours: { purchases: nothing },
    found: [['not_granted', 'payments ours']],
  },
  {
    what: 'a purchase that was not paid',
    theirs: { payments: [theirs({ status: 'canceled' })] },
    found: [['granted_unpaid', 'payments ours']],
  },
  {
    what: 'two payments for one row',
    theirs: { payments: [theirs({ id: 'second' }), theirs()] },
    found: [['second_payment', 'yookassa payment second']],
  },
  {
    what: 'two payments for a row that has taken neither, of which the paid one counts',
    ours: { payments: [unadopted], purchases: nothing },
    theirs: { payments: [theirs({ id: 'open', status: 'pending' }), theirs()] },
    found: [
      ['status_differs', 'payments ours'],
      ['second_payment', 'yookassa payment open'],
    ],
  },
  {
    what: 'a second charge that could not be given back',
    ours: { refunds: [ourRefund({ chargeId: 'second', origin: 'surplus', status: 'failed' })] },
    theirs: { payments: [theirs(), theirs({ id: 'second' })] },
    found: [['second_payment', 'yookassa payment second']],
  },
  {
    what: 'a refund that there is not here',
    theirs: { refunds: [theirRefund()] },
    found: [['refund_missing_here', 'yookassa refund refund']],
  },
  {
    what: 'a refund that the provider does not know',
    ours: refunded.ours,
    theirs: { ...refunded.theirs, refunds: [], unknownRefunds: new Set(['refund']) },
    found: [['refund_missing_at_provider', 'payment_refunds our-refund']],
  },
  {
    what: 'a refund of another sum and with another end',
    ours: { ...refunded.ours, refunds: [ourRefund({ status: 'failed', amount: 1 })] },
    theirs: refunded.theirs,
    found: [
      ['amount_differs', 'payment_refunds our-refund'],
      ['status_differs', 'payment_refunds our-refund'],
    ],
  },
  {
    what: 'a refund whose credits were not taken back',
    ours: { ...refunded.ours, takenBack: neverTaken },
    theirs: refunded.theirs,
    found: [
      ['refund_sum_differs', 'payments ours'],
      ['refund_not_taken', 'payment_refunds our-refund'],
    ],
  },
  {
    what: 'a sum given back that our row does not have',
    theirs: { payments: [theirs({ refunded: 1 })] },
    found: [['refund_sum_differs', 'payments ours']],
  },
  {
    what: "an operator's refund that was never made",
    ours: {
      refunds: [
        ourRefund({ providerRefundId: null, status: 'pending', origin: 'operator', isGivenUp: true }),
      ],
    },
    found: [['refund_never_made', 'payment_refunds our-refund']],
  },
  {
    what: 'a list that is not whole',
    theirs: { incomplete: ['more than 1000 pages of payments'] },
    found: [['list_incomplete', 'yookassa']],
  },
];

describe('compareThreeWays', () => {
  it.each(AGREEING)('finds nothing in $what', (facts) => {
    expect(compare(facts).differences).toEqual([]);
  });

  it.each(DIFFERING)('names $what', ({ found, ...facts }) => {
    const { differences } = compare(facts);
    expect(differences.map(({ kind, subject }) => [kind, subject])).toEqual(found);
  });

  it('has a case for each kind of difference', () => {
    const kinds: Record<DifferenceKind, true> = {
      missing_at_provider: true,
      missing_here: true,
      status_differs: true,
      amount_differs: true,
      not_granted: true,
      granted_unpaid: true,
      second_payment: true,
      refund_missing_here: true,
      refund_missing_at_provider: true,
      refund_not_taken: true,
      refund_sum_differs: true,
      refund_never_made: true,
      list_incomplete: true,
    };
    const shown = DIFFERING.flatMap(({ found = [] }) => found.map(([kind]) => kind));
    expect([...new Set(shown)].sort()).toEqual(Object.keys(kinds).sort());
  });

  it('says what a parked payment is parked for', () => {
    const parked = ours({ status: 'pending', parkedReason: 'kopecks 100 instead of 19900' });
    const { differences } = compare({ ours: { payments: [parked], purchases: nothing } });
    expect(differences[0]?.detail).toBe('pending, but theirs is succeeded (kopecks 100 instead of 19900)');
  });
});

describe('the counts', () => {
  it('add up what each side has', () => {
    const { counts } = compare({
      ours: {
        payments: [
          ...refunded.ours.payments,
          ours({ id: 'waits', providerPaymentId: 'waiting', status: 'pending' }),
          ours({ id: 'never', providerPaymentId: null, status: 'pending', isPastKey: true }),
          ours({ id: 'older', providerPaymentId: 'old', isInWindow: false }),
        ],
        refunds: [ourRefund(), ourRefund({ id: 'r2', providerRefundId: 'r2', status: 'pending', amount: 1 })],
        takenBack: taken,
      },
      theirs: {
        payments: [
          theirs({ refunded: 9_950 }),
          theirs({ id: 'waiting', namedPaymentId: 'waits', status: 'pending' }),
          theirs({ id: 'other', namedPaymentId: null, amount: 5_000 }),
        ],
        refunds: [
          theirRefund(),
          theirRefund({ id: 'r2', status: 'pending', amount: 1 }),
          theirRefund({ id: 'r3', providerPaymentId: 'other' }),
        ],
      },
    });
    expect(counts).toEqual({
      payments_ours: 3,
      payments_theirs: 3,
      refunds_ours: 2,
      refunds_theirs: 3,
      purchases: 1,
      foreign: 2,
      under_way: 1,
      never_made: 1,
      paid_theirs: 19_900,
      completed_ours: 19_900,
      credits_granted: 5,
      refunded_theirs: 9_950,
      refunded_ours: 9_950,
      credits_taken_back: 2,
    });
  });
});
