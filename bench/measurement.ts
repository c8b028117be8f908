import type { Plot } from './report/plot.js';

/** What a figure must reach; both ends are included where it says so. */
export type Aim = { atLeast: number } | { below: number };

/** One figure of a bench. */
export interface Figure {
  /** What was measured: `whole bot, updates answered`. Unique within its bench. */
  name: string;
  /** What the values are counted in: `updates/s`, `ms`, `MB`, `×` for a comparison. */
  unit: string;
  /** One value of each round; the median of them is the figure. */
  values: readonly number[];
  aim?: Aim;
}

/** What a bench has measured. */
export interface Measurement {
  figures: readonly Figure[];
  plots?: readonly Plot[];
  /** What somebody who reads the figures must know, a sentence each. */
  notes?: readonly string[];
}

/** What a bench is given. */
export interface BenchContext {
  /** How often what is compared is measured, the sides in turn. */
  rounds: number;
  /** Prints a line on the way. */
  tell: (line: string) => void;
  /** What was started ends here, in the order opposite to the starts, however the bench ends. */
  ending: (stop: () => Promise<unknown>) => void;
}

/** One bench of `npm run bench`. */
export interface Bench {
  /** As `--only` names it. */
  name: string;
  /** What is measured against what, one sentence. */
  what: string;
  /** @throws when it could not be measured: a figure that is not there is no figure. */
  run(context: BenchContext): Promise<Measurement>;
}

/** The middle of the values; the mean of the two in the middle where they are even. @throws RangeError for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const below = sorted[Math.ceil(sorted.length / 2) - 1];
  if (middle === undefined || below === undefined) throw new RangeError('A median of nothing');
  return (middle + below) / 2;
}

/** The value below which the share of them lies: 0.99 for p99. @throws RangeError for none. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new RangeError('A percentile of nothing');
  return value;
}

/** Whether the median reaches the aim; true where there is none. */
export function isReached({ values, aim }: Figure): boolean {
  if (!aim) return true;
  const median = medianOf(values);
  return 'atLeast' in aim ? median >= aim.atLeast : median < aim.below;
}

/** The aim in words: `at least 0.5`. */
export function describeAim(aim: Aim | undefined): string {
  if (!aim) return '';
  return 'atLeast' in aim ? `at least ${aim.atLeast}` : `under ${aim.below}`;
}
