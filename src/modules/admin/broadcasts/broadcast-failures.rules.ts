import type { TelegramMeaning, TelegramNuance } from '../../telegram/index.js';
import type { DeliveryEnd, StopReason } from './broadcast.types.js';

/** A send that failed, as Telegram's client tells it. */
export interface FailedSend {
  meaning: TelegramMeaning;
  nuance?: TelegramNuance | undefined;
  /** How long Telegram asked us to wait. */
  retryAfterMs?: number | undefined;
}

export interface BroadcastLimits {
  /** Tries of one delivery without a connection to Telegram; after so many the broadcast stops. */
  attemptsMax: number;
  /** The pause of the whole broadcast after a send without an answer. */
  pauseMs: number;
}

/** What follows for the delivery, and for the broadcast as a whole. */
export type FailureDecision =
  | { kind: 'end'; as: DeliveryEnd; pauseMs: number }
  /** It was certainly not sent: it waits again. `isTry`: that counts towards `attemptsMax`. */
  | { kind: 'give_back'; pauseMs: number; isTry: boolean }
  /** The same, and nobody else gets it either. */
  | { kind: 'stop'; because: StopReason };

/**
 * What follows from a send that failed. There is no key by which Telegram could tell whether a message arrived: one that may have is never sent
 * again, as news read twice do more harm than news missed once.
 *
 * @param attempts tries of this delivery, this one included.
 */
export function decideFailedSend(
  { meaning, nuance, retryAfterMs }: FailedSend,
  attempts: number,
  { attemptsMax, pauseMs }: BroadcastLimits,
): FailureDecision {
  // What is copied is gone: for everybody.
  if (nuance === 'copy_gone') return { kind: 'stop', because: 'message_gone' };
  switch (meaning) {
    case 'blocked':
      return { kind: 'end', as: 'blocked', pauseMs: 0 };
    case 'rate_limited':
      return { kind: 'give_back', pauseMs: retryAfterMs ?? pauseMs, isTry: false };
    case 'not_sent':
      // No fault of the person's: were it their end, an outage would cost everybody the message.
      return attempts < attemptsMax
        ? { kind: 'give_back', pauseMs, isTry: true }
        : { kind: 'stop', because: 'telegram_away' };
    case 'outcome_unknown':
      return { kind: 'end', as: 'unknown', pauseMs };
    case 'unauthorized':
      return { kind: 'stop', because: 'telegram_away' };
    case 'chat_unknown':
    case 'refused':
    case 'conflict':
    case 'too_large':
      return { kind: 'end', as: 'failed', pauseMs: 0 };
  }
}
