import { describe, expect, it } from 'vitest';
import { UsageError } from '../../sandbox/arguments.js';
import { readOptions } from './options.js';

describe('the options of a run of mutants', () => {
  it('are all mutants, two at a time', () =>
    expect(readOptions([])).toEqual({ only: null, jobs: 2, json: false, isWritten: false }));

  it('name some', () => expect(readOptions(['--only', 'a, b'])).toMatchObject({ only: ['a', 'b'] }));

  it('refuse a table of some of them', () =>
    expect(() => readOptions(['--only', 'a', '--write'])).toThrow(UsageError));

  it('refuse none at a time', () => expect(() => readOptions(['--jobs', '0'])).toThrow(UsageError));
});
