import { percentileOf } from '../bench/measurement.js';
import type { FigureValue, Outcome } from './experiment.js';

/** An experiment that was done. */
export interface Played {
  name: string;
  outcome: Outcome;
  tookMs: number;
}

const LISTED_MAX = 20;

/** A figure in words: `median 3, longest 12`. */
export function formatFigure(value: FigureValue): string {
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** The figures for people to read, one a line, and what was broken. */
export function formatOutcome({ figures, broken }: Outcome, tookMs: number): string {
  const all: Record<string, FigureValue> = { ...figures, 'took, s': Math.round(tookMs / 1_000) };
  const width = Math.max(...Object.keys(all).map((name) => name.length));
  const lines = Object.entries(all).map(
    ([name, value]) => `   ${name.padEnd(width)}  ${formatFigure(value)}`,
  );
  const verdict = broken.length === 0 ? '   PASS' : `   FAIL: ${broken.length} broken`;
  return [...lines, verdict, ...listOf(broken)].join('\n');
}

/** Whether all promises were kept, and which were not: what is read first where a log is long. */
export function formatVerdict(played: readonly Played[]): string {
  const failed = played.filter(({ outcome }) => outcome.broken.length > 0);
  if (failed.length === 0) return 'PASS: every promise was kept';
  const reasons = failed.flatMap(({ name, outcome }) => [name, ...listOf(outcome.broken)]);
  return [...reasons, `FAIL: ${failed.map(({ name }) => name).join(', ')}`].join('\n');
}

function listOf(broken: readonly string[]): string[] {
  const listed = broken.slice(0, LISTED_MAX).map((one) => `   ${one}`);
  return broken.length > LISTED_MAX ? [...listed, `   and ${broken.length - LISTED_MAX} more`] : listed;
}

/** Median, p95 and longest of milliseconds, in seconds with two digits; what there is none of is left out. */
export function spreadOf(durationsMs: readonly number[]): Record<string, number> {
  const at = (share: number) => seconds(percentileOf(durationsMs, share));
  return durationsMs.length === 0 ? {} : { median: at(0.5), p95: at(0.95), longest: at(1) };
}

/** Seconds with two digits. */
export function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}

/** How often each word comes. */
export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
