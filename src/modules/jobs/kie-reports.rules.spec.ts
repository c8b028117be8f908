import { describe, expect, it } from 'vitest';
import type { KieAction, KieRefusal } from '../kie/index.js';
import { ownRefusal, refusalReport, refusedOutcome, type TriedTask } from './kie-reports.rules.js';

const RAW = { httpStatus: 200, body: { code: 500, msg: 'server is busy', data: null } };

function refusal(changes: Partial<KieRefusal> = {}): KieRefusal {
  return {
    class: 'temporary',
    reason: 'temporary',
    action: 'retry',
    code: 500,
    text: 'server is busy',
    raw: RAW,
    ...changes,
  };
}

const tried = (action: KieAction): TriedTask => ({
  state: 'failed',
  model: 'm',
  keyFingerprint: 'k',
  errorDetails: { action },
});
const something = { choose: () => 'a key and a model' };
const nothing = { choose: () => null };

describe('refusalReport', () => {
  it("is the refusal in the lifecycle's words", () => {
    expect(refusalReport('task_refused', refusal({ retryAfterMs: 60_000 }), [], something)).toEqual({
      kind: 'task_refused',
      action: 'retry',
      reason: 'temporary',
      errorClass: 'temporary',
      alternativesLeft: true,
      retryAfterMs: 60_000,
    });
  });

  it('asks for no pause where KIE asked for none', () => {
    expect(refusalReport('task_failed', refusal(), [], something)).not.toHaveProperty('retryAfterMs');
  });

  it.each<KieAction>(['next_key', 'next_model'])(
    'has an alternative to %s while one is left to choose',
    (action) => {
      const left = (models: typeof something | typeof nothing) =>
        refusalReport('task_refused', refusal({ action }), [tried(action)], models).alternativesLeft;
      expect([left(something), left(nothing)]).toEqual([true, false]);
    },
  );

  it('has one new upload, whatever keys and models are left', () => {
    const left = (tasks: TriedTask[]) =>
      refusalReport('task_failed', refusal({ action: 'new_upload' }), tasks, nothing).alternativesLeft;
    expect(left([tried('new_upload')])).toBe(true);
    expect(left([tried('retry'), tried('new_upload')])).toBe(true);
    expect(left([tried('new_upload'), tried('new_upload')])).toBe(false);
  });

  it('is not confused by tasks that keep no reason', () => {
    const task: TriedTask = { ...tried('retry'), errorDetails: null };
    const report = refusalReport('task_failed', refusal({ action: 'new_upload' }), [task], nothing);
    expect(report.alternativesLeft).toBe(true);
  });
});

describe('refusedOutcome', () => {
  it('keeps the whole answer and what we made of it', () => {
    expect(refusedOutcome(refusal())).toEqual({
      errorClass: 'temporary',
      errorCode: '500',
      errorText: 'server is busy',
      errorDetails: { action: 'retry', reason: 'temporary', code: 500, text: 'server is busy', raw: RAW },
    });
  });

  it('has no code where KIE sent none', () => {
    expect(refusedOutcome(refusal({ code: null, class: null }))).toMatchObject({
      errorCode: null,
      errorClass: null,
    });
  });
});

describe('ownRefusal', () => {
  it('fails at once and blames nobody', () => {
    expect(ownRefusal('The prompt is empty')).toEqual({
      class: 'unknown',
      reason: 'unknown',
      action: 'fail',
      code: null,
      text: 'The prompt is empty',
      raw: { httpStatus: null, body: 'The prompt is empty' },
    });
  });
});
