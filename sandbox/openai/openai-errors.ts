/** OpenAI's error. https://platform.openai.com/docs/guides/error-codes */
export interface OpenAiError {
  status: number;
  message: string;
  type: string;
  param: string | null;
  code: string | null;
  headers?: Record<string, string>;
  /** What compatible providers add. */
  metadata?: Record<string, unknown>;
}

/** HTTP 402 of other providers. https://openrouter.ai/docs/api-reference/errors */
export const NO_CREDITS: OpenAiError = {
  status: 402,
  message: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits',
  type: 'invalid_request_error',
  param: null,
  code: null,
};

/** HTTP 403 of another provider whose moderation flags what it was sent. https://openrouter.ai/docs/api-reference/errors */
export const FLAGGED_INPUT: OpenAiError = {
  status: 403,
  message: 'The chosen model requires moderation and your input was flagged.',
  type: 'invalid_request_error',
  param: null,
  code: null,
  metadata: { reasons: ['violence'], flagged_input: '…', provider_name: 'Another' },
};

/** HTTP 403 of a guardrail there, which names no reasons. https://openrouter.ai/docs/api-reference/errors */
export const BLOCKED_INPUT: OpenAiError = {
  status: 403,
  message: 'Request blocked: prompt injection patterns detected',
  type: 'invalid_request_error',
  param: null,
  code: null,
  metadata: { provider_name: 'Another', raw: '…' },
};

/** A refusal of the request itself: HTTP 400. */
export function badRequest(message: string, param: string | null, code: string | null): OpenAiError {
  return { status: 400, message, type: 'invalid_request_error', param, code };
}

/** HTTP 401 for a missing or wrong key; the key is shown as OpenAI shows it, without its middle. */
export function wrongKey(secret: string | null): OpenAiError {
  const shown = secret && secret.length > 8 ? `${secret.slice(0, 4)}****${secret.slice(-4)}` : '****';
  const message =
    secret === null
      ? "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
      : `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`;
  return {
    status: 401,
    message,
    type: 'invalid_request_error',
    param: null,
    code: secret === null ? null : 'invalid_api_key',
  };
}

/** HTTP 404 for a model that does not exist or was shut down. */
export function unknownModel(model: string): OpenAiError {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return { status: 404, message, type: 'invalid_request_error', param: null, code: 'model_not_found' };
}

/** HTTP 429 for too many requests, with the waiting time where OpenAI puts it. */
export function rateLimited(model: string, retryAfterMs: number, limit = 500): OpenAiError {
  return {
    status: 429,
    message: `Rate limit reached for ${model} in organization org-sandbox on requests per min (RPM): Limit ${limit}, Used ${limit}, Requested 1. Please try again in ${retryAfterMs}ms. Visit https://platform.openai.com/account/rate-limits to learn more.`,
    type: 'requests',
    param: null,
    code: 'rate_limit_exceeded',
    headers: {
      'retry-after': String(Math.ceil(retryAfterMs / 1000)),
      'retry-after-ms': String(retryAfterMs),
    },
  };
}

/** HTTP 429 that no waiting cures. */
export const INSUFFICIENT_QUOTA: OpenAiError = {
  status: 429,
  message:
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
  type: 'insufficient_quota',
  param: null,
  code: 'insufficient_quota',
};

/** The newer form of the same: prepaid credits are used up. */
export const BALANCE_EXHAUSTED: OpenAiError = { ...INSUFFICIENT_QUOTA, code: 'credit_balance_exhausted' };

/** HTTP 400 for a prompt that breaks the usage policy; https://developers.openai.com/docs/guides/error-codes */
export const CONTENT_POLICY: OpenAiError = badRequest(
  'Invalid prompt: your prompt was flagged as potentially violating our usage policy.',
  null,
  'invalid_prompt',
);

/** HTTP 403 for calls from Russia and other places that OpenAI does not serve. */
export const WRONG_REGION: OpenAiError = {
  status: 403,
  message: 'Country, region, or territory not supported',
  type: 'request_forbidden',
  param: null,
  code: 'unsupported_country_region_territory',
};

/** HTTP 500. */
export const SERVER_ERROR: OpenAiError = {
  status: 500,
  message:
    'The server had an error while processing your request. Sorry about that! You can retry your request, or contact us through our help center at help.openai.com if the error persists.',
  type: 'server_error',
  param: null,
  code: null,
};

/** HTTP 503. */
export const OVERLOADED: OpenAiError = {
  status: 503,
  message: 'The engine is currently overloaded, please try again later',
  type: 'server_error',
  param: null,
  code: 'server_is_overloaded',
};

/** The body of an error of a compatible provider, which has its status for a code. https://openrouter.ai/docs/api-reference/errors */
export function numberedErrorBody({ status, message, metadata }: OpenAiError): unknown {
  return { error: { code: status, message, ...(metadata ? { metadata } : {}) } };
}

/** The body of an error under its own status: OpenAI's, or a compatible provider's where only that one has such an error. */
export function errorBody(error: OpenAiError): unknown {
  if (error.metadata) return numberedErrorBody(error);
  const { message, type, param, code } = error;
  return { error: { message, type, param, code } };
}
