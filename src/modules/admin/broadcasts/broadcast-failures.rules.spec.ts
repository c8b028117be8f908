import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TelegramMeaning } from '../../telegram/index.js';
import { decideFailedSend, type FailedSend, type FailureDecision } from './broadcast-failures.rules.js';

const LIMITS = { attemptsMax: 3, pauseMs: 5_000 };
const MEANINGS: TelegramMeaning[] = [
  ...(['blocked', 'chat_unknown', 'rate_limited', 'refused', 'unauthorized', 'conflict'] as const),
  ...(['too_large', 'not_sent', 'outcome_unknown'] as const),
];

describe('a send of a broadcast that failed', () => {
  it.each<[FailedSend, number, FailureDecision]>([
    [{ meaning: 'blocked' }, 1, { kind: 'end', as: 'blocked', pauseMs: 0 }],
    [{ meaning: 'chat_unknown' }, 1, { kind: 'end', as: 'failed', pauseMs: 0 }],
    [{ meaning: 'refused' }, 1, { kind: 'end', as: 'failed', pauseMs: 0 }],
    [{ meaning: 'refused', nuance: 'copy_gone' }, 1, { kind: 'stop', because: 'message_gone' }],
    [{ meaning: 'unauthorized' }, 1, { kind: 'stop', because: 'telegram_away' }],
    [
      { meaning: 'rate_limited', retryAfterMs: 7_000 },
      99,
      { kind: 'give_back', pauseMs: 7_000, isTry: false },
    ],
    [{ meaning: 'rate_limited' }, 1, { kind: 'give_back', pauseMs: 5_000, isTry: false }],
    [{ meaning: 'not_sent' }, 2, { kind: 'give_back', pauseMs: 5_000, isTry: true }],
    // That is the connection's fault, not the person's.
    [{ meaning: 'not_sent' }, 3, { kind: 'stop', because: 'telegram_away' }],
    [{ meaning: 'outcome_unknown', nuance: 'timeout' }, 1, { kind: 'end', as: 'unknown', pauseMs: 5_000 }],
  ])('%o at try %i', (failed, attempts, decision) => {
    expect(decideFailedSend(failed, attempts, LIMITS)).toEqual(decision);
  });

  it('is never made again where it may have arrived', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MEANINGS),
        fc.nat(10),
        fc.option(fc.nat()),
        (meaning, attempts, wait) => {
          const decision = decideFailedSend({ meaning, retryAfterMs: wait ?? undefined }, attempts, LIMITS);
          const certainlyNotSent = ['rate_limited', 'not_sent', 'unauthorized'].includes(meaning);
          if (decision.kind !== 'end') expect(certainlyNotSent).toBe(true);
        },
      ),
    );
  });
});
