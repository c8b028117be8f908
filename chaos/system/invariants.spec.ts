import { describe, expect, it } from 'vitest';
import type { InvariantFacts, JobFacts } from './invariant-facts.js';
import { findBrokenInvariants, type Allowances } from './invariants.js';

const COMPLETED: JobFacts = {
  ...{ id: 'j1', status: 'completed', failureReason: null, charged: 1, refunded: 0, deliveryAttempts: 1 },
  ...{ hasMessage: true, isParked: false, isPresented: false },
  ...{ paidTasks: 1, doubledTasks: 0, videosAtMs: [100_000] },
};
const FAILED: JobFacts = {
  ...COMPLETED,
  ...{ status: 'failed', failureReason: 'temporary', refunded: 1, hasMessage: false, paidTasks: 0 },
  videosAtMs: [],
};
const TWICE: JobFacts = { ...COMPLETED, deliveryAttempts: 2, videosAtMs: [100_000, 110_000] };
const CUT_SHORT: JobFacts = { ...FAILED, failureReason: 'send_failed', paidTasks: 1, videosAtMs: [100_000] };
const LOST = { repeatedShareMax: 1, lostAnswersAtMs: [100_050] };

function broken(change: Partial<InvariantFacts>, allowances?: Allowances): string[] {
  const audit = { rows_checked: 1, drift: 0, checks: [], problems: [], notes: [] };
  const logs = { over: new Map<number, number>(), errors: [] };
  const facts: InvariantFacts = {
    ...{ jobs: [COMPLETED, FAILED], purses: [{ personId: 5, credits: 1, owed: 1 }], logs, audit, open: [] },
    payments: {
      ...{ remote: [], notifications: [], rows: [], purchases: [], told: [], kept: [] },
    },
    updates: { updates: [], sessions: [], logs, orders: [], helps: [] },
    ...change,
  };
  return findBrokenInvariants(facts, allowances);
}

describe('the invariants', () => {
  it('hold for what went well, and for what failed and was given back', () => expect(broken({})).toEqual([]));

  it.each<[string, Partial<JobFacts> & { status: string }, string]>([
    ['was not charged', { ...COMPLETED, charged: 0 }, 'I3: job j1 (completed) was not charged'],
    ['is completed and refunded', { ...COMPLETED, refunded: 1 }, 'I3: job j1 (completed) was given back 1'],
    [
      'failed and was kept',
      { ...FAILED, refunded: 0 },
      'I3: job j1 (failed, temporary) was given back 0 of 1',
    ],
    ['failed and was given back twice', { ...FAILED, refunded: 2 }, 'was given back 2 of 1'],
    [
      'is completed without a message',
      { ...COMPLETED, hasMessage: false },
      'I4: job j1 (completed) has no message',
    ],
    [
      'is completed without a video',
      { ...COMPLETED, videosAtMs: [] },
      'I4: job j1 (completed) brought no video',
    ],
    [
      'failed and brought a video',
      { ...FAILED, videosAtMs: [1] },
      'I4: job j1 (failed, temporary) brought 1',
    ],
    [
      'failed because it could not be sent, and brought a video whose answer came',
      { ...CUT_SHORT, videosAtMs: [130_000] },
      'I4: job j1 (failed, send_failed) brought 1',
    ],
    ['is completed and nobody paid KIE', { ...COMPLETED, paidTasks: 0 }, 'has 0 paid tasks'],
    ['was paid twice', { ...COMPLETED, paidTasks: 2 }, 'I5: job j1 (completed) has 2 paid tasks'],
    ['made two tasks of one row', { ...COMPLETED, doubledTasks: 1 }, 'I5: job j1 (completed) has 1 rows'],
    ['brought more videos than sends', { ...TWICE, deliveryAttempts: 1 }, 'I6: job j1 (completed) brought 2'],
  ])('name a job that %s', (_what, job, sentence) => {
    const found = broken({ jobs: [job as JobFacts] }, LOST);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it.each<[string, JobFacts]>([
    ['of somebody who blocked the bot', { ...COMPLETED, hasMessage: false, isParked: true, videosAtMs: [] }],
    ['that came late as a present', { ...FAILED, isPresented: true, videosAtMs: [1] }],
    ['that came again because an answer was lost', TWICE],
    ['that failed because every send of it was cut', CUT_SHORT],
  ])('allow a video %s', (_what, job) => expect(broken({ jobs: [job] }, LOST)).toEqual([]));

  it('name a video that came again for no reason', () => {
    expect(broken({ jobs: [TWICE] }, { repeatedShareMax: 1, lostAnswersAtMs: [50_000, 111_000] })).toEqual([
      'I6: the video of job j1 came again although no answer was lost',
    ]);
  });

  it('name videos that came again too often', () => {
    const jobs = [TWICE, TWICE, ...Array.from({ length: 98 }, () => COMPLETED)];
    expect(broken({ jobs }, { ...LOST, repeatedShareMax: 0.01 })).toEqual([
      'I6: 2 of 100 videos came more than once',
    ]);
  });

  it('name a balance, what is open, what the audit finds, and what was logged as an error', () => {
    const line = { level: 'error', part: 'jobs', msg: 'Oh', updateId: null, error: 'Error: no' };
    const found = broken({
      purses: [{ personId: 5, credits: 3, owed: 1 }],
      open: ['2 jobs'],
      audit: {
        ...{ rows_checked: 9, drift: 1, problems: [], notes: [] },
        checks: [{ name: 'one_task_in_flight', invariant: 'I5', rows_checked: 9, problems: 1 }],
      },
      logs: { over: new Map(), errors: [line] },
    });
    expect(found).toEqual([
      'I1: person 5 has 3 credits instead of 1',
      'I3: 2 jobs not over in the end',
      "I5: the audit's one_task_in_flight finds 1 rows",
      'logged as an error: jobs: Oh Error: no',
    ]);
  });

  it('let pass an error that was brought about', () => {
    const line = { level: 'error', part: 'kie-keys', msg: 'out of use', updateId: null, error: '' };
    const isExpectedError = ({ part }: { part: string }) => part === 'kie-keys';
    expect(broken({ logs: { over: new Map(), errors: [line] } }, { isExpectedError })).toEqual([]);
  });

  it('want videos, where most must come', () => {
    expect(broken({ jobs: [COMPLETED, FAILED] }, { completedShareMin: 0.5 })).toEqual([]);
    expect(broken({ jobs: [COMPLETED, FAILED, FAILED] }, { completedShareMin: 0.5 })).toEqual([
      'only 1 of 3 jobs brought their video',
    ]);
  });

  it('name an update that was acted on twice, and that no log tells of any', () => {
    const deliveries = [{ status: 200, cameAtMs: 0, answeredAtMs: 1 }];
    const update = { id: 9, type: 'message', personId: 5, content: '/menu', deliveries };
    const sessions = [{ chatId: 5, done: [9], isUnderstood: true, isLocked: false }];
    const brokenWith = (over: Map<number, number>) =>
      broken({ updates: { updates: [update], sessions, logs: { over }, orders: [], helps: [] } });
    expect(brokenWith(new Map([[9, 1]]))).toEqual([]);
    expect(brokenWith(new Map([[9, 2]]))).toEqual(['I7: update 9 (message) was acted on 2 times']);
    expect(brokenWith(new Map())).toEqual(['I7: no log tells of an update that is over']);
  });
});
