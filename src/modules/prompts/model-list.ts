import { createSdk, describeCallFailure, type ProviderOptions } from './prompt-writer.js';
import { describeFailure } from './provider-call.js';

/** The models that a key may use, or in a few words why they are not told. */
export type ModelList = { kind: 'told'; ids: string[] } | { kind: 'failed'; note: string };

/**
 * Asks a provider once, and pays nothing. Never throws.
 *
 * @see https://developers.openai.com/api/docs/api-reference/models/list
 */
export async function listModelIds(
  options: Pick<ProviderOptions, 'apiKey' | 'baseUrl'>,
  timeoutMs: number,
): Promise<ModelList> {
  try {
    const page = await createSdk(options).models.list({ timeout: timeoutMs, maxRetries: 0 });
    return { kind: 'told', ids: page.data.map(({ id }) => id) };
  } catch (error) {
    return { kind: 'failed', note: describeFailure(describeCallFailure(error)) };
  }
}
