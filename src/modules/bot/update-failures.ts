import { isDatabaseGone } from '../../platform/index.js';
import { TelegramError } from '../telegram/index.js';
import { SessionBusyError, SessionLostError } from './bot.errors.js';

/** What a failed update deserves: to come again, or an apology to the person. */
export type FailureVerdict =
  { kind: 'again'; afterMs: number; awaits: 'telegram' | 'database' | 'chat' } | { kind: 'apologise' };

const AGAIN_AFTER_MS = 1_000;

/**
 * Infrastructure that is away comes back, so the update should too. All else would fail again: a bug must not block the chat's
 * queue for a day.
 */
export function decideFailure(error: unknown): FailureVerdict {
  if (error instanceof TelegramError) {
    const comesBack = error.meaning === 'rate_limited' || error.meaning === 'not_sent';
    if (!comesBack) return { kind: 'apologise' };
    return { kind: 'again', afterMs: error.retryAfterMs ?? AGAIN_AFTER_MS, awaits: 'telegram' };
  }
  if (error instanceof SessionBusyError || error instanceof SessionLostError) {
    return { kind: 'again', afterMs: AGAIN_AFTER_MS, awaits: 'chat' };
  }
  return isDatabaseGone(error)
    ? { kind: 'again', afterMs: AGAIN_AFTER_MS, awaits: 'database' }
    : { kind: 'apologise' };
}

/** How long a person's tap may hold its chat while we wait for Telegram's flood control. */
const RATE_LIMIT_WAIT_MAX_MS = 5_000;
const RESEND_AFTER_MS = 200;

/**
 * How long to wait before an answer is sent a second time; null: not again. An answer that may have arrived is repeated: a screen
 * shown twice does no harm, one never shown does. After a timeout there is no time left for it.
 */
export function decideResend(error: TelegramError): number | null {
  switch (error.meaning) {
    case 'rate_limited': {
      const waitMs = error.retryAfterMs ?? AGAIN_AFTER_MS;
      return waitMs <= RATE_LIMIT_WAIT_MAX_MS ? waitMs : null;
    }
    case 'not_sent':
      return RESEND_AFTER_MS;
    case 'outcome_unknown':
      return error.nuance === 'timeout' ? null : RESEND_AFTER_MS;
    default:
      return null;
  }
}
