import { expect, it } from 'vitest';
import { decideAfterFailure } from './prompt-retry.rules.js';
import type { CallFailure } from './prompt.types.js';

it.each<[CallFailure['kind'], number | null, string | null, 'again' | 'next']>([
  ['connection', null, null, 'again'],
  ['timeout', null, null, 'next'],
  ['other', null, null, 'next'],
  ['status', 408, null, 'again'],
  ['status', 500, 'server_error', 'again'],
  ['status', 503, 'server_error', 'again'],
  ['status', 503, 'slow_down', 'next'],
  ['status', 503, 'server_is_overloaded', 'next'],
  ['status', 429, 'insufficient_quota', 'next'],
  ['status', 429, 'credit_balance_exhausted', 'next'],
  ['status', 429, 'rate_limit_exceeded', 'next'],
  ['status', 400, 'invalid_image_url', 'next'],
  ['status', 401, 'invalid_api_key', 'next'],
  ['status', 403, 'unsupported_country_region_territory', 'next'],
  ['status', 404, 'model_not_found', 'next'],
  ['status', null, null, 'next'],
])('after %s %s %s: %s', (kind, status, code, expected) => {
  expect(decideAfterFailure({ kind, status, code })).toBe(expected);
});
