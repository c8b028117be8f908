/** Who ended a payment. */
export type CancelParty = 'yoo_money' | 'payment_network' | 'merchant';

/** Why a payment was canceled. */
export interface Cancellation {
  party: CancelParty;
  /** An open set. */
  reason: string;
}

/** A card of the test mode. https://yookassa.ru/developers/payment-acceptance/testing-and-going-live/testing */
export interface TestCard {
  number: string;
  type: 'MasterCard' | 'Visa' | 'Mir';
  /** With a 3-D Secure step. */
  secure: boolean;
  /** What the payment ends with; null pays. */
  decline: Cancellation | null;
}

/** The card of the button that pays. */
export const DEFAULT_CARD_NUMBER = '5555555555554444';
const DECLINE_PREFIX = '555555555555';

const paying = (number: string, type: TestCard['type'], secure = false): TestCard => ({
  number,
  type,
  secure,
  decline: null,
});
const declining = (last4: string, reason: string, party: CancelParty = 'payment_network'): TestCard => ({
  number: `${DECLINE_PREFIX}${last4}`,
  type: 'MasterCard',
  secure: reason === '3d_secure_failed',
  decline: { party, reason },
});

/** Every card that the test mode knows. */
export const TEST_CARDS: readonly TestCard[] = [
  paying(DEFAULT_CARD_NUMBER, 'MasterCard'),
  paying('5555555555554477', 'MasterCard', true),
  paying('4111111111111111', 'Visa'),
  paying('4793128161644804', 'Visa', true),
  paying('2200000000000004', 'Mir', true),
  paying('2202474301322987', 'Mir'),
  declining('4592', '3d_secure_failed'),
  declining('4535', 'call_issuer'),
  declining('4543', 'card_expired'),
  declining('4568', 'fraud_suspected'),
  declining('4634', 'fraud_suspected', 'yoo_money'),
  declining('4527', 'general_decline'),
  declining('4600', 'insufficient_funds'),
  declining('4618', 'invalid_card_number'),
  declining('4626', 'invalid_csc'),
  declining('4501', 'issuer_unavailable'),
  declining('4576', 'payment_method_limit_exceeded'),
  declining('4550', 'payment_method_restricted'),
  declining('4584', 'country_forbidden', 'yoo_money'),
];

/** The reasons that a payer can be declined for, with what the checkout page says of them. */
export const DECLINE_REASONS: Readonly<Record<string, string>> = {
  insufficient_funds: 'не хватает денег',
  general_decline: 'причина не названа',
  '3d_secure_failed': 'не пройдена проверка 3-D Secure',
  call_issuer: 'банк просит позвонить ему',
  card_expired: 'срок карты истёк',
  invalid_card_number: 'неверный номер карты',
  invalid_csc: 'неверный код CVC',
  issuer_unavailable: 'банк не отвечает',
  payment_method_limit_exceeded: 'превышен лимит карты',
  payment_method_restricted: 'операции по карте запрещены',
  fraud_suspected: 'подозрение на мошенничество',
  country_forbidden: 'карта другой страны',
  identification_required: 'нужна идентификация кошелька',
  permission_revoked: 'разрешение отозвано',
  internal_timeout: 'технический сбой',
};

const OWN_PARTIES: Readonly<Record<string, CancelParty>> = {
  country_forbidden: 'yoo_money',
  identification_required: 'yoo_money',
  internal_timeout: 'yoo_money',
  expired_on_confirmation: 'yoo_money',
  expired_on_capture: 'yoo_money',
  canceled_by_merchant: 'merchant',
};

/** A reason with the party that it usually comes from. */
export function cancellationOf(reason: string): Cancellation {
  return { party: OWN_PARTIES[reason] ?? 'payment_network', reason };
}

/** The test card of a number as a person types it; null for any other number. */
export function findTestCard(number: string): TestCard | null {
  const digits = number.replaceAll(/[\s-]/g, '');
  return TEST_CARDS.find((card) => card.number === digits) ?? null;
}
