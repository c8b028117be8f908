import type OpenAI from 'openai';
import { readSightReply } from './photo-replies.schemas.js';
import { SIGHT_INSTRUCTIONS, SIGHT_NAME, SIGHT_SCHEMA } from './photo-request.rules.js';
import { checkAnswer, createSdk, type CallLimits, type ProviderOptions } from './prompt-writer.js';
import type { LookReply } from './prompt.types.js';

/** Far more than the answer needs. */
const OUTPUT_TOKENS_MAX = 200;

/** Asks a model of OpenAI's what it sees in a photo. Throws HiddenFailureError and whatever the SDK throws; `describeCallFailure` reads it. */
export class OpenAiPhotoClient {
  private readonly sdk: OpenAI;
  private readonly model: string;

  constructor(options: ProviderOptions) {
    this.sdk = createSdk(options);
    this.model = options.model;
  }

  /**
   * What a model sees in it, at low detail.
   *
   * @param safetyIdentifier a hash of the person's id, where it is known
   * @see https://platform.openai.com/docs/api-reference/responses/create
   */
  async see(
    photoUrl: string,
    safetyIdentifier: string | null,
    limits: CallLimits,
  ): Promise<LookReply<{ people: boolean; brand: boolean }>> {
    const body: unknown = await this.sdk.responses.create(
      {
        model: this.model,
        store: false,
        max_output_tokens: OUTPUT_TOKENS_MAX,
        reasoning: { effort: 'none' },
        instructions: SIGHT_INSTRUCTIONS,
        input: [{ role: 'user', content: [{ type: 'input_image', image_url: photoUrl, detail: 'low' }] }],
        text: { format: { type: 'json_schema', name: SIGHT_NAME, strict: true, schema: SIGHT_SCHEMA } },
        ...(safetyIdentifier === null ? {} : { safety_identifier: safetyIdentifier }),
      },
      { timeout: limits.timeoutMs, signal: limits.signal },
    );
    return readSightReply(checkAnswer(body));
  }
}
