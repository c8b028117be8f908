import { readArguments, readWhole } from '../../sandbox/arguments.js';

/** What `npm run chaos:walks` was asked for. */
export interface WalkOptions {
  /** How many things people do at least. */
  steps: number;
  seed: number;
  /** Processes that take updates. */
  bots: 1 | 2;
  /** How many people walk at the same time. */
  people: number;
  json: boolean;
  /** Where a copy of the application's log goes. */
  logFile: string | undefined;
}

/** How it is called. */
export const USAGE = `npm run chaos:walks                    5000 random steps through the whole conversation
            -- --steps N           how many things people do at least (5000)
            -- --seed S            what is drawn: who does what, when what breaks (1)
            -- --bots N            one process that takes updates, or two behind a round-robin (1)
            -- --people N          how many people walk at the same time (20)
            -- --json              one JSON object as the last line
            -- --log FILE          keeps the application's log`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): WalkOptions | 'help' {
  const values = readArguments(args, {
    steps: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    bots: { type: 'string', default: '1' },
    people: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    log: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  return {
    steps: readWhole('--steps', values.steps, { min: 1, max: 1_000_000 }),
    seed: readWhole('--seed', values.seed, { min: 0, max: 2 ** 31 }),
    bots: readWhole('--bots', values.bots, { min: 1, max: 2 }) as 1 | 2,
    people: readWhole('--people', values.people, { min: 1, max: 100 }),
    json: values.json,
    logFile: values.log,
  };
}
