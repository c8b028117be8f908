import { z } from 'zod';
import { defineQueue } from '../../platform/index.js';

/** What wants to be looked at, by its row. */
export const lookSchema = z.object({
  kind: z.enum(['payment', 'notification', 'refund']),
  id: z.union([z.guid(), z.string().regex(/^\d{1,19}$/)]),
});
export type Look = z.output<typeof lookSchema>;

/** Payments that wait, notifications that came, refunds that are under way: each asks the provider what became of it. */
export const settlePaymentQueue = defineQueue<Look>({
  name: 'settle-payment',
  schema: lookSchema,
  concurrency: (env) => env.WORKER_CONCURRENCY,
});
