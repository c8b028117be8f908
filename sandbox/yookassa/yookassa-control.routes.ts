import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FakeYooKassa } from './fake-yookassa.js';
import {
  notificationModeSchema,
  notificationScriptSchema,
  paymentScriptSchema,
  refundScriptSchema,
  yooEventSchema,
} from './yookassa-script.js';
import { yooFaultSchema, yooRouteSchema } from './yookassa-wire.js';

const nothing = z.strictObject({});
const receiptsSchema = z.enum(['off', 'required']);
const headersSchema = z.record(z.string(), z.string());
const paymentId = z.string().min(1);
const ofPayment = z.strictObject({ paymentId });
const withReason = z.strictObject({ paymentId, reason: z.string().min(1).optional() });
const kopecks = z.number().int().positive();
const shopSchema = z.strictObject({
  shopId: z.string().min(1),
  apiKey: z.string().min(1),
  name: z.string().min(1).optional(),
  receipts: receiptsSchema.optional(),
});
const targetSchema = z.strictObject({
  url: z.url().nullable(),
  events: z.array(yooEventSchema).optional(),
  shopId: z.string().optional(),
});
const configureSchema = z.strictObject({
  receipts: receiptsSchema.optional(),
  notifications: notificationModeSchema.optional(),
  notificationHeaders: headersSchema.optional(),
  repeatPauseRealMsMin: z.number().nonnegative().optional(),
});
const makeSchema = z.strictObject({
  kopecks,
  shopId: z.string().optional(),
  description: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  returnUrl: z.url().optional(),
  capture: z.boolean().optional(),
});
const releaseSchema = z.strictObject({
  order: z.union([z.enum(['as_held', 'reverse']), z.array(z.number().int().nonnegative())]).optional(),
});
const forgedSchema = z.strictObject({
  body: z.unknown(),
  headers: headersSchema.optional(),
  url: z.url().optional(),
});

/** Adds `POST /_control/<verb>`: the fake's methods over HTTP, `{ok: true, result}` or 400 `{ok: false, error}`. */
export function controlRoutes(app: FastifyInstance, yoo: FakeYooKassa): void {
  const verb = <T>(name: string, schema: z.ZodType<T>, run: (arguments_: T) => unknown): void => {
    app.post(`/_control/${name}`, async (request, reply) => {
      const parsed = schema.safeParse(request.body ?? {});
      if (!parsed.success) return reply.code(400).send({ ok: false, error: z.prettifyError(parsed.error) });
      try {
        return { ok: true, result: (await run(parsed.data)) ?? null };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return reply.code(400).send({ ok: false, error: error.message });
      }
    });
  };
  verb('addShop', shopSchema, (shop) => yoo.addShop(shop));
  verb('setNotificationUrl', targetSchema, ({ url, ...target }) => yoo.setNotificationUrl(url, target));
  verb('configure', configureSchema, (change) => yoo.configure(change));
  verb('nextPayment', paymentScriptSchema, (script) => yoo.nextPayment(script));
  verb('nextRefund', refundScriptSchema, (script) => yoo.nextRefund(script));
  verb('nextNotification', notificationScriptSchema, (script) => yoo.nextNotification(script));
  verb('failNext', yooFaultSchema.extend({ route: yooRouteSchema }), ({ route, ...fault }) =>
    yoo.failNext(route, fault),
  );
  verb('pay', ofPayment.extend({ card: z.string().optional() }), (pay) => yoo.pay(pay.paymentId, pay));
  verb('decline', withReason, (decline) => yoo.decline(decline.paymentId, decline.reason));
  verb('failAttempt', withReason, (attempt) => yoo.failAttempt(attempt.paymentId, attempt.reason));
  verb('expire', ofPayment, (expire) => yoo.expire(expire.paymentId));
  verb('refundInCabinet', ofPayment.extend({ kopecks: kopecks.optional() }), (refund) =>
    yoo.refundInCabinet(refund.paymentId, refund),
  );
  verb('finishRefund', z.strictObject({ refundId: z.string().min(1) }), ({ refundId }) =>
    yoo.finishRefund(refundId),
  );
  verb('makePayment', makeSchema, (made) => yoo.makePayment(made));
  verb('payments', nothing, () => yoo.payments());
  verb('payment', ofPayment, (asked) => yoo.payment(asked.paymentId));
  verb('refunds', nothing, () => yoo.refunds());
  verb('notifications', nothing, () => yoo.notifications());
  verb('hold', nothing, () => yoo.hold());
  verb('release', releaseSchema, ({ order }) => yoo.release(order));
  verb('sendNotification', forgedSchema, ({ body, headers, url }) =>
    yoo.sendNotification(body, { ...(headers && { headers }), ...(url !== undefined && { url }) }),
  );
  verb('reset', nothing, () => yoo.reset());
}
