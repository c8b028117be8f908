import type { LedgerRow } from '../../../../sandbox/page/protocol.js';

/** What comes out when the ledger is added up. */
export interface LedgerCheck {
  /** What was there before the oldest row; 0 where the ledger is shown from its beginning. */
  opening: number;
  /** The opening and every amount. */
  sum: number;
  /** The oldest row whose balance does not follow from the one before it; null when all do. */
  brokenRowId: string | null;
  /** Whether every row follows and the sum is the balance. */
  addsUp: boolean;
}

/** Adds the ledger up, newest row first, and compares it with the balance. */
export function checkLedger(ledger: readonly LedgerRow[], balance: number): LedgerCheck {
  const oldest = ledger.at(-1);
  const opening = oldest ? oldest.balanceAfter - oldest.amount : 0;
  let sum = opening;
  let brokenRowId: string | null = null;
  for (const row of ledger.toReversed()) {
    sum += row.amount;
    if (row.balanceAfter !== sum) brokenRowId ??= row.id;
  }
  return { opening, sum, brokenRowId, addsUp: brokenRowId === null && sum === balance };
}

/** The credits that the ledger gave back for a job; null when it has no such row. */
export function refundOfJob(ledger: readonly LedgerRow[], jobId: string): number | null {
  return ledger.find((row) => row.operation === 'refund' && row.jobId === jobId)?.amount ?? null;
}

/** The ids of payments whose money went back. */
export function refundedPayments(ledger: readonly LedgerRow[]): ReadonlySet<string> {
  const rows = ledger.filter(({ operation }) => operation === 'payment_refund');
  return new Set(rows.flatMap(({ paymentId }) => (paymentId ? [paymentId] : [])));
}
