import type { Difference, OurRefund, TheirRefund, ThreeWayFacts } from './three-way.types.js';

/** How refunds meet: ours by the provider's id, theirs by whether their payment is ours. */
export interface RefundComparison {
  differences: Difference[];
  /** Of theirs: for payments that are not ours. */
  foreign: number;
}

/** The differences of refunds; one that changed while the lists were read is left to the next report. */
export function compareRefunds({ provider, ours, theirs }: ThreeWayFacts): RefundComparison {
  const ourOf = new Map(ours.refunds.map((refund) => [refund.providerRefundId, refund]));
  const ourCharges = new Set(ours.payments.map(({ providerPaymentId }) => providerPaymentId));
  // They have granted nothing that could be taken back.
  const parked = new Set(
    ours.payments.flatMap(({ id, parkedReason }) =>
      parkedReason === null || ours.purchases.has(id) ? [] : id,
    ),
  );
  const differences: Difference[] = [];
  let foreign = 0;
  for (const their of theirs.refunds) {
    const our = ourOf.get(their.id);
    if (our)
      differences.push(...comparePair(our, their, ours.takenBack.has(their.id) || parked.has(our.paymentId)));
    else if (!ourCharges.has(their.providerPaymentId)) foreign += 1;
    else if (their.status !== 'canceled') {
      const detail = `${String(their.amount)} of payment ${their.providerPaymentId} ${their.status}, and we have no row of it`;
      differences.push({ kind: 'refund_missing_here', subject: `${provider} refund ${their.id}`, detail });
    }
  }
  for (const our of ours.refunds) differences.push(...findMissing(our, theirs.unknownRefunds));
  return { differences, foreign };
}

function comparePair(our: OurRefund, their: TheirRefund, isTakenBack: boolean): Difference[] {
  if (our.isMoving) return [];
  const subject = ourRefund(our);
  const differences: Difference[] = [];
  if (our.amount !== their.amount) {
    const detail = `${our.amount} here, ${their.amount ?? 'an unreadable sum'} there`;
    differences.push({ kind: 'amount_differs', subject, detail });
  }
  if (our.status !== their.status) {
    differences.push({
      kind: 'status_differs',
      subject,
      detail: `${our.status}, but ${their.id} is ${their.status}`,
    });
  }
  if (their.status === 'succeeded' && our.origin !== 'surplus' && !isTakenBack) {
    const detail = `${our.amount} given back, but its credits were not taken back`;
    differences.push({ kind: 'refund_not_taken', subject, detail });
  }
  return differences;
}

function findMissing(our: OurRefund, unknown: ReadonlySet<string>): Difference[] {
  const subject = ourRefund(our);
  if (our.providerRefundId !== null && unknown.has(our.providerRefundId)) {
    const detail = `${our.status}, but the provider does not know ${our.providerRefundId}`;
    return [{ kind: 'refund_missing_at_provider', subject, detail }];
  }
  if (our.providerRefundId === null && our.isGivenUp) {
    const detail = `${our.amount} was to be given back, the provider has not made it, and nobody asks any more`;
    return [{ kind: 'refund_never_made', subject, detail }];
  }
  return [];
}

function ourRefund({ id }: OurRefund): string {
  return `payment_refunds ${id}`;
}
