import { readNames } from '../bench/options.js';
import { readArguments, readWhole, UsageError } from '../sandbox/arguments.js';
import type { Profile, Queues } from './experiment.js';

/** What `npm run chaos` was asked for. */
export interface ChaosOptions {
  profile: Profile;
  seed: number;
  /** The experiments to do, in the order in which they stand; null for all. */
  only: readonly string[] | null;
  /** How many experiments are done at the same time. */
  atOnce: number;
  /** Where the queues live; null: in Redis where this machine has one. */
  queues: Queues | null;
  json: boolean;
  /** Whether docs/reliability.md is written anew. */
  isWritten: boolean;
  /** Where copies of the application's logs go. */
  logFolder: string | undefined;
}

const PROFILES: readonly string[] = ['ci', 'full'];
const AT_ONCE = '1';
const AT_ONCE_MAX = 8;
const QUEUES: readonly string[] = ['postgres', 'redis'];

/** How it is called. */
export const USAGE = `npm run chaos                       all experiments, as much of them as every change must pass
            -- --profile full   as much as is published; over an hour
            -- --seed N         what is drawn: moments, people, moods (1)
            -- --only NAME,…    these
            -- --at-once N      so many at the same time (1), where there are processors for them
            -- --queues WHERE   postgres or redis (redis where there is a redis-server)
            -- --json           one JSON object as the last line
            -- --write          puts the figures into docs/reliability.md
            -- --logs FOLDER    keeps the application's logs, a folder for each experiment`;

/** @throws UsageError */
export function readOptions(args: readonly string[], names: readonly string[]): ChaosOptions | 'help' {
  const values = readArguments(args, {
    profile: { type: 'string', default: 'ci' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: AT_ONCE },
    queues: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    logs: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  const profile = readOne<Profile>('--profile', values.profile, PROFILES);
  return {
    profile,
    atOnce: readWhole('--at-once', values['at-once'], { min: 1, max: AT_ONCE_MAX }),
    seed: readWhole('--seed', values.seed, { min: 0, max: 2 ** 31 }),
    only: values.only === undefined ? null : readNames('--only', values.only, names),
    queues: values.queues === undefined ? null : readOne<Queues>('--queues', values.queues, QUEUES),
    json: values.json,
    isWritten: values.write,
    logFolder: values.logs,
  };
}

function readOne<T extends string>(option: string, text: string, known: readonly string[]): T {
  if (known.includes(text)) return text as T;
  throw new UsageError(`${option} takes ${known.join(' or ')}, not "${text}".`);
}
