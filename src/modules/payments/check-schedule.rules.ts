/** The pauses between looks at something that is not over, all in milliseconds. */
export interface CheckSchedule {
  firstMs: number;
  longestMs: number;
  /** Age after which nobody looks any more. */
  lifeMs: number;
}

/**
 * How long until the next look, twice as long each time; null where the time for looks is over.
 *
 * @param checks looks so far.
 * @param ageMs since it was made.
 * @param askedMs a pause that the provider asked for, where it did.
 */
export function decideNextCheck(
  { checks, ageMs, askedMs = 0 }: { checks: number; ageMs: number; askedMs?: number },
  { firstMs, longestMs, lifeMs }: CheckSchedule,
): number | null {
  if (ageMs >= lifeMs) return null;
  const grown = Math.min(longestMs, firstMs * 2 ** Math.min(checks, 30));
  return Math.max(grown, Math.min(askedMs, longestMs));
}
