import { describe, expect, it } from 'vitest';
import { TelegramError, type TelegramMeaning, type TelegramNuance } from '../telegram/index.js';
import { SessionBusyError, SessionLostError } from './bot.errors.js';
import { decideFailure, decideResend } from './update-failures.js';

function telegramError(
  meaning: TelegramMeaning,
  retryAfterMs?: number,
  nuance?: TelegramNuance,
): TelegramError {
  return new TelegramError('sendMessage', { meaning, nuance, retryable: true, retryAfterMs }, 'ECONNREFUSED');
}

describe('a failed update', () => {
  it.each<[string, unknown, object]>([
    ['a busy chat', new SessionBusyError(20_000), { kind: 'again', awaits: 'chat' }],
    ['a lost lock', new SessionLostError(), { kind: 'again', awaits: 'chat' }],
    [
      'no database',
      Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      { kind: 'again', awaits: 'database' },
    ],
    ['a database that stops', Object.assign(new Error('x'), { code: '57P01' }), { awaits: 'database' }],
    [
      'flood control',
      telegramError('rate_limited', 7000),
      { kind: 'again', awaits: 'telegram', afterMs: 7000 },
    ],
    ['no way to Telegram', telegramError('not_sent'), { kind: 'again', awaits: 'telegram' }],
    ['an answer that Telegram refuses', telegramError('refused'), { kind: 'apologise' }],
    ['a broken constraint', Object.assign(new Error('x'), { code: '23505' }), { kind: 'apologise' }],
    ['a bug', new TypeError('undefined is not a function'), { kind: 'apologise' }],
  ])('of %s', (_what, error, verdict) => {
    expect(decideFailure(error)).toMatchObject(verdict);
  });
});

describe('an answer that did not arrive', () => {
  it.each<[TelegramError, number | null]>([
    [telegramError('rate_limited', 2000), 2000],
    [telegramError('rate_limited', 30_000), null],
    [telegramError('not_sent'), 200],
    [telegramError('outcome_unknown'), 200],
    [telegramError('outcome_unknown', undefined, 'timeout'), null],
    [telegramError('blocked'), null],
    [telegramError('refused'), null],
  ])('%s', (error, waitMs) => {
    expect(decideResend(error)).toBe(waitMs);
  });
});
