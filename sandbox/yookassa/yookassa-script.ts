import { z } from 'zod';

/** What YooKassa tells a shop of; there is no event for a canceled refund. https://yookassa.ru/developers/using-api/webhooks */
export const yooEventSchema = z.enum([
  'payment.waiting_for_capture',
  'payment.succeeded',
  'payment.canceled',
  'refund.succeeded',
]);
export type YooEvent = z.infer<typeof yooEventSchema>;

/** What becomes of a notification. */
export const notificationModeSchema = z.strictObject({
  /** Lost: never sent. */
  drop: z.boolean().optional(),
  /** How often it is sent, each copy until it is answered 200; 1 when absent. */
  copies: z.number().int().min(1).max(50).optional(),
  /** How many copies are on their way at once; 1 when absent. */
  parallel: z.number().int().min(1).max(50).optional(),
  /** Leaves so many true milliseconds after the event. */
  delayTrueMs: z.number().nonnegative().optional(),
});
export type NotificationMode = z.infer<typeof notificationModeSchema>;

/** What becomes of the next notification, or of the next one that `when` means. */
export const notificationScriptSchema = notificationModeSchema.extend({
  /** `includes` is looked for in the body's JSON. */
  when: z
    .strictObject({ event: yooEventSchema.optional(), includes: z.string().min(1).optional() })
    .optional(),
});
export type NotificationScript = z.infer<typeof notificationScriptSchema>;

/** What becomes of the next payment that is made through the API. */
export const paymentScriptSchema = z.strictObject({
  /** Paid as soon as it is there, whatever its payer does; create still answers `pending`. */
  payAtOnce: z.boolean().optional(),
  /** The reason that it is canceled for as soon as it is there. */
  declineAtOnce: z.string().min(1).optional(),
  /** Of all its events. `early`: what happens at once is told before create has answered. */
  notification: z.union([z.literal('early'), notificationModeSchema]).optional(),
  /** Waits for a request whose JSON holds this text, and lets others pass. */
  when: z.strictObject({ includes: z.string().min(1) }).optional(),
});
export type PaymentScript = z.infer<typeof paymentScriptSchema>;

/** What becomes of the next refund, whoever makes it; one that succeeds at once when nothing is said. */
export const refundScriptSchema = z.strictObject({
  /** How long it stays pending, in true milliseconds; 0 when absent. */
  pendingTrueMs: z.number().nonnegative().optional(),
  /** Why it is canceled then, such as `insufficient_funds`; it succeeds when absent. */
  cancelReason: z.string().min(1).optional(),
  cancelParty: z.enum(['yoo_money', 'refund_network']).optional(),
  /** Waits for the refund of this payment and lets others pass. */
  when: z.strictObject({ paymentId: z.string() }).optional(),
});
export type RefundScript = z.infer<typeof refundScriptSchema>;

/** Whether a script is for this notification. */
export function isNotificationMeant({ when }: NotificationScript, event: YooEvent, body: unknown): boolean {
  if (when?.event !== undefined && when.event !== event) return false;
  return when?.includes === undefined || JSON.stringify(body).includes(when.includes);
}
