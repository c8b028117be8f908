import type { FaultClass } from './fault-class.js';

/** How many customers there are at least. */
export interface CustomersMin {
  /** For each class. */
  each: number;
  /** For all classes of a kind together. */
  ofKind: number;
}

/** Classes are of one kind where the same call fails and the same must come of it; they differ in how it fails. */
export function kindOf({ provider, call, must }: FaultClass): string {
  return JSON.stringify([provider, call, must]);
}

/** How many customers meet each class: those of a kind share what the kind needs. */
export function countCustomers(
  matrix: readonly FaultClass[],
  { each, ofKind }: CustomersMin,
): ReadonlyMap<FaultClass, number> {
  const sharing = countKinds(matrix);
  return new Map(
    matrix.map((fault) => [fault, Math.max(each, Math.ceil(ofKind / (sharing.get(kindOf(fault)) ?? 1)))]),
  );
}

/** How many classes there are of each kind. */
export function countKinds(matrix: readonly FaultClass[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const fault of matrix) counts.set(kindOf(fault), (counts.get(kindOf(fault)) ?? 0) + 1);
  return counts;
}
