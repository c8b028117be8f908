import type { OfferedModel } from '../../jobs/index.js';
import type { Language } from '../../telegram/index.js';
import type { ConversationState, Draft, VideoCount } from '../conversation.schemas.js';
import type { ConversationLimits } from '../conversation.types.js';

/** All that a screen may show. */
export interface ScreenData {
  language: Language;
  state: ConversationState;
  /** The person's credits now. */
  balance: number;
  /** The price of an order of so many videos with the draft's model, in credits. */
  prices: Readonly<Record<VideoCount, number>>;
  /** The models to choose from. */
  models: readonly OfferedModel[];
  limits: ConversationLimits;
  supportUrl?: string | undefined;
  termsUrl?: string | undefined;
  privacyUrl?: string | undefined;
  /** The time zone of dates, such as `Europe/Moscow`. */
  timeZone: string;
  firstName: string | null;
  /** Where receipts go; null until the person has given an address. */
  email: string | null;
}

/** The data of a screen that only a draft has. */
export type DraftScreenData = ScreenData & { draft: Draft };
