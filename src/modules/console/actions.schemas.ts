import { z } from 'zod';
import { GRANT_CREDITS_MAX, REASON_LENGTH_MAX, REASON_LENGTH_MIN, SWITCHES } from '../admin/index.js';
import { AMOUNT_MAX } from '../payments/index.js';
import { textSchema } from './text.schema.js';

/** What every wish carries. */
const wish = {
  /** Made by the form, once: the same one again changes nothing. */
  key: z.guid(),
  reason: textSchema
    .trim()
    .min(REASON_LENGTH_MIN, `A reason has at least ${REASON_LENGTH_MIN} characters`)
    .max(REASON_LENGTH_MAX, `A reason has at most ${REASON_LENGTH_MAX} characters`),
};

/** Something that an operator wants done, as the page posts it. */
export const wishSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.enum(['job_failed', 'job_sent_again', 'job_made_again']),
    subject: z.guid(),
    ...wish,
  }),
  z.strictObject({ action: z.enum(['user_banned', 'user_unbanned']), subject: z.guid(), ...wish }),
  z.strictObject({
    action: z.literal('credits_granted'),
    subject: z.guid(),
    credits: z.number().int().min(1).max(GRANT_CREDITS_MAX),
    ...wish,
  }),
  z.strictObject({ action: z.enum(['payment_checked', 'payment_settled']), subject: z.guid(), ...wish }),
  z.strictObject({
    action: z.literal('payment_refunded'),
    subject: z.guid(),
    /** Kopecks or Stars; all that is left where none is given. */
    amount: z.number().int().positive().max(AMOUNT_MAX).optional(),
    ...wish,
  }),
  z.strictObject({
    action: z.enum(['kie_key_set_aside', 'kie_key_brought_back']),
    subject: z.string().regex(/^[0-9a-f]{12}$/),
    ...wish,
  }),
  z.strictObject({
    action: z.enum(['model_set_aside', 'model_brought_back']),
    subject: textSchema.min(1).max(100),
    ...wish,
  }),
  z.strictObject({ action: z.enum(['switch_on', 'switch_off']), subject: z.enum(SWITCHES), ...wish }),
]);

export type Wish = z.output<typeof wishSchema>;
