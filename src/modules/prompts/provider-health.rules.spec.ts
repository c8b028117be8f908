import { expect, it } from 'vitest';
import { needsOperator } from './provider-health.rules.js';
import type { CallFailure } from './prompt.types.js';

it.each<[CallFailure['kind'], number | null, string | null, boolean]>([
  ['status', 429, 'insufficient_quota', true],
  ['status', 429, 'credit_balance_exhausted', true],
  ['status', 429, 'billing_not_active', true],
  ['status', 401, 'invalid_api_key', true],
  ['status', 401, null, true],
  ['status', 402, null, true],
  ['status', 403, 'unsupported_country_region_territory', true],
  ['status', 403, 'insufficient_permissions', true],
  ['status', 403, 'account_deactivated', true],
  ['status', 403, 'model_not_found', true],
  ['status', 404, 'model_not_found', true],
  ['status', 404, null, true],
  ['status', 433, null, true],
  ['status', 400, 'unsupported_parameter', true],
  ['status', 400, 'unsupported_value', true],
  ['status', null, 'insufficient_quota', true],
  // What this seller sent: nobody else is to suffer for it.
  ['status', 403, 'flagged_by_moderation', false],
  ['status', 403, 'content_policy_violation', false],
  ['status', 403, 'content_filter', false],
  ['status', 403, 'invalid_request_error', false],
  ['status', 403, null, false],
  ['status', 400, 'invalid_prompt', false],
  ['status', 400, 'invalid_image_url', false],
  ['status', 400, 'invalid_request_error', false],
  // What passes by itself.
  ['status', 429, 'rate_limit_exceeded', false],
  ['status', 429, null, false],
  ['status', 408, null, false],
  ['status', 500, 'server_error', false],
  ['status', 502, null, false],
  ['status', 503, 'slow_down', false],
  ['status', 503, 'server_is_overloaded', false],
  ['status', null, null, false],
  ['timeout', null, null, false],
  ['connection', null, null, false],
  ['other', null, null, false],
])('a failure by %s %s %s needs an operator: %s', (kind, status, code, expected) => {
  expect(needsOperator({ kind, status, code })).toBe(expected);
});
