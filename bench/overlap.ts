/** Something that took its time, in milliseconds on any clock. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

/** How many of them were under way at the same moment, at most. One that begins when another ends is not beside it. */
export function mostAtOnce(spans: readonly Span[]): number {
  const steps = spans
    .flatMap(({ fromMs, untilMs }) => [
      { atMs: fromMs, change: 1 },
      { atMs: untilMs, change: -1 },
    ])
    .sort((one, other) => one.atMs - other.atMs || one.change - other.change);
  let now = 0;
  let most = 0;
  for (const { change } of steps) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
