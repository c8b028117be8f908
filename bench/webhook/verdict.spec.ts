import { describe, expect, it } from 'vitest';
import { brokenIn } from './verdict.js';

const ALL = { posted: 9, answered: 9, trouble: null };

describe('what was promised of updates', () => {
  it('holds where each was answered, had one reply and is remembered', () =>
    expect(brokenIn(ALL, { messages: 9, done: 9 })).toEqual([]));

  it.each([
    [{ ...ALL, posted: 0, answered: 0 }, { messages: 0, done: 0 }, 'Nothing was posted.'],
    [
      { ...ALL, answered: 8, trouble: 'HTTP 503' },
      { messages: 9, done: 9 },
      '8 of 9 updates were answered 200 (HTTP 503).',
    ],
    [ALL, { messages: 10, done: 9 }, '9 updates had 10 messages in reply.'],
    [ALL, { messages: 9, done: 8 }, '8 of 9 updates are remembered as done.'],
  ])('is broken where it is not so: %j %j', (outcome, seen, broken) =>
    expect(brokenIn(outcome, seen)).toEqual([broken]),
  );
});
