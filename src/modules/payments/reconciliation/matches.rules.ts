import type { OurPayment, OurSide, TheirPayment, TheirSide } from './three-way.types.js';

/** Whose payments are whose. */
export interface Matches {
  /** Theirs, by the id of our row. */
  theirsOf: ReadonlyMap<string, TheirPayment>;
  /** More than one of theirs is for one row. */
  seconds: readonly { row: OurPayment; their: TheirPayment }[];
  /** Paid for a row that there is not. */
  orphans: readonly TheirPayment[];
  /** Of other programs, or for rows that there are not and nobody has paid. */
  foreign: number;
}

/**
 * Finds the payment of theirs that each row has: by the provider's id that the row took, else by the row that it names. A charge that
 * bought nothing and is given back as surplus is no payment of any row.
 */
export function matchPayments(ours: OurSide, theirs: TheirSide): Matches {
  const rowOfId = new Map(ours.payments.map((row) => [row.id, row]));
  const rowOfProviderId = new Map(ours.payments.map((row) => [row.providerPaymentId, row]));
  const surplus = findSurplus(ours);
  const theirsOf = new Map<string, TheirPayment>();
  const named: { row: OurPayment; their: TheirPayment }[] = [];
  const orphans: TheirPayment[] = [];
  let foreign = 0;
  for (const their of theirs.payments) {
    const own = rowOfProviderId.get(their.id);
    const row = their.namedPaymentId === null ? undefined : rowOfId.get(their.namedPaymentId);
    if (own) theirsOf.set(own.id, their);
    else if (surplus.has(their.id)) continue;
    else if (row) named.push({ row, their });
    else if (their.namedPaymentId !== null && their.status === 'succeeded') orphans.push(their);
    else foreign += 1;
  }
  return { theirsOf, seconds: adoptNamed(named, theirsOf), orphans, foreign };
}

/** Gives a row that has no payment yet the one that names it, a paid one first. Returns the others that may still cost money. */
function adoptNamed(
  named: { row: OurPayment; their: TheirPayment }[],
  theirsOf: Map<string, TheirPayment>,
): { row: OurPayment; their: TheirPayment }[] {
  const rank = { succeeded: 0, pending: 1, canceled: 2 };
  const paidFirst = named.toSorted((a, b) => rank[a.their.status] - rank[b.their.status]);
  const seconds = [];
  for (const { row, their } of paidFirst) {
    if (row.providerPaymentId === null && !theirsOf.has(row.id)) theirsOf.set(row.id, their);
    else if (their.status !== 'canceled') seconds.push({ row, their });
  }
  return seconds;
}

function findSurplus({ refunds }: OurSide): ReadonlySet<string> {
  const isGivenBack = (status: string) => status === 'pending' || status === 'succeeded';
  return new Set(
    refunds
      .filter(({ origin, status }) => origin === 'surplus' && isGivenBack(status))
      .map(({ chargeId }) => chargeId),
  );
}
