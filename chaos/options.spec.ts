import { describe, expect, it } from 'vitest';
import { UsageError } from '../sandbox/arguments.js';
import { readOptions } from './options.js';

const NAMES = ['worker-kill', 'redis-loss'];

describe('the options of chaos', () => {
  it('are all experiments of the profile ci, seed 1', () =>
    expect(readOptions([], NAMES)).toEqual({
      ...{ profile: 'ci', atOnce: 1, seed: 1, only: null, queues: null },
      ...{ json: false, isWritten: false, logFolder: undefined },
    }));

  it.each([
    [['--profile', 'full'], 1],
    [['--at-once', '3'], 3],
  ])('say of %j how many at the same time', (args, atOnce) =>
    expect(readOptions(args, NAMES)).toMatchObject({ atOnce }),
  );

  it.each([
    [['--profile', 'half'], '--profile takes ci or full, not "half".'],
    [['--queues', 'kafka'], '--queues takes postgres or redis, not "kafka".'],
    [['--only', 'redis'], '--only knows no redis. There are: worker-kill, redis-loss.'],
    [['--seed', 'one'], '--seed takes a whole number'],
  ])('refuse %j', (args, message) => {
    expect(() => readOptions(args, NAMES)).toThrow(UsageError);
    expect(() => readOptions(args, NAMES)).toThrow(message);
  });
});
