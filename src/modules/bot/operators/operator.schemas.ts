import { z } from 'zod';
import { audienceSchema, linkButtonSchema, SWITCHES } from '../../admin/index.js';

const about = { userId: z.guid() };
const ofJob = { jobId: z.guid() };
const ofBroadcast = { broadcastId: z.guid() };

/** What an operator wants done, as far as they have said it. */
export const wishSchema = z.discriminatedUnion('kind', [
  /** `credits` is null until they were named. */
  z.object({ kind: z.literal('grant'), ...about, credits: z.number().int().positive().nullable() }),
  z.object({ kind: z.literal('ban'), ...about }),
  z.object({ kind: z.literal('unban'), ...about }),
  /** `kopecks` is null for all that is left. */
  z.object({
    kind: z.literal('refund'),
    paymentId: z.guid(),
    kopecks: z.number().int().positive().nullable(),
  }),
  z.object({ kind: z.literal('job_fail'), ...ofJob }),
  z.object({ kind: z.literal('job_send'), ...ofJob }),
  z.object({ kind: z.literal('job_make'), ...ofJob }),
  z.object({ kind: z.literal('switch'), name: z.enum(SWITCHES), on: z.boolean() }),
  z.object({
    kind: z.literal('broadcast'),
    /** The operator's own message, which is copied. */
    messageId: z.number().int().positive().nullable(),
    button: linkButtonSchema.nullable(),
    /** The button is being asked for. */
    asksButton: z.boolean(),
    audience: audienceSchema,
    /** The audience was chosen. */
    isChosen: z.boolean(),
  }),
  z.object({ kind: z.literal('bc_stop'), ...ofBroadcast }),
  z.object({ kind: z.literal('bc_go_on'), ...ofBroadcast }),
]);
export type Wish = z.output<typeof wishSchema>;

/** A wish on its way: kept with the conversation, beside its draft, so that a restart between two messages loses nothing. */
export const operatorStateSchema = z.object({
  /** Made with the wish: however often it is confirmed, it is done once. */
  key: z.guid(),
  /** Why, in the operator's words. */
  reason: z.string().nullable(),
  wish: wishSchema,
});
export type OperatorState = z.output<typeof operatorStateSchema>;
