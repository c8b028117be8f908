import { describe, expect, it } from 'vitest';
import { aJob } from '../panel.support.js';
import { countOfOrder, isStopped, stepViews, tookMs, withNewJobs } from './job-steps.rules.js';

describe('the steps of a video', () => {
  it.each([
    [{ status: 'queued', step: 'prompt' }, 'current ahead ahead ahead'],
    [{ status: 'queued', step: 'create' }, 'done current ahead ahead'],
    [{ status: 'processing', step: 'generate' }, 'done done current ahead'],
    [{ status: 'processing', step: 'deliver' }, 'done done done current'],
    [{ status: 'completed', step: 'deliver' }, 'done done done done'],
    [{ status: 'failed', step: 'create', failureReason: 'billing' }, 'done failed ahead ahead'],
    [{ status: 'failed', step: 'deliver', failureReason: 'send_failed' }, 'done done done failed'],
    [{ status: 'failed', step: 'prompt', failureReason: 'cancelled' }, 'stopped ahead ahead ahead'],
    [{ status: 'failed', step: 'generate', failureReason: 'by_operator' }, 'done done stopped ahead'],
  ] as const)('%j', (job, states) => {
    expect(stepViews(aJob(job)).map(({ state }) => state)).toEqual(states.split(' '));
  });

  it('are ended on purpose only by a person or an operator', () => {
    expect(isStopped(aJob({ status: 'failed', failureReason: 'cancelled' }))).toBe(true);
    expect(isStopped(aJob({ status: 'failed', failureReason: 'temporary' }))).toBe(false);
    expect(isStopped(aJob({ status: 'queued' }))).toBe(false);
  });
});

describe('an order', () => {
  it('counts its videos, also those that are not shown any more', () => {
    const jobs = [aJob({ id: 'a', position: 2 }), aJob({ id: 'b', position: 3 }), aJob({ orderId: 'other' })];
    expect(jobs.map((job) => countOfOrder(jobs, job))).toEqual([3, 3, 1]);
  });

  it('takes until its end, or until now, and never less than nothing', () => {
    const createdAt = '2026-11-22T12:00:00.000Z';
    const nowMs = Date.parse(createdAt) + 5_000;
    expect(tookMs(aJob({ createdAt }), nowMs)).toBe(5_000);
    expect(tookMs(aJob({ createdAt, finishedAt: '2026-11-22T12:00:01.500Z' }), nowMs)).toBe(1_500);
    expect(tookMs(aJob({ createdAt }), nowMs - 60_000)).toBe(0);
  });
});

describe('the jobs that stand open', () => {
  const done = aJob({ id: 'done', status: 'completed' });
  const first = aJob({ id: 'first' });
  const second = aJob({ id: 'second' });

  it.each([
    ['the first in flight', {}, [first, second, done], { first: true, second: false, done: false }],
    ['none that is over', {}, [done], { done: false }],
    [
      'one more only when none in flight is open',
      { first: true },
      [second, first],
      { first: true, second: false },
    ],
    [
      'one more when the reader closed the other',
      { first: false },
      [second, first],
      { first: false, second: true },
    ],
    ['one that is over, as it was', { done: true }, [first, done], { done: true, first: true }],
  ])('%s', (_name, known, jobs, open) => {
    expect(Object.fromEntries(withNewJobs(new Map(Object.entries(known)), jobs))).toEqual(open);
  });

  it('stay the same map while nothing is new', () => {
    const known = new Map([['first', true]]);
    expect(withNewJobs(known, [first])).toBe(known);
  });
});
