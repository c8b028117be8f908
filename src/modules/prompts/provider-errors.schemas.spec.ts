import { describe, expect, it } from 'vitest';
import { readErrorCode, readHiddenFailure } from './provider-errors.schemas.js';

describe('an error under HTTP 200', () => {
  it.each<[string, unknown, object | null]>([
    ['OpenRouter’s', { error: { code: 402, message: 'Insufficient credits' } }, { status: 402, code: null }],
    ['one with its number as text', { error: { code: '502', message: 'm' } }, { status: 502, code: null }],
    ['a named one', { error: { code: 'insufficient_quota' } }, { status: null, code: 'insufficient_quota' }],
    [
      'a flagged request',
      { error: { code: 403, message: 'm', metadata: { reasons: ['violence'], flagged_input: 'x' } } },
      { status: 403, code: 'flagged_by_moderation' },
    ],
    ['an error for a choice', { choices: [{ error: { code: 502 } }] }, { status: 502, code: null }],
    ['KIE’s envelope', { code: 433, msg: 'm' }, { status: 433, code: null }],
    ['KIE’s envelope of a success', { code: 200, msg: 'success', data: null }, null],
    ['an answer', { choices: [{ message: { content: '{}' } }], code: 402 }, null],
    ['a failed response', { status: 'failed', error: { code: 'server_error' }, output: [] }, null],
    ['a moderation', { id: 'modr-1', results: [{ flagged: true }] }, null],
    ['an error that says nothing', { error: { message: 'm' } }, null],
    ['a text', '<html>', null],
    ['nothing', null, null],
  ])('%s', (_case, body, expected) => {
    expect(readHiddenFailure(body)).toEqual(expected && { kind: 'status', ...expected });
  });
});

describe('the name of an error', () => {
  it.each([
    [{ code: 'invalid_api_key', type: 'invalid_request_error' }, 'invalid_api_key'],
    [{ code: null, type: 'server_error' }, 'server_error'],
    [{ code: 402, type: null }, null],
    [{ code: 'Incorrect API key provided: sk-1234' }, null],
    [{ code: 'x'.repeat(65) }, null],
    [undefined, null],
  ])('in %j is %s', (error, expected) => {
    expect(readErrorCode(error)).toBe(expected);
  });
});
