import { describe, expect, it } from 'vitest';
import { mergeBuckets, totalsOf } from './figures.rules.js';

describe('figures', () => {
  it('come together by their bucket; what came and what went back add up', () => {
    const buckets = mergeBuckets(
      ['a', 'b'],
      [
        [{ from: 'a', ordered: 3 }],
        [{ from: 'a', completed: 2, failed: 1, p50S: 90, p90S: null }],
        [{ from: 'b', receivedKopecks: 19_900 }],
        [
          { from: 'b', receivedKopecks: -9_950 },
          { from: 'of another period', ordered: 100 },
        ],
      ],
    );
    expect(buckets).toEqual([
      expect.objectContaining({ from: 'a', ordered: 3, completed: 2, failed: 1, p50S: 90, p90S: null }),
      expect.objectContaining({ from: 'b', ordered: 0, receivedKopecks: 9_950, p50S: null }),
    ]);
    const rest = { p50S: 1, p90S: 2, p99S: 3, payments: 1, refundedKopecks: 9_950 };
    expect(totalsOf(buckets, rest)).toMatchObject({ ordered: 3, receivedKopecks: 9_950, ...rest });
  });
});
