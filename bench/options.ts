import { readArguments, readWhole, UsageError } from '../sandbox/arguments.js';

/** What `npm run bench` was asked for. */
export interface BenchOptions {
  /** The benches to run, in the order in which they stand; null for all. */
  only: readonly string[] | null;
  rounds: number;
  json: boolean;
  /** Whether docs/benchmarks.md and its plots are written anew. */
  isWritten: boolean;
}

/** How it is called. */
export const USAGE = `npm run bench                       all benches, one after the other
            -- --only NAME,…       these
            -- --rounds N          how often what is compared is measured, the sides in turn (5)
            -- --json              one JSON object as the last line
            -- --write             puts the figures and their plots into docs/benchmarks.md`;

/** @throws UsageError */
export function readOptions(args: readonly string[], names: readonly string[]): BenchOptions | 'help' {
  const values = readArguments(args, {
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  return {
    only: values.only === undefined ? null : readNames('--only', values.only, names),
    rounds: readWhole('--rounds', values.rounds, { min: 1, max: 99 }),
    json: values.json,
    isWritten: values.write,
  };
}

/** Names, separated by commas. @throws UsageError for one that is not known. */
export function readNames(option: string, text: string, known: readonly string[]): string[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length === 0) return known.filter((name) => wanted.includes(name));
  throw new UsageError(`${option} knows no ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
}
