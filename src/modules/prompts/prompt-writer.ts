import { createHash } from 'node:crypto';
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { HiddenFailureError } from './prompts.errors.js';
import type { CallFailure } from './prompt.types.js';
import { readErrorCode, readHiddenFailure } from './provider-errors.schemas.js';

/** Where a provider is and how it is asked. */
export interface ProviderOptions {
  apiKey: string;
  baseUrl: string;
  model: string;
}

/** The limits of one call. */
export interface CallLimits {
  timeoutMs: number;
  /** Ends the call whatever it is doing; the SDK's own timeout stops at the answer's headers. */
  signal: AbortSignal;
}

/** An SDK client that repeats nothing, logs nothing and takes nothing from the environment. */
export function createSdk(options: Pick<ProviderOptions, 'apiKey' | 'baseUrl'>): OpenAI {
  return new OpenAI({
    apiKey: options.apiKey,
    adminAPIKey: null,
    baseURL: options.baseUrl,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
  });
}

/** What a provider is given in place of a person's id, so that it can tell people apart and knows none of them: SHA-256, hexadecimal. */
export function hashSafetyId(safetyId: string): string {
  return createHash('sha256').update(safetyId).digest('hex');
}

/**
 * The body of an answer.
 *
 * @throws HiddenFailureError when it is an error that came under HTTP 200
 */
export function checkAnswer(body: unknown): unknown {
  const failure = readHiddenFailure(body);
  if (failure) throw new HiddenFailureError(failure);
  return body;
}

/** A caught error as facts that are safe to log: its message may repeat what we sent. */
export function describeCallFailure(error: unknown): CallFailure {
  if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError) {
    return { kind: 'timeout', status: null, code: null };
  }
  if (error instanceof APIConnectionError) return { kind: 'connection', status: null, code: null };
  if (error instanceof APIError) {
    return { kind: 'status', status: Number(error.status) || null, code: readErrorCode(error.error) };
  }
  if (error instanceof HiddenFailureError) return error.failure;
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return { kind: 'timeout', status: null, code: null };
  }
  return { kind: 'other', status: null, code: null };
}
