import type { ApiObject } from '../api-json.js';
import { addIncoming } from '../people/incoming.js';
import type { World } from '../world.js';
import type { StarCharge } from './star-ledger.js';

/** Stars move to the bot, and the message that says so comes as an update (https://core.telegram.org/bots/api#successfulpayment). */
export function takePayment(
  world: World,
  payment: Pick<StarCharge, 'personId' | 'amountStars' | 'payload'>,
): StarCharge {
  const charge = world.stars.pay(payment);
  tell(world, charge, 'successful_payment');
  return charge;
}

/** Stars move back; a `refunded_payment` message follows (https://core.telegram.org/bots/api#refundedpayment). Only once. */
export function refundPayment(world: World, charge: StarCharge): 'refunded' | 'already_refunded' {
  const outcome = world.stars.refund(charge);
  if (outcome === 'refunded') tell(world, charge, 'refunded_payment');
  return outcome;
}

function tell(world: World, charge: StarCharge, name: 'successful_payment' | 'refunded_payment'): void {
  const facts: ApiObject = {
    currency: 'XTR',
    total_amount: charge.amountStars,
    invoice_payload: charge.payload,
    telegram_payment_charge_id: charge.chargeId,
    provider_payment_charge_id: charge.providerChargeId,
  };
  const content = { kind: 'other', name, payload: { [name]: facts } } as const;
  addIncoming(world, charge.personId, { ...content, body: { text: '', entities: [] } });
}
