import { randomBytes } from 'node:crypto';
import { nowS } from '../chats.js';

/** A purchase in Stars that was paid, and perhaps paid back. */
export interface StarCharge {
  /** `telegram_payment_charge_id`. */
  chargeId: string;
  /** `provider_payment_charge_id`. */
  providerChargeId: string;
  /** Who paid, which need not be whom the invoice was sent to. */
  personId: number;
  amountStars: number;
  payload: string;
  state: 'paid' | 'refunded';
  paidAtS: number;
  refundedAtS: number | null;
}

/** One movement of Stars: a refund has the id of its charge (https://core.telegram.org/bots/api#startransaction). */
export interface StarTransaction {
  direction: 'in' | 'out';
  charge: StarCharge;
  dateS: number;
}

/** The bot's Stars: every purchase and refund, oldest first. */
export class StarLedger {
  private readonly charges = new Map<string, StarCharge>();
  private readonly transactions: StarTransaction[] = [];

  /** The Stars of a person move to the bot. */
  pay({ personId, amountStars, payload }: Pick<StarCharge, 'personId' | 'amountStars' | 'payload'>) {
    const charge: StarCharge = {
      chargeId: `stx${randomBytes(24).toString('base64url')}`,
      providerChargeId: `${personId}_${this.charges.size}`,
      personId,
      amountStars,
      payload,
      state: 'paid',
      paidAtS: nowS(),
      refundedAtS: null,
    };
    this.charges.set(charge.chargeId, charge);
    this.transactions.push({ direction: 'in', charge, dateS: charge.paidAtS });
    return charge;
  }

  /** The Stars of a charge move back to whoever paid it; only once. */
  refund(charge: StarCharge): 'refunded' | 'already_refunded' {
    if (charge.state === 'refunded') return 'already_refunded';
    charge.state = 'refunded';
    charge.refundedAtS = nowS();
    this.transactions.push({ direction: 'out', charge, dateS: charge.refundedAtS });
    return 'refunded';
  }

  find(chargeId: string): StarCharge | undefined {
    return this.charges.get(chargeId);
  }

  /** All charges in the order of their payment, as copies. */
  list(): StarCharge[] {
    return [...this.charges.values()].map((charge) => ({ ...charge }));
  }

  /** A part of all movements, oldest first. */
  page(offset: number, limit: number): StarTransaction[] {
    return this.transactions.slice(offset, offset + limit);
  }

  /** What the bot has now. */
  get balanceStars(): number {
    const paid = [...this.charges.values()].filter(({ state }) => state === 'paid');
    return paid.reduce((sum, { amountStars }) => sum + amountStars, 0);
  }
}
