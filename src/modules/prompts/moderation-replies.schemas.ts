import { z } from 'zod';
import type { LookReply, TokenUsage } from './prompt.types.js';

/** Moderation is free (https://developers.openai.com/api/docs/guides/moderation). */
const FREE: TokenUsage = { tokensIn: 0, tokensOut: 0 };

const moderationSchema = z.object({ results: z.array(z.object({ flagged: z.boolean() })).min(1) });

/**
 * The body of `POST /v1/moderations`: one result for all that was sent.
 *
 * @see https://platform.openai.com/docs/api-reference/moderations/object
 */
export function readModerationReply(body: unknown): LookReply<{ flagged: boolean }> {
  const reply = moderationSchema.safeParse(body).data;
  if (!reply) return { kind: 'unusable', text: 'a foreign body', ...FREE };
  return { kind: 'told', told: { flagged: reply.results.some(({ flagged }) => flagged) }, ...FREE };
}

/** The body of `POST /v1/moderations` for several texts: a result for each. */
export function readTextsReply(body: unknown, count: number): LookReply<boolean[]> {
  const results = moderationSchema.safeParse(body).data?.results;
  if (results?.length !== count) return { kind: 'unusable', text: 'a foreign body', ...FREE };
  return { kind: 'told', told: results.map(({ flagged }) => flagged), ...FREE };
}
