import { readArguments, readWhole, UsageError } from '../../sandbox/arguments.js';

/** What `npm run chaos:mutants` was asked for. */
export interface MutantOptions {
  /** Names of the mutants to try; null for all. */
  only: readonly string[] | null;
  /** How many are tried at the same time, each in a clone of its own. */
  jobs: number;
  json: boolean;
  /** Whether the table of docs/reliability.md is written anew. */
  isWritten: boolean;
}

/** How it is called. */
export const USAGE = `npm run chaos:mutants                breaks one guard after the other and sees a test turn red for each
            -- --only NAME,…       these, by the names of their files in chaos/mutants
            -- --jobs N            how many at the same time (2)
            -- --json              one JSON object as the last line
            -- --write             puts the table of all of them into docs/reliability.md
Works on clones of what is committed.`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): MutantOptions | 'help' {
  const values = readArguments(args, {
    only: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  if (values.only !== undefined && values.write)
    throw new UsageError('--write takes all mutants, not --only.');
  return {
    only: values.only?.split(',').map((name) => name.trim()) ?? null,
    jobs: readWhole('--jobs', values.jobs, { min: 1, max: 16 }),
    json: values.json,
    isWritten: values.write,
  };
}
