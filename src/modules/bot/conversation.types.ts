import type {
  BuyOutcome,
  CheckOutcome,
  Offer,
  Offers,
  PaymentProvider,
  PaymentView,
} from '../payments/index.js';
import type { Callback } from '../telegram/index.js';
import type { ConversationState, Draft, Step, Template, VideoKind } from './conversation.schemas.js';

/** Why a photo was not taken. */
export type PhotoProblem =
  'not_an_image' | 'photo_too_small' | 'photo_too_large' | 'photo_bad_ratio' | 'photo_unavailable';

/** An order of the past whose product is wanted again. */
export interface RepeatedOrder {
  kind: VideoKind;
  template: Template;
  photoPath: string;
  description: string;
  wishes: string | null;
  /** The person's own script, with the template `self` only. */
  prompt: string | null;
}

/** What a person did. */
export type PersonEvent =
  | { kind: 'start'; payload: string | null }
  | { kind: 'command'; name: CommandName }
  | { kind: 'text'; text: string }
  | { kind: 'photo'; photo: IncomingPhoto }
  /** A file that is no picture, a sticker, a voice message… */
  | { kind: 'other'; isFile: boolean }
  | { kind: 'tap'; callback: Callback | null; onScreen: boolean; onPayScreen?: boolean };

export type CommandName = 'menu' | 'help' | 'cancel' | 'paysupport' | 'terms' | 'unknown';

export interface IncomingPhoto {
  fileId: string;
  /** Null when Telegram did not say. */
  bytes: number | null;
  caption: string | null;
  albumId: string | null;
}

/** What became of an effect. */
export type EffectResult =
  | { kind: 'photo_stored'; path: string; photo: IncomingPhoto }
  | { kind: 'photo_rejected'; problem: PhotoProblem }
  | { kind: 'order_started'; draft: Draft; newCredits: number }
  | { kind: 'order_refused'; refusal: OrderRefusal }
  | { kind: 'repeat_found'; jobId: string; order: RepeatedOrder }
  | { kind: 'repeat_missing' }
  | PurchaseResult;

/** What became of an effect of buying. */
export type PurchaseResult =
  | { kind: 'plans_listed'; offers: Offers; planId: string | null }
  /** `onMessage`: the message whose button was tapped; null where none was. */
  | { kind: 'bought'; planId: string; outcome: BuyOutcome; onMessage: number | null }
  | { kind: 'payment_checked'; asked: AskedBy; outcome: CheckOutcome }
  | { kind: 'email_saved'; planId: string };

/** How a person asks about a payment: by its button, or by coming back from the page where it is paid. */
export type AskedBy = 'tap' | 'return';

export type OrderRefusal =
  | { kind: 'insufficient_credits'; balance: number; needed: number }
  | { kind: 'too_many_in_flight'; max: number }
  | { kind: 'not_accepting' };

export type ConversationEvent = PersonEvent | EffectResult;

/** Work that a decision asks for; its result is decided on in turn. */
export type Effect =
  | { kind: 'take_photo'; photo: IncomingPhoto }
  | { kind: 'start_order'; draft: CompleteDraft }
  | { kind: 'find_repeat'; jobId: string }
  | PurchaseEffect;

/** Work of buying. Without a plan all are listed, with one the ways to pay for it. */
export type PurchaseEffect =
  | { kind: 'list_plans'; planId: string | null }
  | { kind: 'buy'; planId: string; provider: PaymentProvider; draftId: string | null }
  | { kind: 'check_payment'; paymentId: string; asked: AskedBy }
  | { kind: 'save_email'; planId: string; email: string };

/** A draft with everything that an order needs. */
export type CompleteDraft = Draft & {
  [K in 'kind' | 'photoPath' | 'description' | 'template' | 'count']: NonNullable<Draft[K]>;
};

/** A line above a screen that says what was wrong with the last message. */
export type Hint =
  | {
      key: Step | 'cancelled' | 'nothing_to_cancel' | 'no_draft' | 'repeat_missing';
    }
  | { key: PhotoProblem }
  | { key: 'bad_email' | 'paid' | 'payment_missing' }
  | { key: 'too_short'; min: number }
  | { key: 'too_long'; length: number; max: number };

/** What to show. */
export type Show =
  | { screen: 'welcome' | 'help' | 'paysupport' | 'terms' }
  | { screen: Step; hint?: Hint }
  | { screen: 'insufficient'; balance: number; needed: number }
  | { screen: 'too_many'; max: number }
  | { screen: 'not_accepting' }
  | { screen: 'started'; count: number }
  | PurchaseShow;

/** A screen of buying. `asked` says that the payment was looked at and is not paid yet. */
export type PurchaseShow =
  | { screen: 'plans'; offers: Offers }
  | { screen: 'way'; offer: Offer; providers: Offers['providers'] }
  | { screen: 'not_on_offer' | 'purchase_unavailable' }
  | { screen: 'pay'; payment: PaymentView; asked: AskedBy | null }
  | { screen: 'payment_over'; payment: PaymentView };

/** A short note on the tapped button. */
export type TapNote = 'old' | 'started' | 'unknown' | 'preparing' | 'checking';

/** One decision: the state from now on, and at most one thing to do and one to show. */
export interface Turn {
  state: ConversationState;
  show?: Show;
  note?: TapNote;
  effect?: Effect;
}

/** The limits of what a person may enter. */
export interface ConversationLimits {
  descriptionLengthMin: number;
  descriptionLengthMax: number;
  wishesLengthMax: number;
  /** In UTF-16 units. */
  promptLengthMax: number;
  photoBytesMax: number;
  photoSideMinPx: number;
  /** Long side to short side. */
  photoRatioMax: number;
}

/** What a decision needs besides state and event. */
export interface TurnContext {
  limits: ConversationLimits;
  /** A fresh id for a draft whose content changes. */
  newDraftId: string;
}
