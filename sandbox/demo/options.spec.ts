import { describe, expect, it } from 'vitest';
import { UsageError } from '../arguments.js';
import { readOptions } from './options.js';

const kill = (...args: string[]) => {
  const options = readOptions(args);
  return typeof options === 'object' ? options.kill : options;
};

describe('the options of a kill', () => {
  it('are none without --kill', () => {
    expect(kill('--scenario', 'all')).toBeNull();
  });

  it('name points, how often, and the seed', () => {
    expect(kill('--scenario', 'happy', '--kill', 'random', '--times', '20', '--seed', '1')).toEqual({
      points: ['random'],
      times: 20,
      seed: 1,
    });
    expect(kill('--kill', 'before:kie.upload,after:commit:job.fail')).toMatchObject({
      points: ['before:kie.upload', 'after:commit:job.fail'],
      times: 1,
      seed: expect.any(Number) as number,
    });
    expect(kill('--kill', 'list')).toBe('points');
  });

  it.each([
    [['--kill', 'after:lunch'], /^There is no point "after:lunch"/],
    [['--kill', 'before:kie.upload,after:lunch'], /^There is no point "after:lunch"/],
    [['--kill', 'all', '--times', '0'], /^--times takes a whole number from 1 to/],
    [['--kill', 'all', '--seed', 'x'], /^--seed takes a whole number from 0 to/],
    [['--kill', 'all', '--scenario', 'batch'], /^--kill plays the story "happy" only/],
    [['--times', '3'], /^--times and --seed go with --kill/],
    [['--kill', 'each'], /^--kill each goes with --roles separate/],
    [['--roles', 'separate', '--kill', 'random'], /^With --roles separate, --kill takes "each" only/],
    [['--roles', 'separate', '--kill', 'each', '--times', '2'], /^--kill each goes on until/],
    [['--roles', 'bot'], /^--roles takes "separate"/],
    [['--scenario', 'happy,tragedy'], /^There is no story "tragedy"/],
  ])('are refused with a sentence: %j', (args, words) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(words);
  });
});

describe('the options of separate roles', () => {
  it('leave one process by default', () => {
    expect(readOptions([])).toMatchObject({ isSeparate: false, roleKillSeed: null });
  });

  it('play any stories, and kill each role with a seed', () => {
    const args = ['--roles', 'separate', '--scenario', 'payment,happy'];
    expect(readOptions(args)).toMatchObject({
      isSeparate: true,
      roleKillSeed: null,
      kill: null,
      stories: [{ name: 'happy' }, { name: 'payment' }],
    });
    expect(readOptions([...args, '--kill', 'each', '--seed', '7'])).toMatchObject({
      roleKillSeed: 7,
      kill: null,
    });
  });
});
