import type OpenAI from 'openai';
import {
  ANSWER_NAME,
  ANSWER_SCHEMA,
  composeInstructions,
  composeMaterial,
  composePhotoUrl,
} from './prompt-request.rules.js';
import { readResponsesReply } from './prompt-replies.schemas.js';
import { checkAnswer, createSdk, type CallLimits, type ProviderOptions } from './prompt-writer.js';
import type { PromptRequest, WriterReply } from './prompt.types.js';

const OUTPUT_TOKENS_MAX = 1200;

/**
 * Writes prompts with OpenAI's Responses API. Nothing is stored there, and the photo goes as data, seen at low detail.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export class OpenAiResponsesClient {
  private readonly sdk: OpenAI;
  private readonly model: string;

  constructor(options: ProviderOptions) {
    this.sdk = createSdk(options);
    this.model = options.model;
  }

  /**
   * One call, one answer.
   *
   * @param safetyIdentifier a hash of the person's id
   * @throws HiddenFailureError and whatever the SDK throws; `describeCallFailure` reads it.
   */
  async write(request: PromptRequest, safetyIdentifier: string, limits: CallLimits): Promise<WriterReply> {
    const photo = request.photo && {
      type: 'input_image' as const,
      image_url: composePhotoUrl(request.photo),
      detail: 'low' as const,
    };
    const body: unknown = await this.sdk.responses.create(
      {
        model: this.model,
        store: false,
        max_output_tokens: OUTPUT_TOKENS_MAX,
        reasoning: { effort: 'none' },
        instructions: composeInstructions(request),
        input: [
          {
            role: 'user',
            content: [{ type: 'input_text', text: composeMaterial(request) }, ...(photo ? [photo] : [])],
          },
        ],
        text: {
          format: { type: 'json_schema', name: ANSWER_NAME, strict: true, schema: ANSWER_SCHEMA },
        },
        safety_identifier: safetyIdentifier,
      },
      { timeout: limits.timeoutMs, signal: limits.signal },
    );
    return readResponsesReply(checkAnswer(body));
  }
}
