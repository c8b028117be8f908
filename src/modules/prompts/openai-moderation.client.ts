import type OpenAI from 'openai';
import { readModerationReply, readTextsReply } from './moderation-replies.schemas.js';
import { checkAnswer, createSdk, type CallLimits, type ProviderOptions } from './prompt-writer.js';
import type { LookReply } from './prompt.types.js';

/** Free, for texts and pictures, and no model that anybody configures. */
const MODERATION_MODEL = 'omni-moderation-latest';

/**
 * Asks OpenAI's moderation, which costs nothing and keeps nothing. Throws HiddenFailureError and whatever the SDK throws;
 * `describeCallFailure` reads it.
 *
 * @see https://platform.openai.com/docs/api-reference/moderations/create
 */
export class OpenAiModerationClient {
  private readonly sdk: OpenAI;

  constructor(options: Pick<ProviderOptions, 'apiKey' | 'baseUrl'>) {
    this.sdk = createSdk(options);
  }

  /** Whether a photo is flagged. */
  async judgePhoto(photoUrl: string, limits: CallLimits): Promise<LookReply<{ flagged: boolean }>> {
    const photo = { type: 'image_url' as const, image_url: { url: photoUrl } };
    return readModerationReply(await this.ask([photo], limits));
  }

  /** Which of the texts are flagged, in their order. */
  async judgeTexts(texts: string[], limits: CallLimits): Promise<LookReply<boolean[]>> {
    return readTextsReply(await this.ask(texts, limits), texts.length);
  }

  private async ask(input: OpenAI.ModerationCreateParams['input'], limits: CallLimits): Promise<unknown> {
    const body: unknown = await this.sdk.moderations.create(
      { model: MODERATION_MODEL, input },
      { timeout: limits.timeoutMs, signal: limits.signal },
    );
    return checkAnswer(body);
  }
}
