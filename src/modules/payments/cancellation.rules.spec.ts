import { expect, it } from 'vitest';
import { decideCancellation } from './cancellation.rules.js';

it.each([
  ['expired_on_confirmation', 'expired'],
  ['insufficient_funds', 'insufficient_funds'],
  ['invalid_csc', 'card_data'],
  ['card_expired', 'card_data'],
  ['3d_secure_failed', 'confirmation_failed'],
  ['call_issuer', 'bank_refused'],
  ['fraud_suspected', 'bank_refused'],
  ['payment_method_limit_exceeded', 'limit_exceeded'],
  ['country_forbidden', 'country_forbidden'],
  ['identification_required', 'identification_required'],
  ['canceled_by_merchant', 'canceled_by_us'],
  ['a reason of the future', 'unknown'],
  ['', 'unknown'],
  [null, 'unknown'],
])('%s is told as %s', (reason, told) => {
  expect(decideCancellation(reason)).toBe(told);
});
