import type { CancellationReason } from './payments.types.js';

/** YooKassa's reasons (yookassa.ru/developers/payment-acceptance/after-the-payment/declined-payments); an open set. */
const REASONS: Readonly<Record<string, CancellationReason>> = {
  expired_on_confirmation: 'expired',
  expired_on_capture: 'expired',
  insufficient_funds: 'insufficient_funds',
  invalid_card_number: 'card_data',
  invalid_csc: 'card_data',
  card_expired: 'card_data',
  '3d_secure_failed': 'confirmation_failed',
  call_issuer: 'bank_refused',
  general_decline: 'bank_refused',
  fraud_suspected: 'bank_refused',
  issuer_unavailable: 'bank_refused',
  payment_method_restricted: 'bank_refused',
  permission_revoked: 'bank_refused',
  unsupported_mobile_operator: 'bank_refused',
  internal_timeout: 'bank_refused',
  loan_declined: 'bank_refused',
  payment_method_limit_exceeded: 'limit_exceeded',
  country_forbidden: 'country_forbidden',
  identification_required: 'identification_required',
  canceled_by_merchant: 'canceled_by_us',
};

/** What a person can be told of the provider's reason; null: there is none. */
export function decideCancellation(reason: string | null): CancellationReason {
  return REASONS[reason ?? ''] ?? 'unknown';
}
