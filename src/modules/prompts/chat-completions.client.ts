import type OpenAI from 'openai';
import {
  ANSWER_NAME,
  ANSWER_SCHEMA,
  composeInstructions,
  composeMaterial,
  composePhotoUrl,
} from './prompt-request.rules.js';
import { readChatReply } from './prompt-replies.schemas.js';
import { checkAnswer, createSdk, type CallLimits, type ProviderOptions } from './prompt-writer.js';
import type { PromptRequest, WriterReply } from './prompt.types.js';

/** More than the prompt needs: a provider's model may think before it writes, and its thoughts count. */
const OUTPUT_TOKENS_MAX = 4000;

/**
 * Writes prompts with any provider that speaks OpenAI's chat protocol. Sends only what such providers have in common, so no
 * effort of reasoning and no safety identifier.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export class ChatCompletionsClient {
  private readonly sdk: OpenAI;
  private readonly model: string;

  constructor(options: ProviderOptions) {
    this.sdk = createSdk(options);
    this.model = options.model;
  }

  /**
   * One call, one answer.
   *
   * @throws HiddenFailureError and whatever the SDK throws; `describeCallFailure` reads it.
   */
  async write(request: PromptRequest, limits: CallLimits): Promise<WriterReply> {
    const photo = request.photo && {
      type: 'image_url' as const,
      image_url: { url: composePhotoUrl(request.photo), detail: 'low' as const },
    };
    const body: unknown = await this.sdk.chat.completions.create(
      {
        model: this.model,
        max_completion_tokens: OUTPUT_TOKENS_MAX,
        messages: [
          { role: 'system', content: composeInstructions(request) },
          {
            role: 'user',
            content: [{ type: 'text', text: composeMaterial(request) }, ...(photo ? [photo] : [])],
          },
        ],
        response_format: {
          type: 'json_schema',
          json_schema: { name: ANSWER_NAME, strict: true, schema: ANSWER_SCHEMA },
        },
      },
      { timeout: limits.timeoutMs, signal: limits.signal },
    );
    return readChatReply(checkAnswer(body));
  }
}
