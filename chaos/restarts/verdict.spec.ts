import { describe, expect, it } from 'vitest';
import type { RestartFacts } from './facts.js';
import type { Restart } from './rolling.js';
import { findBroken } from './verdict.js';

const restart: Restart = {
  ...{ name: 'worker-1', exitMs: 4_000, exitCode: 0, redAfterMs: 10, greenAgain: false, readyMs: 2_000 },
  ...{ jobsUnderWay: 9, finished: { updates: 1, steps: 4, videos: 3 } },
};
const customer = { personId: 7, jobs: 3, bills: 1, credits: 7 };
const holdings = {
  ...{ personId: 7, completed: 3, failed: 0, sends: 3, videos: 3, tasks: 3 },
  ...{ purchases: 1, refunds: 0, credits: 7 },
};
const kept: RestartFacts = {
  restarts: [restart],
  customers: [customer],
  holdings: [holdings],
  lost: [],
  updates: [
    {
      ...{ id: 1, type: 'message', personId: 7, content: '/start' },
      deliveries: [
        { status: 503, cameAtMs: 0, answeredAtMs: 1 },
        { status: 200, cameAtMs: 2, answeredAtMs: 3 },
      ],
    },
  ],
  sessions: [{ chatId: 7, done: [1], isUnderstood: true, isLocked: false }],
  logs: { over: new Map([[1, 1]]), errors: [] },
  answers: { 200: 1, 503: 1 },
  sendsAgain: 0,
  audit: { rows_checked: 90, drift: 0 },
  open: [],
};
const withRestart = (change: Partial<Restart>) => ({ restarts: [restart, { ...restart, ...change }] });
const withHoldings = (change: Partial<typeof holdings>) => ({ holdings: [{ ...holdings, ...change }] });

describe('findBroken', () => {
  it('finds nothing where every promise was kept', () => {
    expect(findBroken(kept)).toEqual([]);
  });

  it.each<[Partial<RestartFacts>, string]>([
    [withRestart({ exitCode: null }), 'worker-1 ended with a signal instead of 0'],
    [withRestart({ exitCode: 1 }), 'worker-1 ended with 1 instead of 0'],
    [withRestart({ exitMs: 25_001 }), 'worker-1 took 25001 ms to end'],
    [withRestart({ greenAgain: true }), 'worker-1 said that it is ready after it had said that it is not'],
    [withRestart({ jobsUnderWay: 0 }), 'no job was under way when worker-1 was stopped'],
    [
      { restarts: [{ ...restart, finished: { updates: 1, steps: 0, videos: 0 } }] },
      'no worker had a send in hand when it was stopped',
    ],
    [
      { restarts: [{ ...restart, finished: { updates: 0, steps: 4, videos: 3 } }] },
      'no bot had an update in hand when it was stopped',
    ],
    [{ lost: ['person 7: waited in vain'] }, 'person 7: waited in vain'],
    [{ open: ['2 jobs'] }, '2 jobs not over in the end'],
    [withHoldings({ failed: 1 }), 'person 7 has failed 1, not 0'],
    [withHoldings({ videos: 4 }), 'person 7 has videos 4, not 3'],
    [withHoldings({ tasks: 4 }), 'person 7 has tasks 4, not 3'],
    [withHoldings({ purchases: 0 }), 'person 7 has purchases 0, not 1'],
    [{ sendsAgain: 2 }, '2 videos had to be sent again'],
    [{ sessions: [{ chatId: 7, done: [1], isUnderstood: true, isLocked: true }] }, 'chat 7 is locked'],
    [
      { sessions: [{ chatId: 7, done: [], isUnderstood: true, isLocked: false }] },
      'update 1 (message) of person 7 was answered 2xx and is not in done',
    ],
    [{ logs: { over: new Map([[1, 2]]), errors: [] } }, 'update 1 (message) was acted on 2 times'],
    [{ audit: { rows_checked: 90, drift: 1 } }, 'the audit finds 1 rows that differ'],
  ])('names what was broken: %j', (change, sentence) => {
    expect(findBroken({ ...kept, ...change })).toEqual([sentence]);
  });
});
