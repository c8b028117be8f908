import type { Matches } from './matches.rules.js';
import type { Difference, OurPayment, OurSide, TheirPayment, ThreeWayFacts } from './three-way.types.js';

/** How a row of ours is named in a report. */
export const ourPayment = (id: string): string => `payments ${id}`;

/** The differences of payments; a row that changed while the lists were read is left to the next report. */
export function listPaymentDifferences(facts: ThreeWayFacts, matches: Matches): Difference[] {
  const theirPayment = (id: string) => `${facts.provider} payment ${id}`;
  const history = readHistory(facts.ours);
  return [
    ...facts.ours.payments.flatMap((row) => {
      const their = matches.theirsOf.get(row.id);
      if (their && row.isSettledByHand) return [];
      return their ? compareRow(row, their, history) : findMissing(row, facts.theirs.unknownPayments);
    }),
    ...matches.seconds.map(({ row, their }): Difference => ({
      kind: 'second_payment',
      subject: theirPayment(their.id),
      detail: `${their.status}, for payments ${row.id}, which has ${row.providerPaymentId ?? 'another one'}`,
    })),
    ...matches.orphans.map((their): Difference => ({
      kind: 'missing_here',
      subject: theirPayment(their.id),
      detail: `${String(their.amount)} paid for payments ${String(their.namedPaymentId)}, which there is not`,
    })),
  ];
}

/** Whether a row waits for its end on both sides. */
export function isWaiting(row: OurPayment, their: TheirPayment | undefined): boolean {
  return row.status === 'pending' && (their === undefined || their.status === 'pending');
}

/** Whether the provider never made it: nobody sends its request again, and no list has it. */
export function isNeverMade(row: OurPayment, their: TheirPayment | undefined): boolean {
  return row.status === 'pending' && row.providerPaymentId === null && row.isPastKey && their === undefined;
}

/** The credit history by payment. */
interface History {
  /** Credits of the purchase. */
  purchases: ReadonlyMap<string, number>;
  /** What its refunds gave back, in the provider's unit. */
  refunded: ReadonlyMap<string, number>;
  /** Payments one of whose refunds changed meanwhile. */
  moving: ReadonlySet<string>;
}

function readHistory({ purchases, takenBack, refunds }: OurSide): History {
  const refunded = new Map<string, number>();
  for (const { paymentId, amount } of takenBack.values())
    refunded.set(paymentId, (refunded.get(paymentId) ?? 0) + amount);
  const moving = new Set(refunds.filter(({ isMoving }) => isMoving).map(({ paymentId }) => paymentId));
  return { purchases, refunded, moving };
}

function findMissing(row: OurPayment, unknown: ReadonlySet<string>): Difference[] {
  if (row.providerPaymentId === null || !unknown.has(row.providerPaymentId)) return [];
  const detail = `${row.status}, but the provider does not know ${row.providerPaymentId}`;
  return [{ kind: 'missing_at_provider', subject: ourPayment(row.id), detail }];
}

function compareRow(row: OurPayment, their: TheirPayment, history: History): Difference[] {
  const differences: Difference[] = [];
  if (their.amount !== row.amount) {
    const detail = `sold for ${row.amount}, ${their.id} is of ${their.amount ?? 'an unreadable sum'}`;
    differences.push({ kind: 'amount_differs', subject: ourPayment(row.id), detail });
  }
  if (row.isMoving) return differences;
  return [...differences, ...compareState(row, their, history), ...compareRefunded(row, their, history)];
}

/** Status against status, and the purchase against both. */
function compareState(row: OurPayment, their: TheirPayment, history: History): Difference[] {
  const subject = ourPayment(row.id);
  const credits = history.purchases.get(row.id);
  if (credits !== undefined && their.status !== 'succeeded') {
    const detail = `${credits} credits granted, but ${their.id} is ${their.status}`;
    return [{ kind: 'granted_unpaid', subject, detail }];
  }
  if (!agrees(row, their)) {
    const parked = row.parkedReason === null ? '' : ` (${row.parkedReason})`;
    return [
      {
        kind: 'status_differs',
        subject,
        detail: `${row.status}, but ${their.id} is ${their.status}${parked}`,
      },
    ];
  }
  if (row.status === 'completed' && credits === undefined) {
    return [{ kind: 'not_granted', subject, detail: `${row.amount} paid, but no credits were granted` }];
  }
  return [];
}

function agrees({ status }: OurPayment, their: TheirPayment): boolean {
  switch (their.status) {
    case 'succeeded':
      return status === 'completed';
    case 'canceled':
      return status === 'canceled' || status === 'failed';
    case 'pending':
      return status === 'pending';
  }
}

/** What was given back: by them, by our row, by the history. */
function compareRefunded(row: OurPayment, their: TheirPayment, history: History): Difference[] {
  if (history.moving.has(row.id)) return [];
  const inHistory = history.refunded.get(row.id) ?? 0;
  if (their.refunded === row.refunded && row.refunded === inHistory) return [];
  const detail = `the provider gave back ${their.refunded}, the row says ${row.refunded}, the history ${inHistory}`;
  return [{ kind: 'refund_sum_differs', subject: ourPayment(row.id), detail }];
}
