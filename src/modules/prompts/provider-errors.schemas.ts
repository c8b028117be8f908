import { z } from 'zod';
import type { CallFailure } from './prompt.types.js';

/** What a code may look like to be logged and shown: a name, never a sentence. */
const CODE = /^[\w.-]{1,64}$/;
const STATUS_MIN = 400;
const STATUS_MAX = 599;

const codeSchema = z.union([z.string(), z.number()]).nullish().catch(null);
const errorSchema = z.looseObject({
  code: codeSchema,
  type: z.string().nullish().catch(null),
  metadata: z
    .looseObject({ reasons: z.array(z.unknown()) })
    .nullish()
    .catch(null),
});
const hiddenSchema = z.looseObject({
  error: errorSchema.nullish().catch(null),
  /** KIE's envelope. */
  code: codeSchema,
  choices: z
    .array(z.looseObject({ error: errorSchema.nullish().catch(null) }))
    .nullish()
    .catch(null),
  output: z.unknown().optional(),
});

/**
 * The name of an error, `error.code ?? error.type`; null where it has none that is safe to show. OpenRouter has numbers for codes, and
 * says in the metadata that its moderation flagged the request.
 *
 * @see https://openrouter.ai/docs/api-reference/errors
 */
export function readErrorCode(error: unknown): string | null {
  const { code, type, metadata } = errorSchema.safeParse(error).data ?? {};
  if (metadata) return 'flagged_by_moderation';
  const name = typeof code === 'string' ? code : type;
  return name && CODE.test(name) && !/^\d+$/.test(name) ? name : null;
}

/** The error that some providers put into HTTP 200, in place of an answer or of its only choice; null when the body is none. */
export function readHiddenFailure(body: unknown): CallFailure | null {
  const hidden = hiddenSchema.safeParse(body).data;
  if (!hidden || hidden.output !== undefined) return null;
  const error = hidden.error ?? hidden.choices?.[0]?.error ?? (hidden.choices ? null : { code: hidden.code });
  const status = Number(error?.code);
  const isStatus = Number.isInteger(status) && status >= STATUS_MIN && status <= STATUS_MAX;
  const code = readErrorCode(error);
  return isStatus || code !== null ? { kind: 'status', status: isStatus ? status : null, code } : null;
}
