import { describe, expect, it } from 'vitest';
import { problemOf, type RunFacts } from './verdict.js';

const delivered: RunFacts = {
  course: 'filmed',
  jobs: [{ status: 'completed', failure_reason: null }],
  balanceBefore: 2,
  balance: 1,
  paidTasks: 1,
  sends: 1,
  notices: 0,
  open: 0,
  auditDrift: 0,
  lostAnswer: { video: false, notice: false },
};
const refunded: RunFacts = {
  ...delivered,
  jobs: [{ status: 'failed', failure_reason: 'stuck' }],
  balance: 2,
  paidTasks: 0,
  sends: 0,
  notices: 1,
};
const lost = { video: true, notice: true };

describe('problemOf', () => {
  it.each<[string, RunFacts]>([
    ['the video for the credit', delivered],
    ['the credit back, and a word about it', refunded],
    [
      'a second video where it is not known whether the first one came',
      { ...delivered, sends: 2, lostAnswer: lost },
    ],
    ['a second word where the same is not known', { ...refunded, notices: 2, lostAnswer: lost }],
    ['a refusal that KIE was asked for', { ...refunded, course: 'refused', paidTasks: 1 }],
    ['a late video as a present', { ...refunded, paidTasks: 1, sends: 1 }],
  ])('has nothing against %s', (_what, facts) => {
    expect(problemOf(facts)).toBeUndefined();
  });

  it.each<[RegExp, RunFacts]>([
    [/there are 0/, { ...delivered, jobs: [] }],
    [/there are 2/, { ...delivered, jobs: [...delivered.jobs, ...delivered.jobs] }],
    [/not over: processing/, { ...delivered, jobs: [{ status: 'processing', failure_reason: null }] }],
    [/no video came/, { ...delivered, sends: 0 }],
    [/2 videos came/, { ...delivered, sends: 2 }],
    [/3 videos came/, { ...delivered, sends: 3, lostAnswer: lost }],
    [/with 2 paid tasks/, { ...delivered, paidTasks: 2 }],
    [/with 0 paid tasks/, { ...delivered, paidTasks: 0 }],
    [/the balance is 2, not 1/, { ...delivered, balance: 2 }],
    [/a message that there is none/, { ...delivered, notices: 1 }],
    [/although KIE refused/, { ...delivered, course: 'refused' }],
    [/the credit is not back: the balance is 1/, { ...refunded, balance: 1 }],
    [/without a reason/, { ...refunded, jobs: [{ status: 'failed', failure_reason: null }] }],
    [/not told of "stuck"/, { ...refunded, notices: 0 }],
    [/told 2 times/, { ...refunded, notices: 2 }],
    [/2 tasks were paid/, { ...refunded, paidTasks: 2, sends: 1 }],
    [/was paid for and never came/, { ...refunded, paidTasks: 1 }],
    [/1 row\(s\) that differ/, { ...delivered, auditDrift: 1 }],
    [/1 thing\(s\) are still open/, { ...delivered, open: 1 }],
  ])('says %s', (words, facts) => {
    expect(problemOf(facts)).toMatch(words);
  });
});
