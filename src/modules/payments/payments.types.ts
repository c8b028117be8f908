/** Who takes the money. */
export type PaymentProvider = 'yookassa' | 'telegram_stars';

/** `pending` until the provider's own final word; `failed` is a payment that the provider refused to make. */
export type PaymentStatus = 'pending' | 'completed' | 'canceled' | 'failed';

/** By what a payment was found to be paid: the answer that made it, a notification, the person's tap, our own look, a list. */
export type FoundBy = 'creation' | 'notification' | 'person' | 'check' | 'list';

/** The plan of payments that were begun in the Python system, never on sale. They name no row of ours, only their row names them. */
export const LEGACY_PLAN_ID = 'legacy';

/** Why `request_refund` says no. */
export const REFUND_REFUSALS = [
  ...(['payment_not_found', 'cause_of_another_payment', 'cause_with_another_amount'] as const),
  ...(['not_completed', 'nothing_left', 'not_positive', 'exceeds_payment', 'stars_only_whole'] as const),
  ...(['stars_of_an_erased_person', 'only_whole_without_email'] as const),
] as const;
export type RefundRefusal = (typeof REFUND_REFUSALS)[number];

/** What can still be given back of a payment `p`, in its unit, as `request_refund` counts it: without what is on its way. SQL. */
export const LEFT_TO_REFUND = `(coalesce(p.amount_kopecks, p.amount_stars) - p.refunded_kopecks - coalesce((select sum(left_r.amount)
  from payment_refunds left_r where left_r.payment_id = p.id and left_r.status = 'pending' and left_r.origin <> 'surplus'), 0))::int`;

/** What the columns of sums can hold. */
export const AMOUNT_MAX = 2 ** 31 - 1;

/** A sum in the smallest unit of its currency. */
export type Price = { kopecks: number } | { stars: number };

/** Why a payment did not come about, as far as a person can act on it. */
export type CancellationReason =
  | 'expired'
  | 'insufficient_funds'
  | 'card_data'
  | 'confirmation_failed'
  | 'bank_refused'
  | 'limit_exceeded'
  | 'country_forbidden'
  | 'identification_required'
  | 'canceled_by_us'
  | 'unknown';

/** What is sold: so many credits for a price, and what that makes for one video. */
export interface Offer {
  planId: string;
  nameRu: string;
  nameEn: string;
  credits: number;
  priceKopecks: number;
  priceStars: number;
  /** Rounded to the nearest kopeck. */
  kopecksPerVideo: number;
  /** Rounded to a tenth. */
  starsPerVideo: number;
  /** Against the dearest video on sale, whole percents rounded down; 0 for none. */
  savingPercent: number;
}

/** What can be bought now, and by which ways, the preferred one first. */
export interface Offers {
  plans: readonly Offer[];
  providers: readonly PaymentProvider[];
}

/** A payment as its person may see it. */
export interface PaymentView {
  paymentId: string;
  planId: string;
  provider: PaymentProvider;
  status: PaymentStatus;
  credits: number;
  price: Price;
  /** Where to pay; null until the provider has told it, and for Stars. */
  confirmationUrl: string | null;
  /** Where the receipt goes; null where there are no receipts. */
  receiptEmail: string | null;
  /** Of a canceled or failed one. */
  reason: CancellationReason | null;
  /** An order waited for these credits. */
  resumesOrder: boolean;
}

/** A person who buys. */
export interface Buyer {
  id: string;
  tgUserId: number;
  language: 'ru' | 'en';
  /** For receipts; null until asked. */
  email: string | null;
}

export interface BuyRequest {
  /** The id of the payment if it opens one: the same whenever the same wish comes again. A UUID. */
  paymentId: string;
  buyer: Buyer;
  planId: string;
  provider: PaymentProvider;
  /** The draft that lacked the credits; null where none waits. */
  draftId: string | null;
  chatId: number;
  /** The bot's username, without @: where the person comes back to. */
  botUsername: string;
}

/** What came of wanting to buy. */
export type BuyOutcome =
  /** `payment.confirmationUrl` is set. */
  | { kind: 'link'; payment: PaymentView }
  /** The provider has not answered yet; we keep asking, and the link comes as a notice. */
  | { kind: 'link_later'; payment: PaymentView }
  /** The same wish came before; what it had opened is over. */
  | { kind: 'over'; payment: PaymentView }
  /** The invoice is in the chat, with its own pay button. */
  | { kind: 'invoice'; payment: PaymentView }
  /** A receipt needs an e-mail, and the person has given none yet. */
  | { kind: 'email_needed' }
  /** No such plan or way to pay is on offer any more. */
  | { kind: 'not_on_offer' }
  /** The provider refuses us; operators know. */
  | { kind: 'unavailable' };

/** What came of looking at a payment at once. */
export type CheckOutcome =
  | { kind: 'checked'; payment: PaymentView; balance: number }
  /** Not this person's, or none. */
  | { kind: 'not_found' };

/** A pre-checkout query of Telegram Stars. */
export interface PreCheckout {
  queryId: string;
  tgUserId: number;
  languageCode: string | undefined;
  currency: string;
  totalAmount: number;
  payload: string;
}
