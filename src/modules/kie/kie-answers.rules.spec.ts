import { describe, expect, it } from 'vitest';
import {
  decideCreateOutcome,
  decideTaskReading,
  uploadRefusalOf,
  type KieAnswer,
} from './kie-answers.rules.js';
import { keepRaw, parseEnvelope, parseRecord, parseTaskId, parseVeoRecord } from './kie-replies.schemas.js';
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
  resultUrls: [],
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
  const read = (given: KieAnswer, change: Partial<KieRecord> = {}) =>
    decideTaskReading(given, { taskId: 't', record: { ...record, ...change } });
  const success = (resultUrls: string[] | null, taskId = 't') =>
    read(answer(200, 200), { taskId, state: 'success', resultUrls });

  it.each<[string, ReturnType<typeof read>, string]>([
    ['waiting', read(answer(200, 200), { state: 'waiting' }), 'running'],
    ['a word nobody knows', read(answer(200, 200), { state: 'dreaming' }), 'running'],
    ['success with a link', success(['https://a/v.mp4']), 'succeeded'],
    ['success without a link', success([]), 'failed'],
    ['success with a result cut short', success(null), 'unreadable'],
    ['fail', read(answer(200, 200), { state: 'fail' }), 'failed'],
    ['another task', success(['https://a/v'], 'other'), 'unreadable'],
    ['no id in the record', read(answer(200, 200), { taskId: null, state: 'waiting' }), 'running'],
    ['recordInfo is null', read(answer(200, 422, 'recordInfo is null')), 'not_yet'],
    ['Veo’s record is null', read(answer(200, 422, 'record is null.')), 'not_yet'],
    ['404', read(answer(200, 404, 'Not Found')), 'not_yet'],
    ['too old a task', read(answer(200, 422, 'Temporarily supports records within 14 days.')), 'unreadable'],
    ['another 422', read(answer(200, 422, 'record status is not success.')), 'unreadable'],
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

/** An answer as it came over the wire. */
function received(httpStatus: number, body: string): KieAnswer {
  return { httpStatus, envelope: parseEnvelope(body), retryAfterMs: null, raw: keepRaw(httpStatus, body) };
}

const PAGE = '<html>\r\n<head><title>502 Bad Gateway</title></head></html>';
const SPRING_404 = '{"timestamp":"2026-11-21T10:00:00","status":404,"error":"Not Found","path":"/x"}';
const BILLING = 'billing billing next_key';
const TEMPORARY = 'temporary temporary retry';
const UNKNOWN = 'unknown unknown fail';

describe('a body that is not what it should be', () => {
  it.each<[what: string, httpStatus: number, body: string, create: string, upload: string]>([
    ['a proxy’s page', 502, PAGE, 'unknown', TEMPORARY],
    ['a proxy’s page', 504, PAGE, 'unknown', TEMPORARY],
    ['a proxy’s page', 200, PAGE, 'unknown', TEMPORARY],
    ['Cloudflare’s refusal', 403, 'error code: 1010', TEMPORARY, TEMPORARY],
    ['a wrong path', 404, SPRING_404, UNKNOWN, UNKNOWN],
    ['cut JSON', 200, '{"code":200,"msg":"success","data":{"taskI', 'unknown', TEMPORARY],
    ['nothing', 200, '', 'unknown', TEMPORARY],
    ['null', 200, 'null', 'unknown', TEMPORARY],
    ['a list', 200, '[{"code":200}]', 'unknown', TEMPORARY],
    ['a string', 200, '"success"', 'unknown', TEMPORARY],
    ['a number', 200, '200', 'unknown', TEMPORARY],
    ['no code', 200, '{"msg":"success","data":{"taskId":"t"}}', 'unknown', TEMPORARY],
    ['a code that is no number', 200, '{"code":"OK","data":{"taskId":"t"}}', 'unknown', TEMPORARY],
    ['a code of true', 200, '{"code":true,"data":{"taskId":"t"}}', 'unknown', TEMPORARY],
    ['a code as text', 200, '{"code":"200","data":{"taskId":"t"}}', 'accepted', UNKNOWN],
    ['a bad code as text', 200, '{"code":"402","msg":"x"}', BILLING, BILLING],
    ['no msg', 200, '{"code":402}', BILLING, BILLING],
    ['no msg', 200, '{"code":500}', UNKNOWN, UNKNOWN],
    ['message for msg', 200, '{"code":500,"message":"server is busy"}', TEMPORARY, TEMPORARY],
    [
      'message beside an empty msg',
      200,
      '{"code":500,"msg":"","message":"server is busy"}',
      TEMPORARY,
      TEMPORARY,
    ],
    ['msg of null', 200, '{"code":500,"msg":null,"message":"server is busy"}', TEMPORARY, TEMPORARY],
    ['msg of a number', 200, '{"code":500,"msg":17}', UNKNOWN, UNKNOWN],
    ['msg of an object', 200, '{"code":500,"msg":{"text":"busy"}}', UNKNOWN, UNKNOWN],
    ['data that is text', 200, '{"code":200,"data":"task_1"}', 'unknown', UNKNOWN],
    ['data that is a number', 200, '{"code":200,"data":17}', 'unknown', UNKNOWN],
    ['data that is a list', 200, '{"code":200,"data":[{"taskId":"t"}]}', 'unknown', UNKNOWN],
    ['no data', 200, '{"code":200,"msg":"success"}', 'unknown', UNKNOWN],
    ['an id that is a number', 200, '{"code":200,"data":{"taskId":17}}', 'unknown', UNKNOWN],
    ['an empty id', 200, '{"code":200,"data":{"taskId":" "}}', 'unknown', UNKNOWN],
  ])('%s under HTTP %d: %s', (_what, httpStatus, body, create, upload) => {
    const answer = received(httpStatus, body);
    const created = decideCreateOutcome(answer, parseTaskId(answer.envelope?.data));
    expect('class' in created ? shortly(created) : created.kind).toBe(create);
    expect(shortly(uploadRefusalOf(answer))).toBe(upload);
    expect(readWire(answer)).toMatchObject({
      kind: 'unreadable',
      text: expect.stringMatching(/./) as string,
    });
    // Whatever it was, it is kept whole.
    expect(created.raw).toEqual({ httpStatus, body: asJson(body) });
  });

  it.each<[string, unknown, string]>([
    ['broken', '{"resultUrls":["https://a/v.mp4"', 'unreadable'],
    ['a page', PAGE, 'unreadable'],
    ['a list', '["https://a/v.mp4"]', 'unreadable'],
    ['a number', 17, 'unreadable'],
    ['an empty list', '{"resultUrls":[]}', 'failed'],
    ['without links', '{"firstFrameUrl":["https://a/f.png"]}', 'failed'],
    ['of an object without links', '{"resultObject":{"text":"https://a/v.mp4"}}', 'failed'],
    ['empty text', '', 'failed'],
    ['null', null, 'failed'],
    ['missing', undefined, 'failed'],
    ['with links that are none', '{"resultUrls":["", 7, null, "file:///etc/passwd"]}', 'failed'],
    ['with a link', '{"resultUrls":["https://a/v.mp4"]}', 'succeeded'],
  ])('success with a resultJson that is %s (%j) is %s', (_what, resultJson, kind) => {
    const body = JSON.stringify({
      code: 200,
      msg: 'success',
      data: { taskId: 't', state: 'success', resultJson },
    });
    const reading = readWire(received(200, body));
    expect(reading.kind).toBe(kind);
    if (reading.kind === 'failed') expect(shortly(reading)).toBe(UNKNOWN);
  });
});

describe('the end of a task of Veo', () => {
  const FLAGGED = 'Your prompt was flagged by Website as violating content policies';
  const REJECTED = `Your request was rejected by Flow(${FLAGGED}). You may consider using our other fallback channels`;
  const FETCH =
    'Failed to fetch the image. Kindly verify any access limits set by you or your service provider';

  it.each<[successFlag: number, errorCode: unknown, errorMessage: unknown, expected: string]>([
    [2, 400, FLAGGED, 'user_violation moderation_text fail'],
    [2, 400, 'Only English prompts are supported at this time', 'user_violation moderation_text fail'],
    [2, 422, REJECTED, 'user_violation moderation_text fail'],
    [
      2,
      422,
      'Your request was rejected by Flow(public error prominent people upload)',
      'user_violation moderation_photo fail',
    ],
    [2, 400, 'public error unsafe image upload', 'user_violation moderation_photo fail'],
    [2, 400, FETCH, 'user_violation moderation_photo new_upload'],
    [2, 451, '', 'user_violation moderation_photo new_upload'],
    [3, 500, 'Internal Error, Please try again later.', TEMPORARY],
    [3, 500, 'Internal Error - Timeout', TEMPORARY],
    [3, 501, 'Failed - Video generation task failed', UNKNOWN],
    [3, 500, 'This interface is temporarily paused', 'null temporary next_model'],
    [3, 505, null, 'null temporary next_model'],
    // Of the account whose key made it: another key may do.
    [2, 402, '', BILLING],
    [2, null, null, UNKNOWN],
    [4, null, '', UNKNOWN],
  ])('flag %d, code %j, %j: %s', (successFlag, errorCode, errorMessage, expected) => {
    const data = { taskId: 't', successFlag, response: null, errorCode, errorMessage };
    const reading = readWire(
      received(200, JSON.stringify({ code: 200, msg: 'success', data })),
      parseVeoRecord,
    );
    expect(reading.kind === 'failed' && shortly(reading)).toBe(expected);
    expect(reading).toMatchObject({ creditsConsumed: null, text: expect.stringMatching(/./) as string });
  });
});

describe('an upload that is refused', () => {
  it.each<[number, string, string]>([
    [400, 'Parameter error', UNKNOWN],
    [401, 'You do not have access permissions', BILLING],
    [405, 'Method not allowed', UNKNOWN],
    [500, 'Base64 decoding failed: Illegal character', UNKNOWN],
    [500, 'Internal server error', TEMPORARY],
    [500, 'File type not supported', 'user_violation moderation_photo new_upload'],
    [500, 'The image was flagged', 'user_violation moderation_photo fail'],
    [500, 'flagged', UNKNOWN],
    // It knows no model, so that none may be set aside for it.
    [500, 'This interface is temporarily paused', TEMPORARY],
    [505, 'Feature disabled', TEMPORARY],
  ])('with code %d and %j is nothing that the person has written: %s', (code, msg, expected) => {
    expect(shortly(uploadRefusalOf(received(200, JSON.stringify({ success: false, code, msg }))))).toBe(
      expected,
    );
  });
});

function shortly(verdict: { class: string | null; reason: string; action: string }): string {
  return `${verdict.class} ${verdict.reason} ${verdict.action}`;
}

/** JSON as what it says, all else as it is. */
function asJson(body: string): unknown {
  try {
    return JSON.parse(body) ?? body;
  } catch {
    return body;
  }
}

function readWire(answer: KieAnswer, parse = parseRecord) {
  const record = parse(answer.envelope?.data);
  return decideTaskReading(answer, { taskId: 't', record });
}
