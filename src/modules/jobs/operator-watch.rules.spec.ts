import { describe, expect, it } from 'vitest';
import { decideAlarms } from './operator-watch.rules.js';

const MINUTE_MS = 60_000;
const WAIT_MAX_MS = 5 * MINUTE_MS;
const fine = { completed: 40, failed: {}, waitingMs: 0 };
const decide = (change: Partial<Parameters<typeof decideAlarms>[0]>) =>
  decideAlarms({ ...fine, ...change }, WAIT_MAX_MS);

describe('what operators are told of jobs', () => {
  it('is nothing while all is well, or nothing happens', () => {
    expect(decide({})).toEqual([]);
    expect(decide({ completed: 0 })).toEqual([]);
  });

  it('is that more than half fail, and why most of them do', () => {
    const failed = { temporary: 4, send_failed: 5 };
    expect(decide({ completed: 8, failed })).toEqual([
      { kind: 'jobs_failing', failed: 9, ended: 17, reason: 'send_failed' },
    ]);
    expect(decide({ completed: 9, failed })).toEqual([]);
  });

  it('says nothing of a share of few', () => {
    expect(decide({ completed: 0, failed: { unknown: 9 } })).toEqual([]);
    expect(decide({ completed: 0, failed: { unknown: 10 } })).toHaveLength(1);
  });

  it('does not count what people and operators bring about', () => {
    const failed = { moderation_text: 30, moderation_photo: 30, cancelled: 30, by_operator: 30, moved: 30 };
    expect(decide({ completed: 10, failed })).toEqual([]);
  });

  it('is that a job waits for its prompt for too long', () => {
    expect(decide({ waitingMs: WAIT_MAX_MS })).toEqual([]);
    expect(decide({ waitingMs: 7.9 * MINUTE_MS })).toEqual([{ kind: 'jobs_waiting', minutes: 7 }]);
  });
});
