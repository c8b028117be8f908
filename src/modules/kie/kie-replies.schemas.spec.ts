import { describe, expect, it } from 'vitest';
import {
  keepRaw,
  parseCredits,
  parseEnvelope,
  parseClaimedTaskId,
  parseRecord,
  parseResultUrls,
  parseTaskId,
  parseUploadUrl,
  parseVeoRecord,
} from './kie-replies.schemas.js';

describe('the envelope', () => {
  it('reads msg, else message, and a code that came as text', () => {
    expect(parseEnvelope('{"code":200,"msg":"success","data":{}}')).toEqual({
      code: 200,
      text: 'success',
      data: {},
    });
    expect(parseEnvelope('{"code":"402","message":"no money"}')).toEqual({
      code: 402,
      text: 'no money',
      data: null,
    });
    expect(parseEnvelope('{"code":500,"msg":null,"message":"m","data":null}')?.text).toBe('m');
    expect(parseEnvelope('{"code":500,"msg":17}')?.text).toBe('');
  });

  it.each([
    '',
    'error code: 1010',
    '<html>502</html>',
    '{"code":200,"da',
    'null',
    '[]',
    '{"status":404}',
    '{"code":null}',
  ])('has none in %j', (body) => {
    expect(parseEnvelope(body)).toBeNull();
  });
});

describe('a task id', () => {
  it.each([
    [{ taskId: 'task_1' }, 'task_1'],
    [{ taskId: '' }, null],
    [{ taskId: 7 }, null],
    [{}, null],
    [null, null],
  ])('of %j is %j', (data, expected) => {
    expect(parseTaskId(data)).toBe(expected);
  });
});

describe('a record', () => {
  const param = JSON.stringify({
    model: 'm',
    callBackUrl: 'https://bot/x',
    input: JSON.stringify({ prompt: 'p' }),
  });

  it('is read through its strings in strings', () => {
    expect(
      parseRecord({
        taskId: 't',
        state: 'fail',
        param,
        resultJson: '',
        failCode: 500,
        failMsg: 'busy',
        creditsConsumed: '0.5',
      }),
    ).toEqual({
      taskId: 't',
      state: 'fail',
      param: { model: 'm', callbackUrl: 'https://bot/x' },
      resultUrls: [],
      failCode: '500',
      failMsg: 'busy',
      progress: null,
      creditsConsumed: 0.5,
    });
  });

  it('survives fields that are absent, null, empty or of a wrong type', () => {
    const bare = parseRecord({ state: 'waiting' });
    expect(bare).toMatchObject({
      taskId: null,
      param: null,
      failCode: null,
      failMsg: '',
      creditsConsumed: null,
    });
    const odd = {
      state: 'success',
      param: '{"mod',
      failCode: '',
      failMsg: null,
      progress: 'x',
      creditsConsumed: -1,
    };
    expect(parseRecord(odd)).toMatchObject({
      param: null,
      failCode: null,
      failMsg: '',
      progress: null,
      creditsConsumed: null,
    });
    expect(parseRecord({ state: 3 })).toBeNull();
    expect(parseRecord(null)).toBeNull();
  });
});

describe('a record of Veo', () => {
  const data = {
    taskId: 'veo_task_1',
    paramJson: JSON.stringify({ prompt: 'p', model: 'veo3_fast', callBackUrl: 'https://bot/x' }),
    createTime: '2026-11-22 10:25:00',
    completeTime: '2026-11-22T10:30:00Z',
    successFlag: 1,
    response: {
      taskId: 'veo_task_1',
      resultUrls: ['https://a/v.mp4'],
      originUrls: ['https://a/o.mp4'],
      fullResultUrls: [],
      resolution: '720p',
      mediaIds: [],
    },
    errorCode: null,
    errorMessage: '',
    fallbackFlag: false,
  };

  it('is read in the words of the market', () => {
    expect(parseVeoRecord(data)).toEqual({
      taskId: 'veo_task_1',
      state: 'success',
      param: { model: 'veo3_fast', callbackUrl: 'https://bot/x' },
      resultUrls: ['https://a/v.mp4'],
      failCode: null,
      failMsg: '',
      progress: null,
      creditsConsumed: null,
    });
  });

  it.each<[object, object | null]>([
    [
      { successFlag: 0, response: null },
      { state: 'generating', resultUrls: [] },
    ],
    [{ successFlag: '1' }, { state: 'success' }],
    [
      { successFlag: 2, errorCode: 400, errorMessage: 'no' },
      { state: 'fail', failCode: '400', failMsg: 'no' },
    ],
    [
      { successFlag: 3, errorCode: null, errorMessage: null },
      { state: 'fail', failCode: null, failMsg: '' },
    ],
    [{ successFlag: 4 }, { state: 'fail' }],
    [{ response: JSON.stringify(data.response) }, { resultUrls: ['https://a/v.mp4'] }],
    [{ response: '{"resultUrls":["https' }, { resultUrls: null }],
    [{ response: undefined }, { state: 'success', resultUrls: [] }],
    [{ paramJson: '{"prompt":"p","waterMark":"KieAI"}' }, { param: { model: null, callbackUrl: null } }],
    [{ paramJson: null }, { param: null }],
    [{ successFlag: null }, null],
    [{ successFlag: undefined, state: 'success' }, null],
  ])('with %j is %j', (change, expected) => {
    const record = parseVeoRecord({ ...data, ...change });
    if (expected) expect(record).toMatchObject(expected);
    else expect(record).toBeNull();
  });
});

describe('result links', () => {
  it.each<[unknown, string[] | null]>([
    ['{"resultUrls":["https://a/v.mp4"]}', ['https://a/v.mp4']],
    [{ resultUrls: ['https://a/v.mp4'] }, ['https://a/v.mp4']],
    ['{"resultUrls":"https://a/v.mp4"}', ['https://a/v.mp4']],
    ['{"resultUrls":["file:///etc/passwd","javascript:1",7,"https://a/v.mp4"]}', ['https://a/v.mp4']],
    ['{"resultUrls":[]}', []],
    ['{}', []],
    ['', []],
    [null, []],
    [undefined, []],
    ['{"resultUrls":["https://a', null],
    ['[1]', null],
  ])('of %j are %j', (resultJson, expected) => {
    expect(parseResultUrls(resultJson)).toEqual(expected);
  });
});

describe('a callback', () => {
  it.each<[unknown, unknown]>([
    [{ code: 200, data: { taskId: 't1', state: 'success' } }, 't1'],
    [{ code: 200, data: { task_id: 't2' } }, 't2'],
    // Veo's, which has no state.
    [
      { code: 200, data: { taskId: 'v1', promptJson: '{}', info: { resultUrls: [] }, fallbackFlag: false } },
      'v1',
    ],
    [{ code: 501, msg: 'failed', data: { taskId: 'v2', fallbackFlag: false } }, 'v2'],
    [{ taskId: 't3' }, 't3'],
    [{ data: { taskId: 't4', task_id: 'other' }, taskId: 'third' }, 't4'],
    [JSON.stringify({ data: { taskId: 't5' } }), 't5'],
    [{ data: { taskId: 'with\u0000nul' } }, null],
    [{ data: { taskId: '' } }, null],
    [{ data: { taskId: 'x'.repeat(300) } }, null],
    [{ data: { taskId: 5 } }, null],
    ['not json', null],
    [null, null],
    [[], null],
    [undefined, null],
  ])('%j is about %j', (body, expected) => {
    expect(parseClaimedTaskId(body)).toEqual(expected);
  });
});

describe('what is kept of an answer', () => {
  it('is the parsed body, or its text', () => {
    expect(keepRaw(200, '{"code":200}')).toEqual({ httpStatus: 200, body: { code: 200 } });
    expect(keepRaw(502, '<html>')).toEqual({ httpStatus: 502, body: '<html>' });
  });

  it('is at most 16 kB', () => {
    const raw = keepRaw(200, JSON.stringify({ text: 'я'.repeat(20_000) }));
    expect(raw.truncated).toBe(true);
    expect(Buffer.byteLength(raw.body as string)).toBeLessThanOrEqual(16 * 1024 + 3);
  });

  it('holds nothing that jsonb refuses', () => {
    for (const body of ['{"a":"\\u0000"}', '{"a":"\\ud800"}', 'a\0b', 'a\ud800']) {
      const stored = JSON.stringify(keepRaw(200, body));
      expect(stored).not.toMatch(/[^\\]\\u0000|[^\\]\\ud800/);
    }
  });
});

it('reads links of uploads and balances defensively', () => {
  expect(parseUploadUrl({ downloadUrl: 'https://a/1', fileUrl: 'https://a/2' })).toBe('https://a/1');
  expect(parseUploadUrl({ fileUrl: 'https://a/2' })).toBe('https://a/2');
  expect(parseUploadUrl({ downloadUrl: 'nonsense', fileUrl: 'https://a/2' })).toBe('https://a/2');
  expect(parseUploadUrl({ downloadUrl: 'nonsense' })).toBeNull();
  expect(parseUploadUrl(null)).toBeNull();
  expect(parseCredits(12.5)).toBe(12.5);
  expect(parseCredits('12.5')).toBe(12.5);
  expect(parseCredits(null)).toBeNull();
  expect(parseCredits({})).toBeNull();
});
