import { medianOf } from '../measurement.js';
import type { Part, Statement } from './statements.js';

/** One statement in both databases, all rounds together. */
export interface Compared {
  part: Part;
  /** The beginning of its text; numbered where several begin alike. */
  name: string;
  /** Milliseconds of each round. */
  largeMs: number[];
  emptyMs: number[];
  /** Rows of a call, in each round. */
  largeRows: number[];
  emptyRows: number[];
  /** The longest of all in the full database. */
  longestMs: number;
}

const NAME_CHARS_MAX = 88;
/** So many times as many rows are more work. */
const MORE_ROWS = 1.2;

/** What was counted in each round, put together by statement. Those that ran in one of the databases only have no values in the other. */
export function compareStatements(
  large: readonly (readonly Statement[])[],
  empty: readonly (readonly Statement[])[],
): Compared[] {
  const all = new Map<string, Compared>();
  const names = new Map<string, number>();
  const of = ({ part, sql }: Statement): Compared => {
    const key = `${part} ${sql}`;
    const known = all.get(key);
    if (known) return known;
    const made = {
      part,
      name: nameOf(sql, names),
      largeMs: [],
      emptyMs: [],
      largeRows: [],
      emptyRows: [],
      longestMs: 0,
    };
    all.set(key, made);
    return made;
  };
  for (const statement of large.flat()) {
    const compared = of(statement);
    compared.largeMs.push(statement.ms);
    compared.largeRows.push(statement.rows);
    compared.longestMs = Math.max(compared.longestMs, statement.longestMs);
  }
  for (const statement of empty.flat()) {
    const compared = of(statement);
    compared.emptyMs.push(statement.ms);
    compared.emptyRows.push(statement.rows);
  }
  return [...all.values()];
}

/**
 * How many times as long it takes in the full database, by the medians, each with `addedMs` on top; null where it ran in one of them only.
 */
export function ratioOf({ largeMs, emptyMs }: Compared, addedMs = 0): number | null {
  if (largeMs.length === 0 || emptyMs.length === 0) return null;
  return (medianOf(largeMs) + addedMs) / (medianOf(emptyMs) + addedMs);
}

/**
 * Whether it is the same work on both sides: a page of what somebody has, or of what happened lately, is fuller where there is more, and takes
 * longer for that.
 */
export function isSameWork({ largeRows, emptyRows }: Compared): boolean {
  if (largeRows.length === 0 || emptyRows.length === 0) return false;
  return medianOf(largeRows) <= Math.max(1, medianOf(emptyRows) * MORE_ROWS);
}

function nameOf(sql: string, names: Map<string, number>): string {
  const words = sql.replaceAll(/\s+/g, ' ').replaceAll('"', '').trim().slice(0, NAME_CHARS_MAX);
  const times = (names.get(words) ?? 0) + 1;
  names.set(words, times);
  return times === 1 ? words : `${words} (${times})`;
}
