import { describe, expect, it } from 'vitest';
import { countCustomers, countKinds, kindOf } from './kinds.js';
import { MATRIX } from './matrix.js';

describe('customers of the fault matrix', () => {
  it.each([
    { each: 1, ofKind: 1 },
    { each: 5, ofKind: 25 },
  ])('are enough for each class and each kind: $each, $ofKind', ({ each, ofKind }) => {
    const customers = countCustomers(MATRIX, { each, ofKind });
    const byKind = new Map<string, number>();
    for (const [fault, count] of customers) {
      expect(count).toBeGreaterThanOrEqual(each);
      byKind.set(kindOf(fault), (byKind.get(kindOf(fault)) ?? 0) + count);
    }
    expect(customers.size).toBe(MATRIX.length);
    expect(Math.min(...byKind.values())).toBeGreaterThanOrEqual(ofKind);
  });

  it('are no more than that where enough classes share a kind', () => {
    const customers = countCustomers(MATRIX, { each: 1, ofKind: 20 });
    const [kind] = [...countKinds(MATRIX)].find(([, classes]) => classes > 20) ?? [];
    const counts = MATRIX.filter((fault) => kindOf(fault) === kind).map((fault) => customers.get(fault));
    expect(new Set(counts)).toEqual(new Set([1]));
  });
});
