import type { PaymentProvider, PaymentStatus } from '../payments.types.js';

/** What can differ between our rows, the provider's lists and the credit history. */
export type DifferenceKind =
  /** Ours has the provider's id, and the provider does not know it. */
  | 'missing_at_provider'
  /** Paid there for a payment of ours that we do not have. */
  | 'missing_here'
  | 'status_differs'
  | 'amount_differs'
  /** Paid there and completed here, without a purchase in the history. */
  | 'not_granted'
  /** A purchase in the history that was not paid there. */
  | 'granted_unpaid'
  /** Two payments of theirs are for one of ours. */
  | 'second_payment'
  | 'refund_missing_here'
  | 'refund_missing_at_provider'
  /** Given back there, and its credits were not taken back. */
  | 'refund_not_taken'
  | 'refund_sum_differs'
  /** An operator's wish that the provider never made, and that nobody asks about any more. */
  | 'refund_never_made'
  /** Not all of theirs, or of ours, could be read. */
  | 'list_incomplete';

/** One difference, as a report names it. */
export interface Difference {
  kind: DifferenceKind;
  /** What it is about: `payments 0198…`, `yookassa payment 2d8f…`. */
  subject: string;
  detail: string;
}

/** A row of `payments`; sums are in the provider's unit, kopecks or Stars. */
export interface OurPayment {
  id: string;
  providerPaymentId: string | null;
  status: PaymentStatus;
  amount: number;
  refunded: number;
  /** What is wrong with one that was paid otherwise than it was sold. */
  parkedReason: string | null;
  /** An operator says that nothing more is to be done about a parked one. */
  isSettledByHand: boolean;
  /** It began or ended while the lists were being read. */
  isMoving: boolean;
  /** Its idempotency key is too old to be sent again. */
  isPastKey: boolean;
  /** The provider's list should have it, and it counts in the sums. */
  isInWindow: boolean;
}

/** A row of `payment_refunds`. */
export interface OurRefund {
  id: string;
  paymentId: string;
  /** The provider's id of the payment or charge. */
  chargeId: string;
  providerRefundId: string | null;
  status: 'pending' | 'succeeded' | 'canceled' | 'failed';
  amount: number;
  origin: 'operator' | 'provider' | 'surplus';
  isMoving: boolean;
  isInWindow: boolean;
  /** Pending, and nobody asks about it any more. */
  isGivenUp: boolean;
}

/** A payment as the provider's list has it. */
export interface TheirPayment {
  id: string;
  /** The row that it names in our own words, which need not exist; null: it is another program's. */
  namedPaymentId: string | null;
  /** `pending` is whatever may still change. */
  status: 'pending' | 'succeeded' | 'canceled';
  /** Null where it cannot be read, or is in another currency. */
  amount: number | null;
  refunded: number;
}

/** A refund as the provider's list has it. */
export interface TheirRefund {
  id: string;
  providerPaymentId: string;
  status: 'pending' | 'succeeded' | 'canceled';
  amount: number | null;
}

/** Ours, as of one snapshot. */
export interface OurSide {
  payments: readonly OurPayment[];
  refunds: readonly OurRefund[];
  /** Credits of the purchase, by payment. */
  purchases: ReadonlyMap<string, number>;
  /** What each refund took back, by the provider's id of it: `amount` in the provider's unit. */
  takenBack: ReadonlyMap<string, { paymentId: string; amount: number; credits: number }>;
}

/** Theirs, and what they were asked for beyond their lists. */
export interface TheirSide {
  payments: readonly TheirPayment[];
  refunds: readonly TheirRefund[];
  /** Ids of ours that they do not know. */
  unknownPayments: ReadonlySet<string>;
  unknownRefunds: ReadonlySet<string>;
  /** Why not everything could be read. */
  incomplete: readonly string[];
}

/** Everything that is compared. */
export interface ThreeWayFacts {
  provider: PaymentProvider;
  ours: OurSide;
  theirs: TheirSide;
}

/** What was compared, in a report's spelling; sums in the provider's unit, kopecks or Stars. */
export interface ThreeWayCounts {
  payments_ours: number;
  payments_theirs: number;
  refunds_ours: number;
  refunds_theirs: number;
  purchases: number;
  /** Payments and refunds of theirs that are not about ours. */
  foreign: number;
  /** Of ours: not over yet on both sides, or changed meanwhile. */
  under_way: number;
  /** Of ours: the request for it got no answer, and the provider does not have it. */
  never_made: number;
  paid_theirs: number;
  completed_ours: number;
  credits_granted: number;
  refunded_theirs: number;
  refunded_ours: number;
  credits_taken_back: number;
}

/** What comparing found. */
export interface ThreeWayResult {
  counts: ThreeWayCounts;
  differences: Difference[];
}
