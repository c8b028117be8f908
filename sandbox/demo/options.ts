import { randomInt } from 'node:crypto';
import { readArguments, readWhole, UsageError } from '../arguments.js';
import { POINTS } from '../kill/points.js';
import type { KillOptions } from '../kill/play-kills.js';
import { STORIES } from './stories/index.js';

/** What `npm run demo` was asked for. */
export interface DemoOptions {
  stories: typeof STORIES;
  json: boolean;
  recordFile: string | undefined;
  scale: number;
  verbose: boolean;
  /** The application is killed in the middle of the story; null plays it to its end. */
  kill: KillOptions | null;
  /** One process for each role instead of one for all. */
  isSeparate: boolean;
  /** Each of them is killed in turn while the stories are played, at moments drawn from this seed; null kills none. */
  roleKillSeed: number | null;
}

/** How much faster than real time the demo runs: a generation of two minutes takes four seconds. */
const SCALE_DEFAULT = 30;
const TIMES_MAX = 1_000;
const SEED_MAX = 2 ** 31;

/** How the demo is called. */
export const USAGE = `npm run demo                         a person orders a video, from /start to the finished MP4
npm run demo -- --scenario NAME      one story (or A,B,C)
npm run demo -- --scenario all       every story: ${STORIES.map(({ name }) => name).join(', ')}
             -- --json               one JSON object as the last line
             -- --record FILE        every call to a provider as a line of JSON, secrets masked
             -- --scale N            how many times faster than real time (${SCALE_DEFAULT})
             -- --verbose            the application's log at level debug
npm run demo -- --kill POINT         an order during which the application is killed there and started again (or A,B,C)
             -- --kill random        at moments and points drawn from --seed S
             -- --kill all           at every point, one after the other
             -- --kill list          the points
             -- --times N            each of them N times (1)
npm run demo -- --roles separate     one process for each role, as in production; with any --scenario
             -- --kill each          each of these is killed and started again in turn, all the while; moments drawn from --seed S
REDIS_URL puts the queues on that Redis, DATABASE_URL uses that PostgreSQL; both are otherwise brought along.`;

/** @throws UsageError */
export function readOptions(args: readonly string[]): DemoOptions | 'help' | 'points' {
  const values = readArguments(args, {
    scenario: { type: 'string' },
    json: { type: 'boolean' },
    record: { type: 'string' },
    scale: { type: 'string' },
    verbose: { type: 'boolean' },
    kill: { type: 'string' },
    times: { type: 'string' },
    seed: { type: 'string' },
    roles: { type: 'string' },
    help: { type: 'boolean' },
  });
  if (values.help) return 'help';
  if (values.kill === 'list') return 'points';
  const name = values.scenario ?? 'happy';
  const stories = readStories(name);
  const isSeparate = readRoles(values.roles);
  const killsRoles = isSeparate && values.kill === 'each';
  if (isSeparate && values.kill !== undefined && !killsRoles)
    throw new UsageError('With --roles separate, --kill takes "each" only.');
  if (killsRoles && values.times !== undefined)
    throw new UsageError('--kill each goes on until the stories are over.');
  const scale = Number(values.scale ?? SCALE_DEFAULT);
  if (!(scale >= 1 && scale <= 100)) throw new UsageError(`--scale takes a number from 1 to 100.`);
  return {
    stories,
    scale,
    json: values.json ?? false,
    recordFile: values.record,
    verbose: values.verbose ?? false,
    kill: killsRoles ? null : readKill(name, values),
    isSeparate,
    roleKillSeed: killsRoles ? readSeed(values.seed) : null,
  };
}

function readStories(names: string): typeof STORIES {
  if (names === 'all') return STORIES;
  const wanted = names.split(',');
  const unknown = wanted.find((name) => !STORIES.some((story) => story.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no story "${unknown}".`);
  return STORIES.filter(({ name }) => wanted.includes(name));
}

function readRoles(roles: string | undefined): boolean {
  if (roles !== undefined && roles !== 'separate') throw new UsageError('--roles takes "separate".');
  return roles === 'separate';
}

function readSeed(seed: string | undefined): number {
  return seed === undefined ? randomInt(SEED_MAX) : readWhole('--seed', seed, { min: 0, max: SEED_MAX });
}

function readKill(
  story: string,
  {
    kill: point,
    times,
    seed,
  }: { kill?: string | undefined; times?: string | undefined; seed?: string | undefined },
): KillOptions | null {
  if (point === undefined) {
    if (times !== undefined || seed !== undefined) throw new UsageError(`--times and --seed go with --kill.`);
    return null;
  }
  if (point === 'each') throw new UsageError('--kill each goes with --roles separate.');
  if (story !== 'happy') throw new UsageError(`--kill plays the story "happy" only.`);
  const known = ['random', 'all', ...POINTS.map(({ name }) => name)];
  const unknown = point.split(',').find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no point "${unknown}"; --kill list prints them.`);
  return {
    points: point.split(','),
    times: readWhole('--times', times ?? '1', { min: 1, max: TIMES_MAX }),
    seed: readSeed(seed),
  };
}
