import { matchPayments, type Matches } from './matches.rules.js';
import { isNeverMade, isWaiting, listPaymentDifferences } from './payment-differences.rules.js';
import { compareRefunds } from './refund-differences.rules.js';
import type { Difference, ThreeWayCounts, ThreeWayFacts, ThreeWayResult } from './three-way.types.js';

/** Compares our rows, the provider's lists and the credit history, and names every difference. */
export function compareThreeWays(facts: ThreeWayFacts): ThreeWayResult {
  const matches = matchPayments(facts.ours, facts.theirs);
  const refunds = compareRefunds(facts);
  const incomplete = facts.theirs.incomplete.map((detail): Difference => ({
    kind: 'list_incomplete',
    subject: facts.provider,
    detail,
  }));
  return {
    counts: count(facts, matches, refunds.foreign),
    differences: [...incomplete, ...listPaymentDifferences(facts, matches), ...refunds.differences],
  };
}

function count({ ours, theirs }: ThreeWayFacts, matches: Matches, foreignRefunds: number): ThreeWayCounts {
  const rows = ours.payments.filter((row) => row.isInWindow || matches.theirsOf.has(row.id));
  const neverMade = rows.filter((row) => isNeverMade(row, matches.theirsOf.get(row.id)));
  const waiting = rows.filter((row) => row.isMoving || isWaiting(row, matches.theirsOf.get(row.id)));
  const paid = [...matches.theirsOf.values()].filter(({ status }) => status === 'succeeded');
  const credits = rows.flatMap(({ id }) => ours.purchases.get(id) ?? []);
  const givenBack = (refunds: readonly { status: string; amount: number | null }[]) =>
    sum(refunds.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount ?? 0));
  const ofOurs = new Set(ours.payments.map(({ providerPaymentId }) => providerPaymentId));
  return {
    payments_ours: rows.length,
    payments_theirs: theirs.payments.length,
    refunds_ours: ours.refunds.length,
    refunds_theirs: theirs.refunds.length,
    purchases: credits.length,
    foreign: matches.foreign + foreignRefunds,
    under_way: waiting.length - neverMade.length,
    never_made: neverMade.length,
    paid_theirs: sum(paid.map(({ amount }) => amount ?? 0)),
    completed_ours: sum(rows.filter(({ status }) => status === 'completed').map(({ amount }) => amount)),
    credits_granted: sum(credits),
    refunded_theirs: givenBack(
      theirs.refunds.filter(({ providerPaymentId }) => ofOurs.has(providerPaymentId)),
    ),
    refunded_ours: givenBack(ours.refunds),
    credits_taken_back: sum([...ours.takenBack.values()].map(({ credits: taken }) => taken)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
