import { describe, expect, it } from 'vitest';
import type { CrashPoint } from './points.js';
import { findGivenUp, findUntried, withoutExpired } from './verdict.js';

const SEND: CrashPoint = { name: 'after:telegram.sendVideo', role: 'worker', errand: 'order' };
const FAIL: CrashPoint = { name: 'before:commit:job.fail', role: 'scheduler', errand: 'hang' };
const wanted = { points: [SEND, FAIL], deathsMin: 2 };
const facts = (send: number, fail: number) => ({
  deaths: new Map([
    [SEND, send],
    [FAIL, fail],
  ]),
  strangers: new Map<CrashPoint, number>(),
  nameless: new Set<string>(),
});

describe('findUntried', () => {
  it('has nothing to say when there were enough deaths everywhere', () => {
    expect(findUntried(facts(2, 3), wanted)).toEqual([]);
  });

  it('names the points with too few deaths, and those with none', () => {
    expect(findUntried({ ...facts(0, 1), strangers: new Map([[SEND, 4]]) }, wanted)).toEqual([
      'after:telegram.sendVideo was never met; 4 times it was another process',
      'before:commit:job.fail (scheduler) was met by 1 of 2 deaths',
    ]);
  });

  it('names what has no point of its own', () => {
    const nameless = new Set(['commit: update jobs set beauty = 1', 'kie POST /api/v2/new']);
    expect(findUntried({ ...facts(2, 2), nameless }, wanted)).toEqual([
      'has no point of its own: commit: update jobs set beauty = 1',
      'has no point of its own: kie POST /api/v2/new',
    ]);
  });
});

describe('what Telegram has given up', () => {
  const update = (id: number, personId: number) => ({
    ...{ id, personId, type: 'callback_query', content: '', deliveries: [] },
  });
  const session = (chatId: number) => ({ chatId, done: [], isUnderstood: true, isLocked: true });
  const facts = {
    updates: [update(1, 7), update(2, 8)],
    sessions: [session(7), session(8)],
    ...{ logs: { over: new Map<number, number>() }, orders: [], helps: [] },
  };

  it('is not missed, nor is what it has left in its chat; all else is', () => {
    const { updates, sessions } = withoutExpired(facts, [1]);
    expect(updates.map(({ id }) => id)).toEqual([2]);
    expect(sessions.map(({ isLocked }) => isLocked)).toEqual([false, true]);
  });

  it.each([
    [0, 0],
    [1, 20],
    [10, 1_000],
  ])('may be %i of %i', (expired, updates) => expect(findGivenUp(expired, updates)).toEqual([]));

  it('is named where it is not rare', () =>
    expect(findGivenUp(11, 1_000)).toEqual(['I7: Telegram gave up 11 of 1000 updates']));
});
