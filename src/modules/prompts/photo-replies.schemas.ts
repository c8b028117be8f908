import { z } from 'zod';
import type { TokenUsage } from './prompt.types.js';
import { parseJson, readResponseText } from './prompt-replies.schemas.js';

/** What was told about a photo or texts, or why nothing was. */
export type PhotoReply<T> = TokenUsage &
  ({ kind: 'told'; told: T } | { kind: 'refused' | 'unusable'; text: string });

/** Moderation is free (https://developers.openai.com/api/docs/guides/moderation). */
const FREE: TokenUsage = { tokensIn: 0, tokensOut: 0 };

const moderationSchema = z.object({ results: z.array(z.object({ flagged: z.boolean() })).min(1) });

/**
 * The body of `POST /v1/moderations`: one result for all that was sent.
 *
 * @see https://platform.openai.com/docs/api-reference/moderations/object
 */
export function readModerationReply(body: unknown): PhotoReply<{ flagged: boolean }> {
  const reply = moderationSchema.safeParse(body).data;
  if (!reply) return { kind: 'unusable', text: 'a foreign body', ...FREE };
  return { kind: 'told', told: { flagged: reply.results.some(({ flagged }) => flagged) }, ...FREE };
}

/** The body of `POST /v1/moderations` for several texts: a result for each. */
export function readTextsReply(body: unknown, count: number): PhotoReply<boolean[]> {
  const results = moderationSchema.safeParse(body).data?.results;
  if (results?.length !== count) return { kind: 'unusable', text: 'a foreign body', ...FREE };
  return { kind: 'told', told: results.map(({ flagged }) => flagged), ...FREE };
}

const sightSchema = z.object({ people: z.boolean(), brand: z.string().nullable() });
/** How models say "there is none" in a text, although null was asked for. */
const NO_BRAND = /^(none|null|no|no brand|unknown|n\/a|-)?$/i;

/** The body of `POST /v1/responses` for a look at a photo. The brand's name is text from the photo: only that there is one is kept. */
export function readSightReply(body: unknown): PhotoReply<{ people: boolean; brand: boolean }> {
  const reply = readResponseText(body);
  const { kind, text, ...usage } = reply;
  if (kind !== 'text') return { kind, text, ...usage };
  const sight = sightSchema.safeParse(parseJson(text)).data;
  if (!sight) return { kind: 'unusable', text: 'an answer outside its schema', ...usage };
  const brand = !NO_BRAND.test((sight.brand ?? '').trim());
  return { kind: 'told', told: { people: sight.people, brand }, ...usage };
}
