import { describe, expect, it } from 'vitest';
import { changesFor } from './job-changes.rules.js';
import type { Decision } from './job-lifecycle.types.js';

const durations = {
  jobDeadlineMs: 900_000,
  deliveryExtraMs: 600_000,
  createLeaseMs: 15_000,
  resultLifeMs: 86_400_000,
  firstPollMs: 10_000,
};
const URL = 'https://files.example/video.mp4';
const job = {
  status: 'processing',
  wakeNumber: 7,
  generationAttempts: 2,
  deliveryAttempts: 2,
  parkedAt: null,
  sendingAgain: false,
};
const NO_LEASE = { delivery_lease_token: null, delivery_lease_until: null };

const table: [Decision, Record<string, unknown>][] = [
  [{ kind: 'ignore' }, {}],
  [{ kind: 'create' }, { step: 'create', wake_in_ms: 0, wake_number: 8 }],
  [{ kind: 'start_task' }, { status: 'processing', generation_attempts: 3, wake_in_ms: 15_000 }],
  [{ kind: 'generate' }, { step: 'generate', wake_in_ms: 10_000, wake_number: 8 }],
  [{ kind: 'wait', againInMs: 4_000 }, { wake_in_ms: 4_000 }],
  [
    { kind: 'create_again', delayMs: 5_000, countsAsAttempt: true },
    { step: 'create', generation_attempts: 2, wake_in_ms: 5_000, wake_number: 8 },
  ],
  [
    { kind: 'create_again', delayMs: 0, countsAsAttempt: false },
    { step: 'create', generation_attempts: 1, wake_in_ms: 0, wake_number: 8 },
  ],
  [
    { kind: 'create_again', delayMs: 0, countsAsAttempt: false, newUpload: true },
    {
      step: 'create',
      generation_attempts: 1,
      photo_url: null,
      photo_framing: null,
      photo_url_expires_at: null,
      wake_in_ms: 0,
      wake_number: 8,
    },
  ],
  [
    { kind: 'deliver', resultUrl: URL },
    {
      step: 'deliver',
      result_url: URL,
      result_expires_in_ms: 86_400_000,
      deadline_more_ms: 600_000,
      wake_in_ms: 0,
      wake_number: 8,
    },
  ],
  [
    { kind: 'deliver_again', delayMs: 5_000, countsAsAttempt: true },
    { delivery_attempts: 2, ...NO_LEASE, wake_in_ms: 5_000, wake_number: 8 },
  ],
  [
    { kind: 'deliver_again', delayMs: 5_000, countsAsAttempt: false },
    { delivery_attempts: 1, ...NO_LEASE, wake_in_ms: 5_000, wake_number: 8 },
  ],
  [
    { kind: 'complete', parked: false },
    { status: 'completed', finished_in_ms: 0, wake_at: null, ...NO_LEASE },
  ],
  [
    { kind: 'complete', parked: true },
    { status: 'completed', finished_in_ms: 0, wake_at: null, ...NO_LEASE, parked_in_ms: 0 },
  ],
  [
    { kind: 'present', resultUrl: URL },
    {
      result_url: URL,
      result_expires_in_ms: 86_400_000,
      presented_in_ms: 0,
      delivery_attempts: 0,
      ...NO_LEASE,
      wake_in_ms: 0,
      wake_number: 8,
    },
  ],
  [{ kind: 'unpark' }, { delivery_attempts: 0, ...NO_LEASE, wake_in_ms: 0, wake_number: 8 }],
  [
    { kind: 'finish_late', parked: false },
    { wake_at: null, ...NO_LEASE },
  ],
  [
    { kind: 'finish_late', parked: true },
    { wake_at: null, ...NO_LEASE, parked_in_ms: 0 },
  ],
  [{ kind: 'give_up' }, { wake_at: null, parked_at: null, ...NO_LEASE }],
  [
    { kind: 'send_again', present: false, sentBefore: true },
    { delivery_attempts: 0, sending_again: true, ...NO_LEASE, wake_in_ms: 0, wake_number: 8 },
  ],
  [
    { kind: 'send_again', present: true, sentBefore: false },
    {
      delivery_attempts: 0,
      sending_again: false,
      presented_in_ms: 0,
      ...NO_LEASE,
      wake_in_ms: 0,
      wake_number: 8,
    },
  ],
  [
    { kind: 'fail', reason: 'stuck', errorClass: null },
    {
      status: 'failed',
      finished_in_ms: 0,
      wake_at: null,
      failure_reason: 'stuck',
      error_class: null,
      parked_at: null,
      ...NO_LEASE,
    },
  ],
];

describe('changesFor', () => {
  it.each(table)('%o', (decision, changes) => {
    expect(changesFor(decision, job, durations)).toEqual(changes);
  });

  it.each([{ kind: 'finish_late', parked: false }, { kind: 'give_up' }] as const)(
    'ends a second send with $kind',
    (decision) => {
      expect(changesFor(decision, { ...job, sendingAgain: true }, durations)).toMatchObject({
        sending_again: false,
      });
    },
  );

  it('gives a job that leaves the queue its beginning and its own deadline', () => {
    expect(changesFor({ kind: 'start_task' }, { ...job, status: 'queued' }, durations)).toMatchObject({
      started_in_ms: 0,
      deadline_in_ms: 900_000,
    });
  });

  it('keeps the day on which a video was parked first', () => {
    const parked = { ...job, parkedAt: new Date(0) };
    expect(changesFor({ kind: 'finish_late', parked: true }, parked, durations)).not.toHaveProperty(
      'parked_in_ms',
    );
  });

  it('gives every new wake-up a new number, and a wait none', () => {
    for (const [decision] of table) {
      const { wake_in_ms: wakes, wake_number: number } = changesFor(decision, job, durations);
      const keepsItsNumber = decision.kind === 'wait' || decision.kind === 'start_task';
      if (wakes !== undefined) expect(number).toBe(keepsItsNumber ? undefined : 8);
    }
  });

  it('ends every wish to be woken with the job', () => {
    for (const [decision, changes] of table) {
      if (decision.kind === 'complete' || decision.kind === 'fail') expect(changes['wake_at']).toBeNull();
    }
  });
});
