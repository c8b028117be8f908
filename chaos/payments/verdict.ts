import type { PaymentView } from '../../sandbox/yookassa/index.js';
import type { Facts, PaymentRow } from './facts.js';

/** What a row is when its payment has come to this end at the provider. */
const ENDS: Readonly<Record<string, string>> = { succeeded: 'completed', canceled: 'canceled' };

/** What is not as it must be when every payment has come to its end, a sentence each; none: no payment was lost and none was doubled. */
export function findPaymentDifferences(facts: Facts): string[] {
  return [
    ...findMoneyDifferences(facts),
    ...facts.remote.flatMap(({ id, status }) =>
      status in ENDS ? [] : [`payment ${id} is still ${status as string}`],
    ),
    ...facts.rows.flatMap((row) => differencesOfWords(facts, row)),
    ...differencesOfNotifications(facts),
  ];
}

/** The same of the money alone, whether or not payments are over and people are still there to be told. */
export function findMoneyDifferences(facts: Facts): string[] {
  return [...differencesOfRemotes(facts), ...facts.rows.flatMap((row) => differencesOfPurchases(facts, row))];
}

/** Each payment of the provider's is one row's, and says what the row says. */
function differencesOfRemotes({ remote, rows }: Facts): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const seen = new Set<string>();
  return remote.flatMap((payment) => {
    const rowId = payment.metadata['payment_id'] ?? '';
    const what = `payment ${payment.id} of row ${rowId}`;
    if (seen.has(rowId)) return [`${what} is the row's second payment`];
    seen.add(rowId);
    const row = byId.get(rowId);
    return row ? differencesOfPair(what, payment, row) : [`${what} has no row`];
  });
}

function differencesOfPair(what: string, payment: PaymentView, row: PaymentRow): string[] {
  const wanted = ENDS[payment.status];
  const found: string[] = [];
  if (wanted !== undefined && row.status !== wanted)
    found.push(`${what} ${payment.status}, but the row is ${row.status}`);
  if (row.provider_payment_id !== payment.id)
    found.push(`${what} stands there as ${row.provider_payment_id}`);
  if (row.amount_kopecks !== payment.amountKopecks)
    found.push(`${what} cost ${payment.amountKopecks} kopecks`);
  return found;
}

/** A completed row has one purchase, any other none. */
function differencesOfPurchases({ purchases }: Facts, row: PaymentRow): string[] {
  const found: string[] = [];
  const bought = purchases.filter(({ payment_id }) => payment_id === row.id);
  const wanted = row.status === 'completed' ? 1 : 0;
  if (bought.length !== wanted) found.push(`row ${row.id} is ${row.status} with ${bought.length} purchases`);
  if (bought.some((one) => one.amount !== row.credits || one.user_id !== row.user_id))
    found.push(`row ${row.id} was credited otherwise than it was sold`);
  return found;
}

/** Of a completed row its person is told once. */
function differencesOfWords({ told }: Facts, row: PaymentRow): string[] {
  const found: string[] = [];
  const wanted = row.status === 'completed' ? 1 : 0;
  const count = (kind: string) => told.filter((one) => one.payment_id === row.id && one.kind === kind).length;
  const [completed, canceled] = [count('payment_completed'), count('payment_canceled')];
  if (row.status === 'pending') found.push(`row ${row.id} is still pending`);
  if (completed !== wanted)
    found.push(`row ${row.id} is ${row.status}, and was told ${completed} times as paid`);
  // Of one that was replaced by a newer one nobody is told.
  if (!row.superseded && canceled !== (row.status === 'canceled' ? 1 : 0))
    found.push(`row ${row.id} is ${row.status}, and was told ${canceled} times as canceled`);
  if (told.some((one) => one.payment_id === row.id && !one.is_over))
    found.push(`row ${row.id} has a notice that waits`);
  return found;
}

/** Whatever was answered 200 was kept before, each time, and is handled. */
function differencesOfNotifications({ notifications, kept }: Facts): string[] {
  const found: string[] = [];
  const answered = new Map<string, number>();
  for (const { event, objectId, state } of notifications) {
    const key = `${event} ${objectId}`;
    if (state === 'delivered') answered.set(key, (answered.get(key) ?? 0) + 1);
    else found.push(`a copy of ${key} is ${state}`);
  }
  const inbox = new Map(kept.map((row) => [`${row.event} ${row.object_id}`, row]));
  for (const [key, times] of answered) {
    const row = inbox.get(key);
    if (!row) found.push(`${key} was answered 200 ${times} times and is not in the inbox`);
    else if (row.outcome === null) found.push(`${key} is not handled`);
    else if (row.times < times)
      found.push(`${key} was answered 200 ${times} times and kept ${row.times} times`);
  }
  return found;
}
