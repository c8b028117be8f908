import { describe, expect, it } from 'vitest';
import { UsageError } from '../sandbox/arguments.js';
import { readOptions } from './options.js';

const NAMES = ['webhook', 'ledger', 'boot'];

describe('the options of a bench', () => {
  it('are all benches, five rounds', () =>
    expect(readOptions([], NAMES)).toEqual({ only: null, rounds: 5, json: false, isWritten: false }));

  it('name benches, which keep their order', () =>
    expect(readOptions(['--only', 'boot, webhook'], NAMES)).toMatchObject({ only: ['webhook', 'boot'] }));

  it('refuse a name that is none', () =>
    expect(() => readOptions(['--only', 'webhok'], NAMES)).toThrow(UsageError));

  it('refuse no rounds', () => expect(() => readOptions(['--rounds', '0'], NAMES)).toThrow(UsageError));
});
