import type { ProgressLine } from '../notifications/index.js';
import type { CreditsHistoryPage } from '../credits/index.js';
import type {
  CancelResult,
  OfferedModel,
  OrderRefusal,
  OrderText,
  VideosPage,
  VideoView,
} from '../jobs/index.js';
import type {
  BuyOutcome,
  CheckOutcome,
  Offer,
  Offers,
  PaymentProvider,
  PaymentView,
} from '../payments/index.js';
import type { Callback, Language } from '../telegram/index.js';
import type { AccountLook, ErasureOutcome } from './account-erasure.js';
import type {
  ConversationState,
  Draft,
  PhotoAdvice,
  Step,
  Template,
  VideoKind,
} from './conversation.schemas.js';

/** Why a photo was not taken. */
export type PhotoProblem =
  'not_an_image' | 'photo_too_small' | 'photo_too_large' | 'photo_bad_ratio' | 'photo_unavailable';

/** Why a photo that was taken cannot be filmed after all; `photo_gone`: it is not kept any more. */
export type PhotoStop = 'photo_flagged' | 'photo_people' | 'photo_gone';

/** An order of the past whose product is wanted again. */
export interface RepeatedOrder {
  kind: VideoKind;
  template: Template;
  /** Null where it is not kept any more. */
  photoPath: string | null;
  description: string;
  wishes: string | null;
  /** The person's own prompt, with the template `self` only. */
  prompt: string | null;
  /** The slug of the model; null where none was chosen, or it is not on offer any more. */
  model: string | null;
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

export const COMMAND_NAMES = [
  ...(['menu', 'cabinet', 'videos', 'help', 'cancel', 'paysupport', 'terms'] as const),
  ...(['language', 'delete_me'] as const),
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number] | 'unknown';

export interface IncomingPhoto {
  fileId: string;
  /** Null when Telegram did not say. */
  bytes: number | null;
  caption: string | null;
  albumId: string | null;
}

/** What became of an effect. */
export type EffectResult =
  | {
      kind: 'photo_stored';
      path: string;
      photo: IncomingPhoto;
      isMore: boolean;
      /** The higher the better. */
      score: number;
      advice: PhotoAdvice[];
    }
  | { kind: 'photo_rejected'; problem: PhotoProblem; isMore: boolean }
  | { kind: 'photo_stopped'; stop: PhotoStop }
  | { kind: 'photo_advised'; advice: PhotoAdvice[] }
  | { kind: 'text_stopped'; text: OrderText }
  | { kind: 'order_started'; draft: Draft; orderId: string; lines: ProgressLine[] }
  | { kind: 'order_refused'; refusal: OrderRefusal }
  | { kind: 'repeat_found'; jobId: string; order: RepeatedOrder; as: RepeatKind }
  | { kind: 'repeat_missing' }
  | AccountResult
  | PurchaseResult;

/** The same product in a style chosen anew, or the same video made once more. */
export type RepeatKind = 'another' | 'variant';

/** What became of an effect that is about the person: videos, credits, settings, erasure. */
export type AccountResult =
  | { kind: 'agreed'; isNew: boolean }
  | { kind: 'language_set' }
  | { kind: 'cabinet_opened'; inFlight: VideoView[] }
  | { kind: 'statement_listed'; page: CreditsHistoryPage }
  | { kind: 'videos_listed'; page: VideosPage }
  | { kind: 'video_found'; video: VideoView }
  | { kind: 'video_missing' }
  | { kind: 'order_cancelled'; outcome: CancelResult; onScreen: boolean }
  | { kind: 'account_seen'; look: AccountLook; shownCredits: number | null }
  | { kind: 'account_erased'; outcome: ErasureOutcome };

/** What became of an effect of buying. */
export type PurchaseResult =
  | { kind: 'plans_listed'; offers: Offers; planId: string | null }
  /** `onMessage`: the message whose button was tapped; null where none was. */
  | { kind: 'bought'; planId: string; outcome: BuyOutcome; onMessage: number | null }
  | { kind: 'payment_checked'; asked: AskedBy; outcome: CheckOutcome }
  | { kind: 'email_saved'; planId: string };

/** How a person asks about a payment: by its button, or by coming back from the page where it is paid. */
export type AskedBy = 'tap' | 'return';

export type ConversationEvent = PersonEvent | EffectResult;

/** Work that a decision asks for; its result is decided on in turn. */
export type Effect =
  /** `isMore`: one more photo of the album that the last one came in. */
  | { kind: 'take_photo'; photo: IncomingPhoto; isMore: boolean }
  | { kind: 'start_order'; draft: CompleteDraft; creditsShown: number }
  | { kind: 'find_repeat'; jobId: string; as: RepeatKind }
  | AccountEffect
  | PurchaseEffect;

/** Work that is about the person. */
export type AccountEffect =
  /** Registers the person, who has just agreed. Null: the language that Telegram names. */
  | { kind: 'agree'; language: Language | null }
  | { kind: 'set_language'; language: Language }
  | { kind: 'open_cabinet' }
  | { kind: 'list_statement'; page: number }
  | { kind: 'list_videos'; page: number }
  | { kind: 'find_video'; jobId: string }
  | { kind: 'cancel_order'; orderId: string; onScreen: boolean }
  /** `shownCredits`: what the first question named; null before it. */
  | { kind: 'look_at_account'; shownCredits: number | null }
  | { kind: 'erase_account'; shownCredits: number };

/** Work of buying. Without a plan all are listed, with one the ways to pay for it. */
export type PurchaseEffect =
  | { kind: 'list_plans'; planId: string | null }
  | { kind: 'buy'; planId: string; provider: PaymentProvider; draftId: string | null }
  | { kind: 'check_payment'; paymentId: string; asked: AskedBy }
  | { kind: 'save_email'; planId: string; email: string };

/** A draft with everything that an order needs. */
export type CompleteDraft = Draft & {
  [K in 'kind' | 'photoPath' | 'description' | 'template' | 'model' | 'count']: NonNullable<Draft[K]>;
};

/** A line above a screen that says what was wrong with the last message. */
export type Hint =
  | {
      key: Step | 'cancelled' | 'nothing_to_cancel' | 'no_draft' | 'repeat_missing' | 'video_missing';
    }
  | { key: PhotoProblem | PhotoStop }
  /** `text`: what the person wrote, to be copied: it is not kept. */
  | { key: 'text_flagged'; text: string }
  | { key: 'bad_email' | 'paid' | 'payment_missing' }
  | { key: 'language_set' | 'cancel_too_late' | 'cancel_missing' | 'model_gone' | 'price_changed' }
  | { key: 'too_short'; min: number }
  | { key: 'too_long'; length: number; max: number };

/** What to show. */
export type Show =
  | { screen: 'help' | 'paysupport' | 'terms' }
  | { screen: Step; hint?: Hint }
  | { screen: 'insufficient'; balance: number; needed: number }
  | { screen: 'too_many'; max: number }
  | { screen: 'too_often'; againInMin: number }
  | { screen: 'not_accepting' }
  | { screen: 'started'; lines: ProgressLine[]; orderId: string }
  | AccountShow
  | PurchaseShow;

/** A screen that is about the person. */
export type AccountShow =
  | { screen: 'consent' | 'languages' }
  | { screen: 'welcome'; isNew: boolean }
  | { screen: 'cabinet'; inFlight: VideoView[] }
  | { screen: 'statement'; page: CreditsHistoryPage }
  | { screen: 'videos'; page: VideosPage }
  | { screen: 'video'; video: VideoView }
  | { screen: 'erase_ask' | 'erase_sure'; credits: number }
  | { screen: 'erase_busy'; videos: number; payments: number }
  | { screen: 'erased' };

/** A screen of buying. `asked` says that the payment was looked at and is not paid yet. */
export type PurchaseShow =
  | { screen: 'plans'; offers: Offers }
  | { screen: 'way'; offer: Offer; providers: Offers['providers'] }
  | { screen: 'not_on_offer' | 'purchase_unavailable' }
  | { screen: 'pay'; payment: PaymentView; asked: AskedBy | null }
  | { screen: 'payment_over'; payment: PaymentView };

/** A short note on the tapped button. */
export type TapNote =
  'old' | 'started' | 'unknown' | 'preparing' | 'checking' | 'checking_photo' | 'cancelling' | 'slow_down';

/** One decision: the state from now on, and at most one thing to do and one to show. */
export interface Turn {
  state: ConversationState;
  show?: Show;
  /** The current screen is changed where it stands: what happened goes on in it. */
  inPlace?: boolean;
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
  /** After it was sent or last ordered with; a begun day is one. */
  photoKeptDays: number;
}

/** What a decision needs besides state and event. */
export interface TurnContext {
  limits: ConversationLimits;
  /** The id of a draft whose content changes: no earlier draft has it, and it is the same when the update comes again. */
  newDraftId: string;
  /** Whether the person has agreed to terms and privacy: nothing else happens before that. */
  consented: boolean;
  /** The video models that a person may choose from, the default first; never empty. */
  models: readonly OfferedModel[];
}
