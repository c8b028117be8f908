import type { FigureBucket, FigureTotals } from './protocol.js';

/** What one statement found about one hour or day. */
export type BucketRow = { from: string } & Partial<Omit<FigureBucket, 'from'>>;

const EMPTY: Omit<FigureBucket, 'from'> = {
  ordered: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  p50S: null,
  p90S: null,
  p99S: null,
  receivedKopecks: 0,
  receivedStars: 0,
  earnedKopecks: 0,
  earnedStars: 0,
  kieCredits: 0,
};

/** Brings what several statements found together, one row per hour or day, the empty ones too. */
export function mergeBuckets(
  starts: readonly string[],
  found: readonly (readonly BucketRow[])[],
): FigureBucket[] {
  const rows = new Map(starts.map((from) => [from, { from, ...EMPTY }]));
  for (const row of found.flat()) {
    const bucket = rows.get(row.from);
    if (bucket) Object.assign(bucket, sumOf(bucket, row));
  }
  return [...rows.values()];
}

/** Counts and sums add up (money comes in one row and goes back in another); percentiles are told once. */
function sumOf(bucket: FigureBucket, row: BucketRow): Partial<FigureBucket> {
  const changed = Object.entries(row).filter(([name]) => name !== 'from');
  return Object.fromEntries(
    changed.map(([name, value]) => {
      const before = bucket[name as keyof FigureBucket];
      return [name, typeof value === 'number' && typeof before === 'number' ? before + value : value];
    }),
  );
}

/** The sums of all buckets; percentiles do not add up, and are given. */
export function totalsOf(
  buckets: readonly FigureBucket[],
  rest: Pick<FigureTotals, 'p50S' | 'p90S' | 'p99S' | 'payments' | 'refundedKopecks'>,
): FigureTotals {
  const sum = (name: Exclude<keyof FigureBucket, 'from' | 'p50S' | 'p90S' | 'p99S'>) =>
    buckets.reduce((total, bucket) => total + bucket[name], 0);
  return {
    ordered: sum('ordered'),
    completed: sum('completed'),
    failed: sum('failed'),
    cancelled: sum('cancelled'),
    receivedKopecks: sum('receivedKopecks'),
    receivedStars: sum('receivedStars'),
    earnedKopecks: sum('earnedKopecks'),
    earnedStars: sum('earnedStars'),
    kieCredits: sum('kieCredits'),
    ...rest,
  };
}
