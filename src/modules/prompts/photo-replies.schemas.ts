import { z } from 'zod';
import type { LookReply } from './prompt.types.js';
import { parseJson, readResponseText } from './prompt-replies.schemas.js';

const sightSchema = z.object({ people: z.boolean(), brand: z.string().nullable() });
/** How models say "there is none" in a text, although null was asked for. */
const NO_BRAND = /^(none|null|no|no brand|unknown|n\/a|-)?$/i;

/** The body of `POST /v1/responses` for a look at a photo. The brand's name is text from the photo: only that there is one is kept. */
export function readSightReply(body: unknown): LookReply<{ people: boolean; brand: boolean }> {
  const reply = readResponseText(body);
  const { kind, text, ...usage } = reply;
  if (kind !== 'text') return { kind, text, ...usage };
  const sight = sightSchema.safeParse(parseJson(text)).data;
  if (!sight) return { kind: 'unusable', text: 'an answer outside its schema', ...usage };
  const brand = !NO_BRAND.test((sight.brand ?? '').trim());
  return { kind: 'told', told: { people: sight.people, brand }, ...usage };
}
