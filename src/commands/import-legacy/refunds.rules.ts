import type { LegacyHistoryRow, LegacyJob } from './import-legacy.types.js';

/** The Python system gave a credit back and marked its video as failed within moments. */
const MARKED_WITHIN_MS = 10 * 60_000;

/** A refund of the old history, as far as it is not yet known what it was for. */
interface OpenRefund {
  tgUserId: number;
  jobId: string | null;
  amount: number;
  atMs: number;
}

/**
 * The ids of jobs that are under way by their row, and whose credit was given back there all the same: the Python system's worker gave it back
 * first, and left the row as it was where it then failed itself (`refund_credit`, then `raise`). Its refunds name no job. So of a person's
 * refunds those go first that a failed job stands beside; what is left since a job began is that job's, of the oldest first.
 *
 * @param jobs of these people: those under way, and those that failed.
 * @param history of these people; what is no refund is left out.
 */
export function listRefundedThere(
  jobs: readonly LegacyJob[],
  history: readonly LegacyHistoryRow[],
): Set<string> {
  const open = new Map<number, OpenRefund[]>();
  for (const refund of history.flatMap(refundOf).sort((one, other) => one.atMs - other.atMs))
    open.set(refund.tgUserId, [...(open.get(refund.tgUserId) ?? []), refund]);
  const of = (job: LegacyJob) => open.get(job.tgUserId) ?? [];
  const refunded = new Set<string>();
  const underWay = jobs
    .filter(({ status }) => status !== 'failed')
    .sort((one, other) => startOf(one) - startOf(other));

  for (const job of jobs) {
    if (!take(of(job), job, ({ jobId }) => jobId === job.legacyId)) continue;
    if (job.status !== 'failed') refunded.add(job.legacyId);
  }
  for (const job of jobs) if (job.status === 'failed') take(nearest(of(job), job), job, isUnnamed);
  for (const job of underWay) {
    if (refunded.has(job.legacyId)) continue;
    if (take(of(job), job, (refund) => isUnnamed(refund) && refund.atMs >= startOf(job)))
      refunded.add(job.legacyId);
  }
  return refunded;
}

/** When a job began to be made, or was ordered; the end of all time where neither is known, as then no refund is after it. */
function startOf({ startedAt, createdAt }: LegacyJob): number {
  return Date.parse(startedAt ?? createdAt ?? '') || Number.POSITIVE_INFINITY;
}

function refundOf({ tgUserId, operationType, jobId, amount, createdAt }: LegacyHistoryRow): OpenRefund[] {
  if (operationType !== 'refund' || !(Number(amount) > 0)) return [];
  return [{ tgUserId, jobId, amount: Number(amount), atMs: Date.parse(createdAt ?? '') || 0 }];
}

function isUnnamed({ jobId }: OpenRefund): boolean {
  return jobId === null;
}

/** Those beside the end of a failed job, the nearest first. */
function nearest(refunds: readonly OpenRefund[], { finishedAt }: LegacyJob): OpenRefund[] {
  const endMs = Date.parse(finishedAt ?? '');
  const distance = ({ atMs }: OpenRefund) => Math.abs(atMs - endMs);
  return refunds
    .filter((refund) => distance(refund) <= MARKED_WITHIN_MS)
    .sort((one, other) => distance(one) - distance(other));
}

/** Takes as much as a job took from the refunds that fit; nothing where they are less. */
function take(
  refunds: readonly OpenRefund[],
  { credits }: LegacyJob,
  isFit: (refund: OpenRefund) => boolean,
): boolean {
  let missing = credits ?? 1;
  const fitting = refunds.filter((refund) => refund.amount > 0 && isFit(refund));
  if (missing === 0 || fitting.reduce((sum, { amount }) => sum + amount, 0) < missing) return false;
  for (const refund of fitting) {
    const part = Math.min(refund.amount, missing);
    refund.amount -= part;
    missing -= part;
  }
  return true;
}
