import { z } from 'zod';
import { textSchema } from './text.schema.js';

const TEXT_LENGTH_MAX = 128;
const CURSOR_LENGTH_MAX = 200;

/** An empty field of a form asks for nothing. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const text = optional(textSchema.trim().max(TEXT_LENGTH_MAX));
const word = optional(z.string().regex(/^[\w./-]{1,100}$/));
const day = optional(z.iso.date());
const after = optional(z.string().max(CURSOR_LENGTH_MAX));

/** What lists are asked for. Days are those of `TIME_ZONE`, both inclusive. */
export const jobsQuerySchema = z.strictObject({
  text,
  status: word,
  step: word,
  reason: word,
  model: word,
  /** `open`: not over; `waiting`: for their turn, which nobody takes; `overdue`: past the deadline, and not over. */
  only: optional(z.enum(['open', 'waiting', 'overdue'])),
  from: day,
  to: day,
  after,
});
export const peopleQuerySchema = z.strictObject({
  text,
  only: optional(z.enum(['banned', 'blocked'])),
  after,
});
export const paymentsQuerySchema = z.strictObject({
  text,
  status: word,
  provider: word,
  /** `refund_failed`: a refund of it failed in the last 7 days; `refund_late`: one waits for more than a day. */
  only: optional(z.enum(['parked', 'refunded', 'refund_failed', 'refund_late'])),
  from: day,
  to: day,
  after,
});
export const ofPersonQuerySchema = z.strictObject({ after });
export const figuresQuerySchema = z.strictObject({
  period: z.enum(['today', 'week', 'month']).default('today'),
});
export const actionsQuerySchema = z.strictObject({
  operator: text,
  action: word,
  kind: optional(z.enum(['job', 'user', 'payment', 'kie_key', 'model', 'switch', 'broadcast'])),
  subject: text,
  /** The id of the last row, a `bigint`. */
  after: optional(z.string().regex(/^\d{1,18}$/)),
});
export const idSchema = z.guid();

export type JobsQuery = z.output<typeof jobsQuerySchema>;
export type PeopleQuery = z.output<typeof peopleQuerySchema>;
export type PaymentsQuery = z.output<typeof paymentsQuerySchema>;
export type ActionsQuery = z.output<typeof actionsQuerySchema>;
