import type { Env } from '../../platform/index.js';
import type { RemotePayment } from './yookassa/yookassa-replies.schemas.js';
import { LEGACY_PLAN_ID, type PaymentStatus } from './payments.types.js';

/** Our row, as far as a decision needs it. */
export interface PaymentFacts {
  id: string;
  planId: string;
  status: PaymentStatus;
  providerPaymentId: string | null;
  amountKopecks: number | null;
  currency: string;
  parkedReason: string | null;
  settledByHandAt: Date | null;
}

/** The shop that we sell for. */
export interface ShopFacts {
  shopId: string;
  /** Payments of a test shop count, and no others; in production the other way round. */
  isTest: boolean;
}

/** The shop of these settings. */
export function shopOf(env: Pick<Env, 'YOOKASSA_SHOP_ID' | 'APP_ENV'>): ShopFacts {
  return { shopId: env.YOOKASSA_SHOP_ID, isTest: env.APP_ENV !== 'production' };
}

/** What follows for our row from what the provider says of a payment. */
export type PaymentDecision =
  | { kind: 'complete' }
  | { kind: 'cancel'; reason: string }
  | { kind: 'wait' }
  /** Our row is over already, and agrees, or an operator has settled it. */
  | { kind: 'ignore' }
  /** It is this row's payment, and was paid otherwise than it was sold: nothing is granted, somebody must look. */
  | { kind: 'park'; differences: string[] }
  /** It names our row, but is not its payment: the row stays as it is. */
  | { kind: 'foreign'; differences: string[] }
  /** Our row is over, and the provider says otherwise. */
  | { kind: 'contradiction'; text: string };

/** Whoever asks, however often and in whatever order: only a row that is pending changes, and only on the provider's final word. */
export function decidePayment(row: PaymentFacts, remote: RemotePayment, shop: ShopFacts): PaymentDecision {
  if (row.providerPaymentId !== null && row.providerPaymentId !== remote.id) {
    return { kind: 'foreign', differences: [`payment ${remote.id} instead of ${row.providerPaymentId}`] };
  }
  if (row.settledByHandAt !== null) return { kind: 'ignore' };
  const differences = findDifferences(row, remote, shop);
  if (row.status !== 'pending') return decideOver(row.status, remote.status);
  if (differences.length > 0) {
    const isOurs = row.providerPaymentId === remote.id;
    return isOurs && remote.status === 'succeeded'
      ? { kind: 'park', differences }
      : { kind: 'foreign', differences };
  }
  switch (remote.status) {
    case 'succeeded':
      return remote.paid ? { kind: 'complete' } : { kind: 'wait' };
    case 'canceled':
      return { kind: 'cancel', reason: remote.cancellationReason ?? 'unknown' };
    default:
      return { kind: 'wait' };
  }
}

/** What differs between what we sold and what the provider holds, in words for operators. */
function findDifferences(row: PaymentFacts, remote: RemotePayment, shop: ShopFacts): string[] {
  const differences: string[] = [];
  const compare = (what: string, ours: unknown, theirs: unknown) => {
    if (ours !== theirs) differences.push(`${what} ${String(theirs)} instead of ${String(ours)}`);
  };
  // What the Python system made says nothing of a row; YooKassa's id, which such a row has from the start, names it.
  const isUnnamed = row.planId === LEGACY_PLAN_ID && remote.paymentId === null;
  if (!isUnnamed) compare('metadata', row.id, remote.paymentId);
  compare('kopecks', row.amountKopecks, remote.kopecks);
  compare('currency', row.currency, remote.currency);
  compare('shop', shop.shopId, remote.shopId);
  compare('test', shop.isTest, remote.isTest);
  // What was given back of other payments is told to us, and takes back what they have granted. Of these it was told before we
  // knew of the payment, or while there was nothing to take back: who grants them now would give both.
  const isRefundPast = row.planId === LEGACY_PLAN_ID || row.parkedReason !== null;
  if (isRefundPast) compare('refunded', 0, remote.refundedKopecks);
  return differences;
}

function decideOver(ours: Exclude<PaymentStatus, 'pending'>, theirs: string): PaymentDecision {
  // Only another end contradicts: an answer that was slow may still say `pending`.
  const contradicts = theirs === (ours === 'completed' ? 'canceled' : 'succeeded');
  return contradicts
    ? { kind: 'contradiction', text: `ours is ${ours}, the provider's ${theirs}` }
    : { kind: 'ignore' };
}
