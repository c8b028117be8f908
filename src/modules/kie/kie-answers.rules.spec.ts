import { describe, expect, it } from 'vitest';
import { decideCreateOutcome, decideTaskReading, type KieAnswer } from './kie-answers.rules.js';
import type { KieRecord } from './kie.types.js';

function answer(
  httpStatus: number,
  code: number | null,
  text = '',
  retryAfterMs: number | null = null,
): KieAnswer {
  const envelope = code === null ? null : { code, text, data: null };
  return { httpStatus, envelope, retryAfterMs, raw: { httpStatus, body: text } };
}

const record: KieRecord = {
  taskId: 't',
  state: 'generating',
  param: { model: 'm', callbackUrl: 'https://bot/x' },
  failCode: null,
  failMsg: '',
  progress: null,
  creditsConsumed: null,
};

describe('the outcome of a creation', () => {
  it.each<[string, KieAnswer, string | null, string]>([
    ['HTTP 200 and code 200 and an id', answer(200, 200), 't', 'accepted'],
    ['success without an id', answer(200, 200), null, 'unknown'],
    ['code 200 under HTTP 500', answer(500, 200), 't', 'unknown'],
    ['a bad code under HTTP 200', answer(200, 402), null, 'refused'],
    ['a bad code with an id all the same', answer(200, 500), 't', 'refused'],
    ['a bad code under its own HTTP status', answer(429, 429), null, 'refused'],
    ['a server error in JSON', answer(500, 500, 'Internal server error'), null, 'unknown'],
    ['an empty balance under HTTP 500', answer(500, 500, 'Credits insufficient'), null, 'refused'],
    ['a server error under HTTP 200', answer(200, 500, 'Internal server error'), null, 'refused'],
    ['a gateway’s code', answer(200, 504), null, 'unknown'],
    ['a page under 502', answer(502, null), null, 'unknown'],
    ['cut JSON under 200', answer(200, null), null, 'unknown'],
    ['a redirect', answer(302, null), null, 'unknown'],
    ['a page under 408', answer(408, null), null, 'unknown'],
    ['Cloudflare’s 403 page', answer(403, null), null, 'refused'],
    ['a page under 429', answer(429, null), null, 'refused'],
  ])('%s: %o', (_case, given, taskId, kind) => {
    expect(decideCreateOutcome(given, taskId).kind).toBe(kind);
  });

  it('carries the verdict, the code and the pause that was asked for', () => {
    expect(decideCreateOutcome(answer(200, 429, 'slow down', 7000), null)).toMatchObject({
      kind: 'refused',
      class: 'rate_limit',
      action: 'delay',
      code: 429,
      text: 'slow down',
      retryAfterMs: 7000,
    });
    expect(decideCreateOutcome(answer(200, 455), null)).toMatchObject({ code: 455, retryAfterMs: 60_000 });
    expect(decideCreateOutcome(answer(403, null), null)).toMatchObject({ class: 'temporary', code: 403 });
  });
});

describe('the reading of a task', () => {
  const read = (given: KieAnswer, change: Partial<KieRecord> = {}, resultUrls: string[] | null = []) =>
    decideTaskReading(given, { taskId: 't', record: { ...record, ...change }, resultUrls });

  it.each<[string, ReturnType<typeof read>, string]>([
    ['waiting', read(answer(200, 200), { state: 'waiting' }), 'running'],
    ['a word nobody knows', read(answer(200, 200), { state: 'dreaming' }), 'running'],
    ['success with a link', read(answer(200, 200), { state: 'success' }, ['https://a/v.mp4']), 'succeeded'],
    ['success without a link', read(answer(200, 200), { state: 'success' }), 'failed'],
    ['success with a result cut short', read(answer(200, 200), { state: 'success' }, null), 'unreadable'],
    ['fail', read(answer(200, 200), { state: 'fail' }), 'failed'],
    [
      'another task',
      read(answer(200, 200), { taskId: 'other', state: 'success' }, ['https://a/v']),
      'unreadable',
    ],
    ['no id in the record', read(answer(200, 200), { taskId: null, state: 'waiting' }), 'running'],
    ['recordInfo is null', read(answer(200, 422, 'recordInfo is null')), 'not_yet'],
    ['404', read(answer(200, 404, 'Not Found')), 'not_yet'],
    ['another 422', read(answer(200, 422, 'too old')), 'unreadable'],
    ['429', read(answer(200, 429)), 'unreadable'],
    ['a bad key', read(answer(200, 401)), 'unreadable'],
    ['a page', read(answer(502, null)), 'unreadable'],
    ['a page under 404', read(answer(404, null)), 'unreadable'],
  ])('%s: %o', (_case, reading, kind) => {
    expect(reading.kind).toBe(kind);
  });

  it('says what a failed task cost and why it failed', () => {
    const failed = read(answer(200, 200), {
      state: 'fail',
      failCode: '500',
      failMsg: 'Internal server error',
      creditsConsumed: 0,
    });
    expect(failed).toMatchObject({
      class: 'temporary',
      reason: 'temporary',
      action: 'retry',
      code: 500,
      text: 'Internal server error',
      creditsConsumed: 0,
      param: { callbackUrl: 'https://bot/x' },
    });
  });

  it('does not retry a success without a video', () => {
    const failed = read(answer(200, 200), { state: 'success', creditsConsumed: 60 });
    expect(failed).toMatchObject({ class: 'unknown', action: 'fail', creditsConsumed: 60 });
  });

  it('keeps a failCode that is a word', () => {
    const failed = read(answer(200, 200), { state: 'fail', failCode: 'GENERATION_FAILED' });
    expect(failed).toMatchObject({ code: null, text: 'GENERATION_FAILED', class: 'unknown' });
  });
});
