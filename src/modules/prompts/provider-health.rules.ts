import type { CallFailure } from './prompt.types.js';

/**
 * Money, access, a model that is gone, a parameter that the configured model does not take. All of what we send but the seller's
 * texts and photo is fixed, so that the next request fares no better.
 */
const CODES_TO_MEND = new Set([
  ...['insufficient_quota', 'credit_balance_exhausted', 'billing_not_active', 'billing_hard_limit_reached'],
  ...['invalid_api_key', 'account_deactivated', 'unsupported_country_region_territory', 'model_not_found'],
  ...['insufficient_permissions', 'access_terminated'],
  ...['unsupported_parameter', 'unsupported_value', 'unknown_parameter'],
]);
/**
 * 433: the limit of one key at KIE. No 403: with a guardrail, a moderation or a content filter it is about what this seller sent, and
 * a forbidden product must not switch the provider off for everybody. So a 403 counts by its code alone.
 */
const STATUSES_TO_MEND = new Set([401, 402, 404, 433]);

/**
 * Whether a provider fails in a way that only an operator can mend. Neither too many requests nor a server's own trouble is one: both
 * pass by themselves.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 * @see https://openrouter.ai/docs/api-reference/errors
 */
export function needsOperator({ kind, status, code }: CallFailure): boolean {
  if (kind !== 'status') return false;
  return (code !== null && CODES_TO_MEND.has(code)) || (status !== null && STATUSES_TO_MEND.has(status));
}
