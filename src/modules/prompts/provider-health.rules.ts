import type { CallFailure } from './prompt.types.js';

/**
 * Money, access, a model that is gone, a parameter that the configured model does not take. All of what we send but the seller's
 * texts and photo is fixed, so that the next request fares no better.
 */
const CODES_TO_MEND = new Set([
  ...['insufficient_quota', 'credit_balance_exhausted', 'billing_not_active', 'billing_hard_limit_reached'],
  ...['invalid_api_key', 'account_deactivated', 'unsupported_country_region_territory', 'model_not_found'],
  ...['unsupported_parameter', 'unsupported_value', 'unknown_parameter'],
]);
/** 433: the limit of one key at KIE. */
const STATUSES_TO_MEND = new Set([401, 402, 403, 404, 433]);
/** About what this seller sent, whatever the status: a forbidden product must not switch the provider off for everybody. */
const CODES_OF_CONTENT = new Set([
  'flagged_by_moderation',
  'content_policy_violation',
  'moderation_blocked',
  'invalid_prompt',
]);

/**
 * Whether a provider fails in a way that only an operator can mend. Neither too many requests nor a server's own trouble is one: both
 * pass by themselves.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 * @see https://openrouter.ai/docs/api-reference/errors
 */
export function needsOperator({ kind, status, code }: CallFailure): boolean {
  if (kind !== 'status' || (code !== null && CODES_OF_CONTENT.has(code))) return false;
  return (code !== null && CODES_TO_MEND.has(code)) || (status !== null && STATUSES_TO_MEND.has(status));
}
