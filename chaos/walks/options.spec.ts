import { expect, it } from 'vitest';
import { readOptions } from './options.js';

it('takes what it is asked for, and has its defaults', () => {
  expect(readOptions([])).toMatchObject({ steps: 5_000, seed: 1, bots: 1, people: 20, json: false });
  expect(readOptions(['--bots', '2', '--steps', '60', '--json'])).toMatchObject({
    bots: 2,
    steps: 60,
    json: true,
  });
  expect(readOptions(['--help'])).toBe('help');
});

it('says what is wrong', () => {
  expect(() => readOptions(['--bots', '3'])).toThrow(/^--bots takes a whole number from 1 to 2, not "3"\.$/);
});
