import { labelOf, type CrashPoint } from './points.js';

/** What the trap has seen. */
export interface TrapFacts {
  deaths: ReadonlyMap<CrashPoint, number>;
  /** Held at a point, and not of the process that died: by point. */
  strangers: ReadonlyMap<CrashPoint, number>;
  nameless: ReadonlySet<string>;
}

/** Where nobody has died as often as is wanted, and what has no name; none: every point was tried. */
export function findUntried(
  { deaths, strangers, nameless }: TrapFacts,
  { points, deathsMin }: { points: readonly CrashPoint[]; deathsMin: number },
): string[] {
  const few = points.filter((point) => (deaths.get(point) ?? 0) < deathsMin);
  return [
    ...few.map((point) => {
      const count = deaths.get(point) ?? 0;
      const seen = count === 0 ? 'was never met' : `was met by ${count} of ${deathsMin} deaths`;
      const others = strangers.get(point) ?? 0;
      return `${labelOf(point)} ${seen}${others > 0 ? `; ${others} times it was another process` : ''}`;
    }),
    ...[...nameless].toSorted().map((what) => `has no point of its own: ${what}`),
  ];
}
