import type { CallbackFacts, KeptLetter } from './facts.js';
import type { Posted } from './postman.js';

/** How a notification about a payment of ours may end. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  'payment.succeeded': ['completed', 'over', 'canceled'],
  'payment.canceled': ['canceled', 'over', 'completed'],
  // Told while it was pending it changes nothing; told later it is one more look.
  'payment.waiting_for_capture': ['waiting', 'completed', 'canceled', 'over'],
  'refund.succeeded': ['refunded', 'over'],
  'deal.closed': ['ignored'],
};

/** What is not as it must be after every letter was told many times, a sentence each, its invariant first. */
export function findBrokenCallbacks(facts: CallbackFacts): string[] {
  return [
    ...(facts.made < facts.wanted.payments
      ? [`${facts.made} payments were made instead of ${facts.wanted.payments}`]
      : []),
    ...brokenByAnswers(facts.posted),
    ...brokenByRefunds(facts),
    ...facts.stars.flatMap(({ chargeId, purchases }) =>
      purchases === 1 ? [] : [`I2: charge ${chargeId} in Stars bought ${purchases} times`],
    ),
    ...facts.owed.flatMap(({ userId, credits, owed }) =>
      credits === owed ? [] : [`I2: ${userId} has ${credits} credits; paid and not given back are ${owed}`],
    ),
    ...facts.inbox.flatMap(brokenByOutcome),
    ...brokenByKept(facts),
  ];
}

function brokenByAnswers(posted: readonly Posted[]): string[] {
  const refused = posted.filter(({ status }) => status !== 200);
  return refused.map(({ about, status, tries }) => `${about} was answered ${status} after ${tries} tries`);
}

/** Each refund is in the history once, with its sum, and nothing else is. */
function brokenByRefunds({ refunds, takenBack }: CallbackFacts): string[] {
  const made = new Map(refunds.map(({ id, kopecks }) => [id, kopecks]));
  const counts = new Map<string, number>();
  for (const { refundId } of takenBack) counts.set(refundId, (counts.get(refundId) ?? 0) + 1);
  return [
    ...refunds.flatMap(({ id }) =>
      counts.get(id) === 1 ? [] : [`I2: refund ${id} is in the history ${counts.get(id) ?? 0} times`],
    ),
    ...takenBack.flatMap(({ refundId, kopecks }) =>
      made.get(refundId) === kopecks
        ? []
        : [`I2: refund ${refundId} took back ${kopecks} kopecks, YooKassa says ${made.get(refundId)}`],
    ),
  ];
}

function brokenByOutcome({ provider, event, objectId, outcome }: KeptLetter): string[] {
  const what = `the notification ${provider} ${event} ${objectId}`;
  if (outcome === null) return [`I7: ${what} has no outcome`];
  return (OUTCOMES[event] ?? []).includes(outcome) ? [] : [`I7: ${what} ended as ${outcome}`];
}

/** Whatever was answered 200 was kept before, each time. */
function brokenByKept({ posted, inbox, callbacks }: CallbackFacts): string[] {
  const answered = new Map<string, number>();
  for (const { about, status } of posted)
    if (status === 200) answered.set(about, (answered.get(about) ?? 0) + 1);
  const kept = new Map<string, number>([
    ...inbox.map(
      ({ provider, event, objectId, times }) => [`${provider} ${event} ${objectId}`, times] as const,
    ),
    ...callbacks.map(({ taskRowId, times }) => [`kie ${taskRowId}`, times] as const),
  ]);
  return [
    ...[...answered].flatMap(([about, times]) => {
      // Updates are kept by the memory of their chat, which is looked at elsewhere.
      if (about.startsWith('telegram ') || (kept.get(about) ?? 0) >= times) return [];
      return [`I7: ${about} was answered 200 ${times} times and kept ${kept.get(about) ?? 0} times`];
    }),
    ...callbacks.flatMap(({ taskRowId, open }) =>
      open === 0 ? [] : [`I7: ${open} callbacks of task ${taskRowId} have no end`],
    ),
  ];
}
