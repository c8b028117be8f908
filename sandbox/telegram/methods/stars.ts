import { type ApiObject, personUser } from '../api-json.js';
import { badRequest } from '../errors.js';
import { refundPayment } from '../payments/payment-messages.js';
import type { StarTransaction } from '../payments/star-ledger.js';
import type { World } from '../world.js';
import type { Method } from './method.js';

const INT32_MAX = 2 ** 31 - 1;

/** https://core.telegram.org/bots/api#answerprecheckoutquery: once, and while the person still waits. */
export const answerPreCheckoutQuery: Method = (query, { world }) => {
  const ok = query.flag('ok');
  const errorMessage = query.text('error_message');
  if (!ok && errorMessage === '') throw badRequest('parameter "error_message" is required');
  const answer = ok ? ({ kind: 'approved' } as const) : ({ kind: 'refused', errorMessage } as const);
  if (!world.checkouts.end(query.text('pre_checkout_query_id'), answer)) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  return { result: true };
};

/** https://core.telegram.org/bots/api#refundstarpayment; the texts are those of payments.refundStarsCharge. */
export const refundStarPayment: Method = (query, { world }) => {
  const userId = query.text('user_id');
  if (!world.people.has(Number(userId))) throw badRequest('invalid user_id specified');
  const chargeId = query.text('telegram_payment_charge_id');
  if (chargeId === '') throw badRequest('CHARGE_ID_EMPTY');
  const charge = world.stars.find(chargeId);
  if (charge?.personId !== Number(userId)) throw badRequest('CHARGE_ID_INVALID');
  const outcome = refundPayment(world, charge);
  if (outcome === 'already_refunded') throw badRequest('CHARGE_ALREADY_REFUNDED');
  return { result: true };
};

/** https://core.telegram.org/bots/api#getstartransactions */
export const getStarTransactions: Method = (query, { world }) => {
  const offset = query.integer('offset', 0, [0, INT32_MAX]);
  const limit = query.integer('limit', 100, [1, 100]);
  return {
    result: { transactions: world.stars.page(offset, limit).map((entry) => toApi(world, entry)) },
  };
};

/** https://core.telegram.org/bots/api#getmystarbalance */
export const getMyStarBalance: Method = (_query, { world }) => ({
  result: { amount: world.stars.balanceStars },
});

function toApi(world: World, { direction, charge, dateS }: StarTransaction): ApiObject {
  const partner = {
    type: 'user',
    transaction_type: 'invoice_payment',
    user: personUser(world.person(charge.personId)),
    invoice_payload: charge.payload,
  };
  return {
    id: charge.chargeId,
    amount: charge.amountStars,
    date: dateS,
    [direction === 'in' ? 'source' : 'receiver']: partner,
  };
}
