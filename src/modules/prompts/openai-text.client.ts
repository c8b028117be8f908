import type OpenAI from 'openai';
import { MODERATION_MODEL } from './openai-photo.client.js';
import { readTextsReply, type PhotoReply } from './photo-replies.schemas.js';
import { checkAnswer, createSdk, type CallLimits, type ProviderOptions } from './prompt-writer.js';

/** Asks OpenAI about texts. */
export class OpenAiTextClient {
  private readonly sdk: OpenAI;

  constructor(options: ProviderOptions) {
    this.sdk = createSdk(options);
  }

  /**
   * Which of the texts moderation flags, in their order. It costs nothing and keeps nothing.
   *
   * @throws HiddenFailureError and whatever the SDK throws; `describeCallFailure` reads it.
   * @see https://platform.openai.com/docs/api-reference/moderations/create
   */
  async moderate(texts: string[], limits: CallLimits): Promise<PhotoReply<boolean[]>> {
    const body: unknown = await this.sdk.moderations.create(
      { model: MODERATION_MODEL, input: texts },
      { timeout: limits.timeoutMs, signal: limits.signal },
    );
    return readTextsReply(checkAnswer(body), texts.length);
  }
}
