import { readArguments, readWhole, UsageError } from '../sandbox/arguments.js';

/** What `npm run chaos:payments` was asked for. */
export interface ChaosOptions {
  payments: number;
  people: number;
  seed: number;
  /** The shortest and the longest pause between two kills. */
  killEveryMs: { min: number; max: number };
  /** How many times faster than real time. */
  scale: number;
  json: boolean;
  /** Where a copy of the application's log goes. */
  logFile: string | undefined;
}

/** How it is called. */
export const USAGE = `npm run chaos:payments                 500 payments while PostgreSQL is killed with SIGKILL every few seconds
               -- --payments N        how many payments (500)
               -- --people N          who buys, each one after the other (80)
               -- --seed S            what is drawn: pauses, plans, who pays, who is declined (1)
               -- --kill-every-s A,B  the shortest and the longest pause between two kills (3,6)
               -- --scale N           how many times faster than real time the outside world runs (6)
               -- --json              one JSON object as the last line
               -- --log FILE          keeps the application's log`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): ChaosOptions | 'help' {
  const values = readArguments(args, {
    payments: { type: 'string', default: '500' },
    people: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    'kill-every-s': { type: 'string', default: '3,6' },
    scale: { type: 'string', default: '6' },
    json: { type: 'boolean', default: false },
    log: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  return {
    payments: readWhole('--payments', values.payments, { min: 1, max: 10_000 }),
    people: readWhole('--people', values.people, { min: 1, max: 1_000 }),
    seed: readWhole('--seed', values.seed, { min: 0, max: 2 ** 31 }),
    killEveryMs: readRange(values['kill-every-s']),
    scale: readWhole('--scale', values.scale, { min: 1, max: 30 }),
    json: values.json,
    logFile: values.log,
  };
}

function readRange(text: string): ChaosOptions['killEveryMs'] {
  const [min = NaN, max = NaN, ...rest] = text.split(',').map(Number);
  if (rest.length === 0 && min >= 0.5 && max >= min) return { min: min * 1_000, max: max * 1_000 };
  throw new UsageError(`--kill-every-s takes two numbers from 0.5 up, such as 3,6, not "${text}".`);
}
