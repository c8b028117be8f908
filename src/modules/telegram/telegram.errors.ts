import { AppError } from '../../platform/index.js';
import type { TelegramMeaning, TelegramNuance, TelegramVerdict } from './telegram-errors.rules.js';

/**
 * A call to the Bot API that did not succeed. `meaning` says what to do; the text never holds the bot's token. `retryable`
 * with `outcome_unknown` means that a second try may double what the first one did.
 */
export class TelegramError extends AppError {
  readonly code: string;
  override readonly retryable: boolean;
  readonly meaning: TelegramMeaning;
  readonly nuance: TelegramNuance | undefined;
  /** How long Telegram asked us to wait, with `rate_limited` only. */
  readonly retryAfterMs: number | undefined;

  constructor(
    /** The Bot API's method that was called. */
    readonly method: string,
    verdict: TelegramVerdict,
    /** Telegram's own words, or those of the connection; without secrets. */
    readonly description: string,
  ) {
    super(`${method}: ${verdict.meaning} (${description})`);
    this.meaning = verdict.meaning;
    this.nuance = verdict.nuance;
    this.retryable = verdict.retryable;
    this.retryAfterMs = verdict.retryAfterMs;
    this.code = `TELEGRAM_${verdict.meaning.toUpperCase()}`;
  }
}
