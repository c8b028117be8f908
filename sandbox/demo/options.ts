import { parseArgs } from 'node:util';
import { STORIES } from './stories/index.js';

/** What `npm run demo` was asked for. */
export interface DemoOptions {
  stories: typeof STORIES;
  json: boolean;
  recordFile: string | undefined;
  scale: number;
  verbose: boolean;
}

/** How much faster than real time the demo runs: a generation of two minutes takes four seconds. */
const SCALE_DEFAULT = 30;

const USAGE = `npm run demo                         a person orders a video, from /start to the finished MP4
npm run demo -- --scenario NAME      one story
npm run demo -- --scenario all       every story: ${STORIES.map(({ name }) => name).join(', ')}
             -- --json               one JSON object as the last line
             -- --record FILE        every call to a provider as a line of JSON, secrets masked
             -- --scale N            how many times faster than real time (${SCALE_DEFAULT})
             -- --verbose            the application's log at level debug
REDIS_URL puts the queues on that Redis, DATABASE_URL uses that PostgreSQL; both are otherwise brought along.`;

/** The arguments cannot be used; the message says why and how it is done. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const name = values.scenario ?? 'happy';
  const stories = STORIES.filter((story) => name === 'all' || story.name === name);
  if (stories.length === 0) throw new UsageError(`There is no story "${name}".\n\n${USAGE}`);
  const scale = Number(values.scale ?? SCALE_DEFAULT);
  if (!(scale >= 1 && scale <= 100))
    throw new UsageError(`--scale takes a number from 1 to 100.\n\n${USAGE}`);
  return {
    stories,
    scale,
    json: values.json ?? false,
    recordFile: values.record,
    verbose: values.verbose ?? false,
  };
}

/** How the demo is called. */
export function usage(): string {
  return USAGE;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        json: { type: 'boolean' },
        record: { type: 'string' },
        scale: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}
