import type { Offers, PaymentProvider, PaymentView } from '../payments/index.js';
import type { Callback } from '../telegram/index.js';
import { emailSchema, type ConversationState } from './conversation.schemas.js';
import type { AskedBy, PurchaseEffect, PurchaseResult, Turn } from './conversation.types.js';
import { isComplete } from './draft.rules.js';
import { again, toEmail, toMenu, withoutEmail } from './turn.rules.js';

type PurchaseButton = Extract<Callback, { kind: 'plans' | 'plan' | 'buy' | 'paid' | 'email' }>;

/**
 * What follows from a button of buying. They work at every step and for ever: what may be bought, and that nothing is bought
 * twice, is looked at when it comes to that.
 *
 * @param onPayScreen on the message that the same button has just turned into a pay screen, or brought an invoice for: that tap came
 * twice, and the first did it
 */
export function decidePurchaseButton(
  state: ConversationState,
  callback: PurchaseButton,
  onPayScreen: boolean,
): Turn {
  const left = withoutEmail(state);
  switch (callback.kind) {
    case 'plans':
      return { state: left, effect: { kind: 'list_plans', planId: null } };
    case 'plan':
      return onPayScreen
        ? { state }
        : { state: left, effect: { kind: 'list_plans', planId: callback.args[0] } };
    case 'buy':
      return onPayScreen
        ? { state }
        : { state: left, note: 'preparing', effect: buyOf(left, callback.args[1], callback.args[0]) };
    case 'paid':
      return {
        state: left,
        note: 'checking',
        effect: { kind: 'check_payment', paymentId: callback.args[0], asked: 'tap' },
      };
    case 'email':
      return toEmail(state, callback.args[0]);
  }
}

/** The address for the receipt; the purchase that waited for it goes on. */
export function decideEmail(state: ConversationState, text: string): Turn {
  if (state.emailFor === null) return toMenu(state);
  const { success, data: email } = emailSchema.safeParse(text);
  if (!success) return again(state, { key: 'bad_email' });
  return { state, effect: { kind: 'save_email', planId: state.emailFor, email } };
}

/** A deep link is a return from the page of this payment, or null. Its id comes without dashes: a link's payload holds 64 characters. */
export function readReturn(payload: string | null): string | null {
  const hex = /^paid_([0-9a-f]{32})$/.exec(payload ?? '')?.[1];
  return hex ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : null;
}

/** The person is back from the page of the payment. */
export function decideReturn(state: ConversationState, paymentId: string): Turn {
  return { state: withoutEmail(state), effect: { kind: 'check_payment', paymentId, asked: 'return' } };
}

export function decidePurchaseResult(state: ConversationState, result: PurchaseResult): Turn {
  switch (result.kind) {
    case 'plans_listed':
      return decideOffers(state, result.offers, result.planId);
    case 'email_saved': {
      const left = withoutEmail(state);
      return { state: left, effect: buyOf(left, result.planId, 'yookassa') };
    }
    case 'bought':
      return decideBought(state, result);
    case 'payment_checked':
      return result.outcome.kind === 'not_found'
        ? again(state, { key: 'payment_missing' })
        : decideChecked(state, result.outcome.payment, result.asked);
  }
}

/** An order that only lacks its credits is remembered with the payment. */
function buyOf({ draft }: ConversationState, planId: string, provider: PaymentProvider): PurchaseEffect {
  return { kind: 'buy', planId, provider, draftId: draft && isComplete(draft) ? draft.id : null };
}

function decideOffers(state: ConversationState, offers: Offers, planId: string | null): Turn {
  if (offers.plans.length === 0 || offers.providers.length === 0) {
    return { state, show: { screen: 'purchase_unavailable' } };
  }
  if (planId === null) return { state, show: { screen: 'plans', offers } };
  const offer = offers.plans.find((plan) => plan.planId === planId);
  return offer
    ? { state, show: { screen: 'way', offer, providers: offers.providers } }
    : { state, show: { screen: 'not_on_offer' } };
}

function decideBought(
  state: ConversationState,
  { planId, outcome, onMessage }: Extract<PurchaseResult, { kind: 'bought' }>,
): Turn {
  switch (outcome.kind) {
    case 'link':
    case 'link_later':
    case 'over':
      return decideBill(state, outcome.payment);
    case 'invoice':
      // The invoice is a message of its own; the button that has brought it brings no second one.
      return { state: { ...state, payMessageId: onMessage } };
    case 'email_needed':
      return toEmail(state, planId);
    case 'not_on_offer':
      return { state, show: { screen: 'not_on_offer' } };
    case 'unavailable':
      return { state, show: { screen: 'purchase_unavailable' } };
  }
}

/** News of the payment may be faster than the answer that made it: then there is nothing to pay any more. */
function decideBill(state: ConversationState, payment: PaymentView): Turn {
  return payment.status === 'pending'
    ? { state, show: { screen: 'pay', payment, asked: null } }
    : { state, show: { screen: 'payment_over', payment } };
}

/** Somebody who comes back after paying wants to see the new balance; else the outcome is enough, and the notice tells the rest. */
function decideChecked(state: ConversationState, payment: PaymentView, asked: AskedBy): Turn {
  if (payment.status === 'pending') return { state, show: { screen: 'pay', payment, asked } };
  if (payment.status === 'completed' && asked === 'return') return toMenu(state, { key: 'paid' });
  return { state, show: { screen: 'payment_over', payment } };
}
