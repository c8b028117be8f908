/** `ugc`: a blogger's honest take; `ad`: b-roll without people; `self`: the person's own prompt, as it is. */
export type PromptTemplate = 'ugc' | 'ad' | 'self';

/** `neurocard`: a product card for a marketplace; `reels`: a social video. */
export type PromptKind = 'neurocard' | 'reels';

/** Who wrote a prompt; the value of `jobs.prompt_source`. */
export type PromptSource = ProviderSource | 'template' | 'self';

/** A language model, the first or the second. */
export type ProviderSource = 'openai' | 'openai_fallback';

/** What a prompt is written from. */
export interface PromptRequest {
  template: PromptTemplate;
  kind: PromptKind;
  /** The seller's description, or for `self` the prompt itself. Data, never instructions. */
  productText: string;
  /** How the seller wants the video; may be absent. */
  wishes?: string | null | undefined;
  /** The seller's language: what is spoken in the video is in it. */
  language: 'ru' | 'en';
  /** The product photo as stored. */
  photo?: { bytes: Buffer; mimeType: string } | undefined;
  /** The video model's limit, in UTF-16 units. */
  promptMaxLength: number;
  /** Which video of its order this is, from 1: each of the first five looks different. */
  position: number;
  /** Anything that names the person for good; leaves this process only as a hash. */
  safetyId: string;
}

/** A prompt and where it came from. */
export interface WrittenPrompt {
  /** Never empty unless the request had no words at all, never longer than `promptMaxLength`. */
  prompt: string;
  source: PromptSource;
  /** What all answers on the way to it took, unusable ones too; absent where no language model has answered. */
  tokensIn?: number;
  tokensOut?: number;
  /** What went wrong before this source was reached, for the job's timeline. */
  note?: string;
}

/** What an answer took, as its provider counts; 0 where it does not say. */
export interface TokenUsage {
  tokensIn: number;
  tokensOut: number;
}

/** What a language model made of a request. Answers without a prompt are paid for like others. */
export type WriterReply = TokenUsage &
  (
    | { kind: 'written'; prompt: string }
    /** It understood and will not write this prompt. */
    | { kind: 'refused'; text: string }
    /** An answer that holds no prompt: cut, filtered, foreign. */
    | { kind: 'unusable'; text: string }
  );

/** What was told about a photo or texts, or why nothing was. */
export type LookReply<T> = TokenUsage &
  ({ kind: 'told'; told: T } | { kind: 'refused' | 'unusable'; text: string });

/** A failed call, in facts that are safe to log. */
export interface CallFailure {
  /** `timeout`: no answer in time; `connection`: it broke; `status`: an HTTP error; `other`: not understood. */
  kind: 'timeout' | 'connection' | 'status' | 'other';
  /** Of HTTP, or where HTTP says 200, of the error in the body. */
  status: number | null;
  /** A name, `error.code ?? error.type` of the body; `flagged_by_moderation` where the provider flagged the request. */
  code: string | null;
}
