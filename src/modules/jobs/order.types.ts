import type { JobKind, TemplateType } from './job.entity.js';

/** The product that a video is about; what "make another" takes over. */
export interface Product {
  kind: JobKind;
  template: TemplateType;
  photoPath: string;
  description: string;
  wishes: string | null;
  /** The person's own prompt, with the template `self` only. */
  prompt: string | null;
  /** The slug of the video model that the person chose; null where they chose none, or it is not offered any more. */
  model: string | null;
}

/** A product of the past; its photo is null where it is not kept any more. */
export type RepeatableProduct = Omit<Product, 'photoPath'> & { photoPath: string | null };

/** The person who orders. */
export interface OrderOwner {
  id: string;
  tgUserId: number;
  language: 'ru' | 'en';
}

/** An order as the person confirmed it. */
export interface OrderRequest extends Omit<Product, 'model'> {
  user: OrderOwner;
  /** Makes the order unique: fifty taps on one draft are one order. */
  draftId: string;
  count: number;
  /** What the person agreed to pay for all of it; for another price nothing is started. */
  creditsShown: number;
  chatId: number;
  /** The bot's message that becomes the progress message. */
  progressMessageId?: number;
  /** One of `OrderTerms.offeredModels`; without it the first of them. */
  model?: string | null;
}

/** Why an order was not started; nothing was charged. */
export type OrderRefusal =
  | { kind: 'insufficient_credits'; balance: number; needed: number }
  | { kind: 'too_many_in_flight'; max: number }
  /** The chosen model is not offered any more: its price is not known either. */
  | { kind: 'model_gone' }
  /** It does not cost what the person was shown. */
  | { kind: 'price_changed' }
  /** The photo is not kept any more. */
  | { kind: 'photo_gone' }
  /** As many orders as one hour may have; the next one is taken after this many minutes, at least 1. */
  | { kind: 'too_often'; againInMin: number }
  /** No key of the video service can be used, or no model: nothing is started that is known to fail. */
  | { kind: 'not_accepting' };

/** What became of an order. */
export type StartOrderResult =
  { kind: 'started' | 'duplicate'; orderId: string; jobIds: string[]; newCredits: number } | OrderRefusal;

/** A video model as the person who orders sees it. */
export interface OfferedModel {
  /** Its slug. */
  id: string;
  /** A brand's name, in no language. */
  title: string;
  creditsPerVideo: number;
  durationS: number;
}
