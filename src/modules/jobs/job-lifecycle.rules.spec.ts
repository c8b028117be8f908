import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideStep, taskDeadlineMs } from './job-lifecycle.rules.js';
import {
  FAILURE_REASONS,
  JOB_STATUSES,
  JOB_STEPS,
  type Decision,
  type JobFacts,
  type LifecycleLimits,
  type Report,
} from './job-lifecycle.types.js';

const NOW = 1_000_000_000_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const URL = 'https://files.example/video.mp4';

const limits: LifecycleLimits = {
  generationAttemptsMax: 3,
  generationRetryDelayMs: 5_000,
  rateLimitDelayMs: 10_000,
  taskStartMinMs: 5 * MINUTE_MS,
  sendAttemptsMax: 3,
  sendRetryDelaysMs: [5_000, 30_000],
  parkedForMs: 14 * DAY_MS,
};

const OVER = { step: 'deliver', deliveryAttempts: 1, awaitsWaking: false } as const;
const SENT = { ...OVER, status: 'completed', sent: true, hasVideo: true } as const;
const STUCK = { status: 'failed', step: 'generate', failureReason: 'stuck' } as const;

/** Every state that a job can be in, by the name that the table below uses. */
const states = {
  'queued/prompt': facts({ status: 'queued', step: 'prompt', generationAttempts: 0 }),
  'queued/create': facts({ status: 'queued', step: 'create', generationAttempts: 0 }),
  'processing/create': facts({ status: 'processing', step: 'create' }),
  'processing/generate': facts({ status: 'processing', step: 'generate' }),
  'processing/deliver': facts({ status: 'processing', step: 'deliver', deliveryAttempts: 1 }),
  'processing/sending': facts({
    status: 'processing',
    step: 'deliver',
    deliveryAttempts: 1,
    sendEndsAtMs: NOW + MINUTE_MS,
  }),
  'processing/cut off': facts({
    status: 'processing',
    step: 'deliver',
    deliveryAttempts: 1,
    sendEndsAtMs: NOW,
  }),
  completed: facts(SENT),
  'completed/legacy': facts({ ...SENT, sent: false }),
  'completed/parked': facts({ ...OVER, hasVideo: true, status: 'completed', parkedAtMs: NOW - DAY_MS }),
  'completed/unparked': facts({
    ...OVER,
    hasVideo: true,
    status: 'completed',
    parkedAtMs: NOW - DAY_MS,
    awaitsWaking: true,
  }),
  'completed/sending again': facts({ ...SENT, sendingAgain: true, awaitsWaking: true }),
  'failed/stuck': facts({ ...OVER, ...STUCK }),
  'failed/presenting': facts({ ...OVER, ...STUCK, presented: true, awaitsWaking: true }),
  'failed/parked': facts({ ...OVER, ...STUCK, presented: true, parkedAtMs: NOW - DAY_MS }),
  'failed/presented': facts({ ...OVER, ...STUCK, presented: true, sent: true, hasVideo: true }),
  'failed/unsent': facts({ ...OVER, status: 'failed', failureReason: 'send_failed', hasVideo: true }),
  'failed/moderation': facts({ ...OVER, status: 'failed', step: 'create', failureReason: 'moderation_text' }),
} satisfies Record<string, JobFacts>;
type StateName = keyof typeof states;

function facts(changes: Partial<JobFacts>): JobFacts {
  return {
    status: 'processing',
    step: 'create',
    failureReason: null,
    deadlineAtMs: NOW + 10 * MINUTE_MS,
    generationAttempts: 1,
    deliveryAttempts: 0,
    sendEndsAtMs: null,
    presented: false,
    parkedAtMs: null,
    sent: false,
    awaitsWaking: true,
    hasVideo: false,
    sendingAgain: false,
    ...changes,
  };
}

const refusal = { reason: 'moderation_text', errorClass: 'user_violation', alternativesLeft: true } as const;

/** Every report, by the name that the table uses. */
const reports = {
  prompt_written: { kind: 'prompt_written' },
  creation_starting: { kind: 'creation_starting' },
  task_accepted: { kind: 'task_accepted' },
  'task_refused/fail': { kind: 'task_refused', action: 'fail', ...refusal },
  'task_refused/next_key': { kind: 'task_refused', action: 'next_key', ...refusal },
  'task_refused/next_model': { kind: 'task_refused', action: 'next_model', ...refusal },
  'task_refused/new_upload': { kind: 'task_refused', action: 'new_upload', ...refusal },
  'task_refused/delay': { kind: 'task_refused', action: 'delay', ...refusal, retryAfterMs: 7_000 },
  'task_refused/retry': { kind: 'task_refused', action: 'retry', ...refusal },
  'task_unknown/callback': { kind: 'task_unknown', callbackExpected: true },
  'task_unknown/alone': { kind: 'task_unknown', callbackExpected: false },
  task_running: { kind: 'task_running', taskDeadlineAtMs: NOW + MINUTE_MS, askAgainInMs: 10_000 },
  'task_running/overdue': { kind: 'task_running', taskDeadlineAtMs: NOW, askAgainInMs: 10_000 },
  task_succeeded: { kind: 'task_succeeded', resultUrl: URL },
  'task_failed/fail': { kind: 'task_failed', action: 'fail', ...refusal },
  'task_failed/retry': { kind: 'task_failed', action: 'retry', ...refusal },
  video_sent: { kind: 'video_sent' },
  person_blocked: { kind: 'person_blocked' },
  'send_failed/again': { kind: 'send_failed', again: true },
  'send_failed/final': { kind: 'send_failed', again: false },
  send_rate_limited: { kind: 'send_rate_limited', retryAfterMs: 4_000 },
  person_returned: { kind: 'person_returned' },
  'deadline_passed/early': { kind: 'deadline_passed' },
  cancelled: { kind: 'cancelled' },
  failed_by_operator: { kind: 'failed_by_operator' },
  send_again_by_operator: { kind: 'send_again_by_operator' },
} satisfies Record<string, Report>;
type ReportName = keyof typeof reports;

const refused: Decision = { kind: 'fail', reason: 'moderation_text', errorClass: 'user_violation' };
const failed = (reason: (typeof FAILURE_REASONS)[number]): Decision => ({
  kind: 'fail',
  reason,
  errorClass: null,
});
const again = (delayMs: number, countsAsAttempt: boolean): Decision => ({
  kind: 'create_again',
  delayMs,
  countsAsAttempt,
});

/** What a send of the finished video comes to. */
const sends: Partial<Record<ReportName, Decision>> = {
  video_sent: { kind: 'complete', parked: false },
  person_blocked: { kind: 'complete', parked: true },
  'send_failed/again': { kind: 'deliver_again', delayMs: 5_000, countsAsAttempt: true },
  'send_failed/final': failed('send_failed'),
  send_rate_limited: { kind: 'deliver_again', delayMs: 4_000, countsAsAttempt: false },
};

/** What a send after the end comes to. */
const lateSends: Partial<Record<ReportName, Decision>> = {
  video_sent: { kind: 'finish_late', parked: false },
  person_blocked: { kind: 'finish_late', parked: true },
  'send_failed/again': { kind: 'deliver_again', delayMs: 5_000, countsAsAttempt: true },
  send_rate_limited: { kind: 'deliver_again', delayMs: 4_000, countsAsAttempt: false },
};

/** What is not `ignore`, per state; every other pair of the table is. */
const expected: Record<StateName, Partial<Record<ReportName, Decision>>> = {
  'queued/prompt': {
    prompt_written: { kind: 'create' },
    cancelled: failed('cancelled'),
    failed_by_operator: failed('by_operator'),
  },
  'queued/create': {
    creation_starting: { kind: 'start_task' },
    cancelled: failed('cancelled'),
    failed_by_operator: failed('by_operator'),
  },
  'processing/create': {
    creation_starting: { kind: 'start_task' },
    task_accepted: { kind: 'generate' },
    'task_refused/fail': refused,
    'task_refused/next_key': again(0, false),
    'task_refused/next_model': again(0, false),
    'task_refused/new_upload': { kind: 'create_again', delayMs: 0, countsAsAttempt: false, newUpload: true },
    'task_refused/delay': again(7_000, false),
    'task_refused/retry': again(5_000, true),
    'task_unknown/callback': { kind: 'generate' },
    'task_unknown/alone': again(5_000, true),
    task_succeeded: { kind: 'deliver', resultUrl: URL },
    'task_failed/fail': refused,
    'task_failed/retry': again(5_000, true),
    failed_by_operator: failed('by_operator'),
  },
  'processing/generate': {
    task_running: { kind: 'wait', againInMs: 10_000 },
    'task_running/overdue': failed('generation_timeout'),
    task_succeeded: { kind: 'deliver', resultUrl: URL },
    'task_failed/fail': refused,
    'task_failed/retry': again(5_000, true),
    failed_by_operator: failed('by_operator'),
  },
  'processing/deliver': { ...sends, failed_by_operator: failed('by_operator') },
  'processing/sending': sends,
  'processing/cut off': { ...sends, failed_by_operator: failed('by_operator') },
  completed: { send_again_by_operator: { kind: 'send_again', present: false, sentBefore: true } },
  'completed/legacy': {
    send_again_by_operator: { kind: 'send_again', present: false, sentBefore: true },
    video_sent: { kind: 'finish_late', parked: false },
  },
  // A send that was under way when the job ended has its message noted.
  'completed/parked': {
    send_again_by_operator: { kind: 'send_again', present: false, sentBefore: false },
    person_returned: { kind: 'unpark' },
    video_sent: { kind: 'finish_late', parked: false },
  },
  'completed/unparked': {
    ...lateSends,
    // It was paid for, so that a send which fails for good gives the credit back.
    'send_failed/final': failed('send_failed'),
  },
  // The person has it already, so that nothing is given back and nothing waits for them.
  'completed/sending again': {
    ...lateSends,
    person_blocked: { kind: 'give_up' },
    'send_failed/final': { kind: 'give_up' },
  },
  'failed/stuck': {
    task_succeeded: { kind: 'present', resultUrl: URL },
    video_sent: { kind: 'finish_late', parked: false },
  },
  'failed/presenting': { ...lateSends, 'send_failed/final': { kind: 'give_up' } },
  'failed/parked': {
    person_returned: { kind: 'unpark' },
    video_sent: { kind: 'finish_late', parked: false },
  },
  'failed/presented': { send_again_by_operator: { kind: 'send_again', present: false, sentBefore: true } },
  'failed/unsent': {
    video_sent: { kind: 'finish_late', parked: false },
    send_again_by_operator: { kind: 'send_again', present: true, sentBefore: false },
  },
  'failed/moderation': { video_sent: { kind: 'finish_late', parked: false } },
};

describe('decideStep: state × report', () => {
  const table = (Object.keys(states) as StateName[]).flatMap((state) =>
    (Object.keys(reports) as ReportName[]).map((report) => ({
      state,
      report,
      decision: expected[state][report] ?? { kind: 'ignore' },
    })),
  );

  it.each(table)('$state + $report → $decision.kind', ({ state, report, decision }) => {
    expect(decideStep(states[state], reports[report], limits, NOW)).toEqual(decision);
  });
});

describe('decideStep: limits', () => {
  const decide = (job: Partial<JobFacts>, report: Report, nowMs = NOW) =>
    decideStep(facts(job), report, limits, nowMs);

  it('fails a queued job as expired and a processing one as stuck once the deadline has passed', () => {
    const atDeadline = NOW + 10 * MINUTE_MS;
    const passed: Report = { kind: 'deadline_passed' };
    expect(decide({ status: 'queued', step: 'prompt' }, passed, atDeadline)).toEqual(failed('queue_expired'));
    for (const step of ['create', 'generate', 'deliver'] as const) {
      expect(decide({ step }, passed, atDeadline)).toEqual(failed('stuck'));
    }
    expect(decide({ step: 'generate' }, passed, atDeadline - 1)).toEqual({ kind: 'ignore' });
  });

  it('starts no task with less than the least time left, but always the first one of a queued job', () => {
    const late = NOW + 5 * MINUTE_MS + 1;
    expect(decide({}, { kind: 'creation_starting' }, late)).toEqual(failed('generation_timeout'));
    expect(decide({ status: 'queued' }, { kind: 'creation_starting' }, late)).toEqual({ kind: 'start_task' });
    expect(decide({}, reports['task_failed/retry'], late - 5_000)).toEqual(refused);
  });

  it('waits as long as KIE asks before another task, and never less than its own pause', () => {
    const refused = (action: 'delay' | 'retry', retryAfterMs?: number) =>
      decide({}, { ...reports['task_refused/retry'], action, retryAfterMs });
    expect(refused('delay')).toEqual(again(10_000, false));
    expect(refused('delay', 0)).toEqual(again(5_000, false));
    expect(refused('retry', 60_000)).toEqual(again(60_000, true));
    expect(refused('retry', 1_000)).toEqual(again(5_000, true));
  });

  it('stops after the third attempt', () => {
    expect(decide({ generationAttempts: 2, step: 'generate' }, reports['task_failed/retry'])).toEqual(
      again(5_000, true),
    );
    expect(decide({ generationAttempts: 3, step: 'generate' }, reports['task_failed/retry'])).toEqual(
      refused,
    );
    expect(decide({ generationAttempts: 3 }, reports['task_unknown/alone'])).toEqual({
      kind: 'fail',
      reason: 'temporary',
      errorClass: 'temporary',
    });
  });

  it.each(['next_key', 'next_model', 'new_upload'] as const)(
    'fails with its own reason when %s has nothing left, or no time',
    (action) => {
      const report = { kind: 'task_refused', action, ...refusal } as const;
      expect(decide({}, { ...report, alternativesLeft: false })).toEqual(refused);
      expect(decide({}, report, NOW + 5 * MINUTE_MS + 1)).toEqual(refused);
    },
  );

  it('pauses 5 s and 30 s between sends of the same video and stops after the third', () => {
    const send: Report = { kind: 'send_failed', again: true };
    const delays = [1, 2, 3].map((deliveryAttempts) => decide({ step: 'deliver', deliveryAttempts }, send));
    expect(delays).toEqual([
      { kind: 'deliver_again', delayMs: 5_000, countsAsAttempt: true },
      { kind: 'deliver_again', delayMs: 30_000, countsAsAttempt: true },
      failed('send_failed'),
    ]);
  });

  it('presents a late video once', () => {
    const late = { status: 'failed', failureReason: 'generation_timeout' } as const;
    expect(decide(late, reports.task_succeeded).kind).toBe('present');
    expect(decide({ ...late, presented: true }, reports.task_succeeded)).toEqual({ kind: 'ignore' });
  });

  it('keeps a parked video for 14 days', () => {
    const parked = states['completed/parked'];
    const age = (ageMs: number) =>
      decideStep({ ...parked, parkedAtMs: NOW - ageMs }, reports.person_returned, limits, NOW).kind;
    expect(age(14 * DAY_MS - 1)).toBe('unpark');
    expect(age(14 * DAY_MS)).toBe('ignore');
  });

  it('gives a task no more time than its job has', () => {
    const durations = { taskMs: 10 * MINUTE_MS, jobMs: 15 * MINUTE_MS };
    const time = (leftMs: number) =>
      taskDeadlineMs({ status: 'processing', deadlineAtMs: NOW + leftMs }, durations, NOW) - NOW;
    expect(time(12 * MINUTE_MS)).toBe(10 * MINUTE_MS);
    expect(time(6 * MINUTE_MS)).toBe(6 * MINUTE_MS);
    // A queued job is given its own deadline at the same moment.
    const queued = { status: 'queued', deadlineAtMs: NOW + MINUTE_MS } as const;
    expect(taskDeadlineMs(queued, durations, NOW)).toBe(NOW + 10 * MINUTE_MS);
    expect(taskDeadlineMs(queued, { ...durations, jobMs: 2 * MINUTE_MS }, NOW)).toBe(NOW + 2 * MINUTE_MS);
  });
});

describe('decideStep: properties', () => {
  const anyFacts = fc.record({
    status: fc.constantFrom(...JOB_STATUSES),
    step: fc.constantFrom(...JOB_STEPS),
    failureReason: fc.constantFrom(null, ...FAILURE_REASONS),
    deadlineAtMs: fc.integer({ min: NOW - 20 * MINUTE_MS, max: NOW + 20 * MINUTE_MS }),
    generationAttempts: fc.nat(4),
    deliveryAttempts: fc.nat(4),
    sendEndsAtMs: fc.constantFrom(null, NOW - MINUTE_MS, NOW, NOW + MINUTE_MS),
    presented: fc.boolean(),
    parkedAtMs: fc.constantFrom(null, NOW - DAY_MS, NOW - 20 * DAY_MS),
    sent: fc.boolean(),
    awaitsWaking: fc.boolean(),
    hasVideo: fc.boolean(),
    sendingAgain: fc.boolean(),
  });
  const anyReport = fc.constantFrom(...Object.values(reports));

  it('never changes a finished job but for its video, and fails it only where that was paid for and cannot be sent', () => {
    fc.assert(
      fc.property(anyFacts, anyReport, (job, report) => {
        const decision = decideStep(job, report, limits, NOW);
        const late = ['ignore', 'present', 'unpark', 'send_again', 'deliver_again', 'finish_late', 'give_up'];
        if (job.status === 'failed') expect(late).toContain(decision.kind);
        if (job.status === 'completed') {
          expect([...late, 'fail']).toContain(decision.kind);
          if (decision.kind === 'fail') {
            expect([decision.reason, job.awaitsWaking]).toEqual(['send_failed', true]);
          }
        }
      }),
    );
  });

  it('completes only what was being delivered, and cancels only what is queued', () => {
    fc.assert(
      fc.property(anyFacts, anyReport, (job, report) => {
        const decision = decideStep(job, report, limits, NOW);
        if (decision.kind === 'complete') expect([job.status, job.step]).toEqual(['processing', 'deliver']);
        if (decision.kind === 'fail' && decision.reason === 'cancelled') expect(job.status).toBe('queued');
      }),
    );
  });

  it('never pays for another task beyond the limit of attempts', () => {
    fc.assert(
      fc.property(anyFacts, anyReport, (job, report) => {
        const decision = decideStep(job, report, limits, NOW);
        if (decision.kind === 'create_again' && decision.countsAsAttempt) {
          expect(job.generationAttempts).toBeLessThan(limits.generationAttemptsMax);
        }
      }),
    );
  });
});
