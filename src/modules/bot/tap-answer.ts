import { logger, toError } from '../../platform/index.js';
import type { TelegramClient } from '../telegram/index.js';

const log = logger('taps');

/** The one answer that a tap gets: the first one given. A failed answer costs the person a waiting sign, never the action. */
export class TapAnswer {
  private given: Promise<void> | undefined;

  constructor(
    private readonly telegram: Pick<TelegramClient, 'answerCallback'>,
    private readonly queryId: string,
    readonly messageId: number | null,
  ) {}

  /** Ends the waiting sign, with a note or without. Never rejects. */
  answer(note?: string): Promise<void> {
    this.given ??= this.telegram
      .answerCallback(this.queryId, { text: note })
      .catch((error: unknown) => log.warn({ err: toError(error) }, 'A tap was not answered'));
    return this.given;
  }
}
