import { readArguments, readWhole } from '../../sandbox/arguments.js';
import type { Ending } from '../walks/processes.js';

/** What `npm run chaos:restarts` was asked for. */
export interface RestartOptions {
  /** How often each process is restarted. */
  rounds: number;
  /** How many people order and pay at the same time. */
  people: number;
  seed: number;
  /** `kill` shows that the verdict can fail. */
  ending: Ending;
  /** How long a process gives itself to end; its own setting where null. */
  stopTimeoutMs: number | null;
  json: boolean;
  /** Where a copy of each process's log goes: its name follows. */
  logFile: string | undefined;
}

/** How it is called. */
export const USAGE = `npm run chaos:restarts                 every process in turn gets SIGTERM and is started again, while people order and pay
            -- --rounds N          how often each (1)
            -- --people N          how many people at the same time (10)
            -- --seed S            who orders how much, who buys (1)
            -- --kill              SIGKILL instead: the verdict must fail
            -- --stop-timeout-ms N what a process gives itself to end (its own 24000): with 1 the verdict must fail
            -- --json              one JSON object as the last line
            -- --log FILE          keeps the processes' logs, as FILE.bot-1 and so on
REDIS_URL puts the queues on that Redis.`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): RestartOptions | 'help' {
  const values = readArguments(args, {
    rounds: { type: 'string', default: '1' },
    people: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    kill: { type: 'boolean', default: false },
    'stop-timeout-ms': { type: 'string' },
    json: { type: 'boolean', default: false },
    log: { type: 'string' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return 'help';
  const stop = values['stop-timeout-ms'];
  return {
    rounds: readWhole('--rounds', values.rounds, { min: 1, max: 100 }),
    people: readWhole('--people', values.people, { min: 1, max: 50 }),
    seed: readWhole('--seed', values.seed, { min: 0, max: 2 ** 31 }),
    ending: values.kill ? 'kill' : 'stop',
    stopTimeoutMs: stop === undefined ? null : readWhole('--stop-timeout-ms', stop, { min: 1, max: 600_000 }),
    json: values.json,
    logFile: values.log,
  };
}
