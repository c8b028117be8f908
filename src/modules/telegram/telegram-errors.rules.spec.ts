import { describe, expect, it } from 'vitest';
import { decideMeaning, decideMeaningOfFailure, type TelegramVerdict } from './telegram-errors.rules.js';

type Row = [errorCode: number, description: string, verdict: Partial<TelegramVerdict>];

const ANSWERS: Row[] = [
  [401, 'Unauthorized', { meaning: 'unauthorized', retryable: false }],
  [401, 'Unauthorized: invalid token specified', { meaning: 'unauthorized' }],
  [404, 'Not Found', { meaning: 'unauthorized' }],
  [400, 'Bad Request: chat not found', { meaning: 'chat_unknown', retryable: false }],
  [403, 'Forbidden: bot was blocked by the user', { meaning: 'blocked', retryable: false }],
  [403, 'Forbidden: user is deactivated', { meaning: 'blocked' }],
  [403, "Forbidden: bot can't initiate conversation with a user", { meaning: 'chat_unknown' }],
  [403, "Forbidden: bots can't send messages to bots", { meaning: 'refused' }],
  [
    400,
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    { meaning: 'refused', nuance: 'not_modified' },
  ],
  [400, 'Bad Request: message to copy not found', { meaning: 'refused', nuance: 'copy_gone' }],
  [400, "Bad Request: message can't be copied", { meaning: 'refused', nuance: 'copy_gone' }],
  [400, 'Bad Request: message to edit not found', { meaning: 'refused', nuance: 'message_gone' }],
  [400, "Bad Request: message can't be edited", { meaning: 'refused', nuance: 'message_gone' }],
  [
    400,
    'Bad Request: there is no text in the message to edit',
    { meaning: 'refused', nuance: 'message_gone' },
  ],
  [
    400,
    'Bad Request: query is too old and response timeout expired or query ID is invalid',
    { meaning: 'refused', nuance: 'query_too_old' },
  ],
  [
    400,
    'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3',
    { meaning: 'refused', nuance: 'cannot_parse' },
  ],
  [400, 'Bad Request: CHARGE_ALREADY_REFUNDED', { meaning: 'refused', nuance: 'already_refunded' }],
  [400, 'Bad Request: charge has already been refunded', { nuance: 'already_refunded' }],
  [400, 'Bad Request: CHARGE_ID_INVALID', { meaning: 'refused', nuance: undefined, retryable: false }],
  [400, 'Bad Request: message is too long', { meaning: 'refused', nuance: 'too_long' }],
  [400, 'Bad Request: message caption is too long', { meaning: 'refused', nuance: 'too_long' }],
  [400, 'Bad Request: file is too big', { meaning: 'too_large', retryable: false }],
  [
    400,
    'Bad Request: wrong file_id or the file is temporarily unavailable',
    { meaning: 'refused', nuance: 'file_unavailable', retryable: true },
  ],
  [400, 'Bad Request: wrong HTTP URL specified', { meaning: 'refused', retryable: false }],
  [400, 'Bad Request: failed to get HTTP URL content', { meaning: 'refused' }],
  [400, 'Bad Request: wrong type of the web page content', { meaning: 'refused' }],
  [400, 'Bad Request: BUTTON_DATA_INVALID', { meaning: 'refused', retryable: false }],
  [
    409,
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    { meaning: 'conflict', retryable: true },
  ],
  [
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    { meaning: 'conflict' },
  ],
  [413, 'Request Entity Too Large', { meaning: 'too_large', retryable: false }],
  [429, 'Too Many Requests: retry after 5', { meaning: 'rate_limited', retryable: true, retryAfterMs: 5000 }],
  [500, 'Internal Server Error', { meaning: 'outcome_unknown', retryable: true }],
  [502, 'Bad Gateway', { meaning: 'outcome_unknown', retryable: true }],
  [418, 'something new', { meaning: 'refused', retryable: false }],
];

describe('what an answer of Telegram means', () => {
  it.each(ANSWERS)('%i %s', (errorCode, description, verdict) => {
    expect(decideMeaning({ errorCode, description })).toMatchObject(verdict);
  });

  it('waits as the parameters say, before what the text says, and a second where neither does', () => {
    const wait = (description: string, retryAfterS?: number) =>
      decideMeaning({ errorCode: 429, description, retryAfterS }).retryAfterMs;
    expect(wait('Too Many Requests: retry after 5', 7)).toBe(7000);
    expect(wait('Too Many Requests')).toBe(1000);
  });

  it('takes no text for a meaning of its own where the server itself failed', () => {
    expect(decideMeaning({ errorCode: 502, description: 'chat not found' }).meaning).toBe('outcome_unknown');
  });
});

describe('what a call without an answer means', () => {
  it.each([
    [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' }, 'not_sent'],
    [{ code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND' }, 'not_sent'],
    [{ code: 'EAI_AGAIN', message: 'getaddrinfo EAI_AGAIN' }, 'not_sent'],
    [{ code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' }, 'not_sent'],
    [{ code: 'ETIMEDOUT', message: 'connect ETIMEDOUT 1.2.3.4:443' }, 'not_sent'],
    [{ code: 'ETIMEDOUT', message: 'read ETIMEDOUT' }, 'outcome_unknown'],
    [{ code: 'ECONNRESET', message: 'socket hang up' }, 'outcome_unknown'],
    [{ code: 'EPIPE', message: 'write EPIPE' }, 'outcome_unknown'],
    [{ message: 'invalid json response body' }, 'outcome_unknown'],
    [{ message: 'aborted', endedBy: 'timeout' as const }, 'outcome_unknown'],
    [{ message: 'aborted', endedBy: 'source' as const }, 'not_sent'],
  ])('%j', (failure, meaning) => {
    expect(decideMeaningOfFailure(failure)).toMatchObject({ meaning, retryable: true });
  });
});
