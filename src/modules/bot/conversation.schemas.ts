import { z } from 'zod';
import { LANGUAGES, planIdSchema } from '../telegram/index.js';
import { operatorStateSchema } from './operators/operator.schemas.js';

const kind = z.enum(['neurocard', 'reels']);
const template = z.enum(['ugc', 'ad', 'self']);
const count = z.union([z.literal(1), z.literal(3), z.literal(5)]);
const photoAdvice = z.enum(['dark', 'blurred', 'brand', 'people']);

/** A video that a person is putting together. What is null has not been answered yet. */
const draftSchema = z.object({
  /** The idempotency key of the order; a new one whenever the content changes, so that a screen confirms what it showed. */
  id: z.guid(),
  kind: kind.nullable(),
  photoPath: z.string().nullable(),
  /** The album that the photo came in. */
  albumId: z.string().nullable().default(null),
  /** How good the photo is, the higher the better: a better one of the same album takes its place. */
  photoScore: z.number().nullable().default(null),
  /** What could be better about the photo; asked about until the person uses it all the same. */
  photoAdvice: z.array(photoAdvice).default([]),
  /** Of that, what the person has seen and does not mind. */
  photoAccepted: z.array(photoAdvice).default([]),
  description: z.string().nullable(),
  template: template.nullable(),
  /** Empty: none wanted. */
  wishes: z.string().nullable(),
  /** The person's own prompt, for the template `self`. */
  prompt: z.string().nullable(),
  /** Whether the person has read the prompt once more and found it right. */
  promptChecked: z.boolean().default(false),
  /** The slug of the video model. */
  model: z.string().nullable().default(null),
  count: count.nullable(),
  /** The job whose product this draft repeats. */
  repeatOf: z.guid().nullable(),
});

const step = z.enum([
  'menu',
  'email',
  'kind',
  'photo',
  'photo_advice',
  'description',
  'template',
  'wishes',
  'prompt',
  'prompt_check',
  'model',
  'count',
  'confirm',
]);

/** How fast somebody taps and writes. */
const paceSchema = z.object({
  /** When the counting began, on the database's clock. */
  sinceMs: z.number(),
  count: z.number().int(),
});

/** Everything that the bot remembers of a chat: the `state` of `bot_sessions`. */
export const conversationStateSchema = z.object({
  v: z.literal(1),
  step,
  draft: draftSchema.nullable(),
  /** The last message with buttons of the conversation: a tap on it edits it, a tap elsewhere sends a new one. */
  screenMessageId: z.number().int().nullable(),
  /** The draft that was started last, so that late taps on its button are told so. */
  startedDraftId: z.guid().nullable(),
  /** The album that the last photo came in; its other photos never earn a message of their own. */
  albumId: z.string().nullable().default(null),
  /** The payload of the deep link that brought the person. */
  startPayload: z.string().nullable(),
  /** The plan that is bought once its receipt has an address; set at the step `email` only. */
  emailFor: planIdSchema.nullable().default(null),
  /** The pay screen shown last, or the message that an invoice in Stars was asked for on: its buttons bring no second one. */
  payMessageId: z.number().int().nullable().default(null),
  /** The language chosen before the person was registered. */
  language: z.enum(LANGUAGES).nullable().default(null),
  /** The person was shown the welcome that follows their agreement: until then that button brings it. */
  agreed: z.boolean().default(false),
  pace: paceSchema.nullable().default(null),
  /** What an operator is asking for; beside the draft, which it never touches. One that is not understood is given up, not the draft. */
  operator: operatorStateSchema.nullable().default(null).catch(null),
});

/** Where receipts go. 254 characters are the most that an address can have (RFC 5321). */
export const emailSchema = z.string().trim().max(254).pipe(z.email());

export type ConversationState = z.output<typeof conversationStateSchema>;
export type Draft = z.output<typeof draftSchema>;
export type PhotoAdvice = z.output<typeof photoAdvice>;
export type Pace = z.output<typeof paceSchema>;
export type Step = z.output<typeof step>;
export type DraftStep = Exclude<Step, 'menu' | 'email'>;
export type VideoKind = z.output<typeof kind>;
export type Template = z.output<typeof template>;
export type VideoCount = z.output<typeof count>;

/** Each number of videos that an order can have. */
export const VIDEO_COUNTS: readonly VideoCount[] = [1, 3, 5];

/** The conversation with a person whom we have never met. */
export const FIRST_STATE: ConversationState = {
  v: 1,
  step: 'menu',
  draft: null,
  screenMessageId: null,
  startedDraftId: null,
  startPayload: null,
  emailFor: null,
  payMessageId: null,
  albumId: null,
  language: null,
  agreed: false,
  pace: null,
  operator: null,
};

/**
 * The stored state, checked. One that this build does not understand (of an older or newer one) becomes the menu: the person
 * loses a draft, never the bot.
 */
export function readState(stored: unknown): { state: ConversationState; understood: boolean } {
  const isNew = typeof stored === 'object' && stored !== null && Object.keys(stored).length === 0;
  if (isNew) return { state: FIRST_STATE, understood: true };
  const parsed = conversationStateSchema.safeParse(stored);
  if (parsed.success) return { state: parsed.data, understood: true };
  return { state: FIRST_STATE, understood: false };
}
